/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/sp_metadata; tools/check-messages holds the same documents against the schema. */
#include "outgoing_case.h"

#include "saml/sp_metadata.h"

#define LOGOUT "https://imagekit.test/logout?a=b&c=<d>"
#define DECLARED "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor "

static ik_sp_metadata_t usual(const ik_spkeys_t *keys)
{
    return (ik_sp_metadata_t){ .entity_id = ENTITY, .acs = ENTITY, .slo = LOGOUT, .keys = keys, .id = "_ik-1" };
}

static xmlNodePtr build(const ik_sp_metadata_t *ours, const char *name, apr_pool_t *p)
{
    const char *xml = NULL;

    assert_int_equal(ik_sp_metadata_build(&xml, ours, p), APR_SUCCESS);
    keep(name, xml, p);
    assert_int_equal(strncmp(xml, DECLARED, sizeof(DECLARED) - 1), 0);
    return tree_of(xml, strlen(xml), p);
}

static const xmlNode *role_of(const xmlNode *root)
{
    return ik_xml_child(root, IK_NS_METADATA, "SPSSODescriptor");
}

static void describes_us_before_there_is_a_key(void **state)
{
    ik_sp_metadata_t ours = usual(no_keys(*state));
    const xmlNode *root, *role, *acs;

    ours.sign = 1;
    root = build(&ours, "metadata-unsigned.xml", *state);
    role = role_of(root);
    acs = ik_xml_child(role, IK_NS_METADATA, "AssertionConsumerService");
    assert_string_equal(attribute(root, "entityID", *state), ENTITY);
    assert_null(attribute(root, "ID", *state));
    assert_string_equal(attribute(role, "protocolSupportEnumeration", *state), IK_NS_PROTOCOL);
    assert_string_equal(attribute(role, "AuthnRequestsSigned", *state), "false");
    assert_string_equal(attribute(role, "WantAssertionsSigned", *state), "true");
    assert_string_equal(text_in(role, IK_NS_METADATA, "NameIDFormat", *state), IK_NAMEID_EMAIL);
    assert_string_equal(attribute(acs, "Binding", *state), IK_BINDING_POST);
    assert_string_equal(attribute(acs, "Location", *state), ENTITY);
    assert_string_equal(attribute(acs, "index", *state), "0");
    assert_string_equal(attribute(acs, "isDefault", *state), "true");
    assert_null(ik_xml_child(role, IK_NS_METADATA, "KeyDescriptor"));
    assert_false(ik_signature_present(root));
}

static void takes_logout_by_three_bindings(void **state)
{
    static const char *const bindings[] = { IK_BINDING_REDIRECT, IK_BINDING_POST, IK_BINDING_SOAP };
    ik_sp_metadata_t ours = usual(no_keys(*state));
    const xmlNode *node = ik_xml_child(role_of(build(&ours, "metadata-plain-unsigned.xml", *state)), IK_NS_METADATA,
                                       "SingleLogoutService");

    for (size_t i = 0; i < ROWS(bindings); i++, node = ik_xml_next(node)) {
        assert_non_null(node);
        assert_string_equal(attribute(node, "Binding", *state), bindings[i]);
        assert_string_equal(attribute(node, "Location", *state), LOGOUT);
    }
    assert_null(node);
}

static int holds(const xmlNode *key, const ik_certificate_t *certificate, apr_pool_t *p)
{
    const xmlNode *data = ik_xml_child(ik_xml_child(key, IK_NS_DSIG, "KeyInfo"), IK_NS_DSIG, "X509Data");
    const char *text = text_in(data, IK_NS_DSIG, "X509Certificate", p);
    const unsigned char *der;
    apr_size_t len;

    return ik_decode_base64(&der, &len, text, p) == APR_SUCCESS && len == certificate->der_len
           && memcmp(der, certificate->der, len) == 0;
}

static void publishes_every_certificate_for_both_uses(void **state)
{
    static const struct { const char *use; int certificate; } rows[] = {
        { "signing", 0 }, { "signing", 1 }, { "encryption", 0 }, { "encryption", 1 },
    };
    ik_spkeys_t *keys = our_keys(*state);
    ik_sp_metadata_t ours = usual(keys);
    const xmlNode *root, *key;

    ours.sign_requests = 1;
    root = build(&ours, "metadata-keys-unsigned.xml", *state);
    assert_string_equal(attribute(role_of(root), "AuthnRequestsSigned", *state), "true");
    key = ik_xml_child(role_of(root), IK_NS_METADATA, "KeyDescriptor");
    for (size_t i = 0; i < ROWS(rows); i++, key = ik_xml_next(key)) {
        assert_string_equal(attribute(key, "use", *state), rows[i].use);
        assert_true(holds(key, APR_ARRAY_IDX(keys->certificates, rows[i].certificate, const ik_certificate_t *), *state));
    }
    assert_null(key);
}

static void lets_nobody_encrypt_for_an_old_certificate(void **state)
{
    static const struct { const char *use; int certificate; } rows[] = { { "signing", 0 }, { "signing", 1 }, { "encryption", 0 } };
    ik_spkeys_t *keys = our_keys(*state);
    ik_sp_metadata_t ours = usual(keys);
    const xmlNode *key;

    keys->old = 1;
    key = ik_xml_child(role_of(build(&ours, "metadata-old-unsigned.xml", *state)), IK_NS_METADATA, "KeyDescriptor");
    for (size_t i = 0; i < ROWS(rows); i++, key = ik_xml_next(key)) {
        assert_string_equal(attribute(key, "use", *state), rows[i].use);
        assert_true(holds(key, APR_ARRAY_IDX(keys->certificates, rows[i].certificate, const ik_certificate_t *), *state));
    }
    assert_null(key);
}

static void is_signed_on_request(void **state)
{
    ik_sp_metadata_t ours = usual(our_keys(*state));
    ik_refusal_t why = { .p = *state };
    xmlNodePtr root;

    ours.sign = 1;
    root = build(&ours, "metadata.xml", *state);
    assert_string_equal(attribute(root, "ID", *state), "_ik-1");
    assert_true(ik_xml_is(root->children, IK_NS_DSIG, "Signature"));
    assert_signed(root, ours.keys, *state);
    xmlSetProp(root, (const xmlChar *)"entityID", (const xmlChar *)"https://evil.test/");
    assert_int_equal(ik_signature_verify(NULL, root, trusting(ours.keys, *state), 0, &why), IK_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(describes_us_before_there_is_a_key),
        pool_test(takes_logout_by_three_bindings),
        pool_test(publishes_every_certificate_for_both_uses),
        pool_test(lets_nobody_encrypt_for_an_old_certificate),
        pool_test(is_signed_on_request),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
