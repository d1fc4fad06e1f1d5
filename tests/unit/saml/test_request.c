/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/request, and saml/send through it: what the identity provider gets, by which binding, signed or not. */
#include "outgoing_case.h"

#include "saml/request.h"

static ik_authn_request_t usual(void)
{
    return (ik_authn_request_t){ .id = "_ik-1", .now = NOON, .entity_id = ENTITY, .acs = ENTITY };
}

static ik_idp_t *idp_with(const char *binding, apr_pool_t *p)
{
    ik_idp_t *idp = bare_idp(p);

    add_endpoint(idp->sso, IK_BINDING_SOAP, "https://idp.test/soap", NULL);
    add_endpoint(idp->sso, binding, SSO, NULL);
    return idp;
}

static ik_outgoing_t *build(const ik_authn_request_t *request, const ik_idp_t *idp, const ik_spkeys_t *keys,
                            const char *relay_state, apr_pool_t *p)
{
    ik_outgoing_t *out = NULL;
    const char *problem = NULL;

    assert_int_equal(ik_request_build(&out, request, idp, keys, relay_state, p, &problem), APR_SUCCESS);
    return out;
}

static void says_what_it_must_and_no_more(void **state)
{
    ik_authn_request_t request = usual();
    ik_outgoing_t *out = build(&request, idp_with(IK_BINDING_REDIRECT, *state), no_keys(*state), "handle", *state);
    const xmlNode *root = redirected(out, SSO "&", *state);

    keep_message("authn-unsigned", out, *state);
    assert_true(ik_xml_is(root, IK_NS_PROTOCOL, "AuthnRequest"));
    assert_string_equal(attribute(root, "ID", *state), "_ik-1");
    assert_string_equal(attribute(root, "Version", *state), "2.0");
    assert_string_equal(attribute(root, "IssueInstant", *state), "2026-06-01T12:00:00Z");
    assert_string_equal(attribute(root, "Destination", *state), SSO);
    assert_string_equal(attribute(root, "AssertionConsumerServiceURL", *state), ENTITY);
    assert_string_equal(attribute(root, "ProtocolBinding", *state), IK_BINDING_POST);
    assert_string_equal(text_in(root, IK_NS_ASSERTION, "Issuer", *state), ENTITY);
    assert_null(ik_xml_child(root, IK_NS_PROTOCOL, "NameIDPolicy"));
    assert_null(ik_xml_child(root, IK_NS_PROTOCOL, "RequestedAuthnContext"));
    assert_ptr_equal(xmlFirstElementChild((xmlNodePtr)root), xmlLastElementChild((xmlNodePtr)root));
}

static int is_true(const xmlNode *root, const char *name, apr_pool_t *p)
{
    const char *value = attribute(root, name, p);

    return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

static void demands_what_is_asked_for(void **state)
{
    ik_authn_request_t request = usual();
    apr_array_header_t *contexts = apr_array_make(*state, 2, sizeof(const char *));
    const xmlNode *root, *context, *class;
    ik_outgoing_t *out;

    out = build(&request, idp_with(IK_BINDING_REDIRECT, *state), no_keys(*state), NULL, *state);
    root = redirected(out, SSO "&", *state);
    assert_false(is_true(root, "ForceAuthn", *state) || is_true(root, "IsPassive", *state));
    APR_ARRAY_PUSH(contexts, const char *) = "urn:x:<1>";
    APR_ARRAY_PUSH(contexts, const char *) = "urn:x:2";
    request.contexts = contexts;
    request.force_authn = request.is_passive = 1;
    out = build(&request, idp_with(IK_BINDING_POST, *state), our_keys(*state), NULL, *state);
    keep_message("authn-demanding-unsigned", out, *state);
    root = posted(out, *state);
    assert_true(is_true(root, "ForceAuthn", *state) && is_true(root, "IsPassive", *state));
    context = ik_xml_child(root, IK_NS_PROTOCOL, "RequestedAuthnContext");
    assert_string_equal(attribute(context, "Comparison", *state), "exact");
    class = ik_xml_child(context, IK_NS_ASSERTION, "AuthnContextClassRef");
    assert_string_equal(ik_xml_text(class, *state), "urn:x:<1>");
    assert_string_equal(ik_xml_text(ik_xml_next(class), *state), "urn:x:2");
    assert_null(ik_xml_next(ik_xml_next(class)));
}

static void signs_the_query_of_a_redirect(void **state)
{
    ik_authn_request_t request = usual();
    ik_idp_t *idp = idp_with(IK_BINDING_REDIRECT, *state);
    ik_spkeys_t *keys = our_keys(*state);
    ik_refusal_t why = { .p = *state };
    ik_raw_query_t *query;
    ik_outgoing_t *out;

    idp->wants_signed_requests = 1;
    out = build(&request, idp, keys, "a/b+c=d e&f", *state);
    keep_message("authn", out, *state);
    assert_non_null(strstr(out->redirect, "&RelayState=a%2Fb%2Bc%3Dd%20e%26f&"));
    query = query_of(out, SSO "&", *state);
    assert_true(query->is_request);
    assert_string_equal(query->relay_state, "a/b+c=d e&f");
    assert_int_equal(ik_raw_query_verify(query, trusting(keys, *state), &why), APR_SUCCESS);
    assert_false(ik_signature_present(tree_of(query->xml, query->len, *state)));
    *(char *)(apr_uintptr_t)strstr(query->octets, "RelayState=a") = 'r';
    assert_int_equal(ik_raw_query_verify(query, trusting(keys, *state), &why), IK_REFUSED);
}

static void signs_inside_what_is_posted(void **state)
{
    ik_authn_request_t request = usual();
    ik_spkeys_t *keys = our_keys(*state);
    ik_refusal_t why = { .p = *state };
    ik_outgoing_t *out;
    xmlNodePtr root;

    request.sign = 1;
    out = build(&request, idp_with(IK_BINDING_POST, *state), keys, "handle", *state);
    keep_message("authn", out, *state);
    assert_string_equal(out->action, SSO);
    assert_string_equal(out->field, "SAMLRequest");
    assert_string_equal(out->relay_state, "handle");
    root = posted(out, *state);
    assert_signed(root, keys, *state);
    xmlSetProp(root, (const xmlChar *)"Destination", (const xmlChar *)"https://evil.test/");
    assert_int_equal(ik_signature_verify(NULL, root, trusting(keys, *state), 0, &why), IK_REFUSED);
}

static void signs_only_when_somebody_wants_it(void **state)
{
    ik_authn_request_t request = usual();
    ik_outgoing_t *out = build(&request, idp_with(IK_BINDING_REDIRECT, *state), our_keys(*state), NULL, *state);

    assert_null(query_of(out, SSO "&", *state)->algorithm);
    assert_null(strstr(out->redirect, "RelayState"));
    out = build(&request, idp_with(IK_BINDING_POST, *state), our_keys(*state), NULL, *state);
    assert_false(ik_signature_present(posted(out, *state)));
    assert_null(out->relay_state);
}

static void takes_a_redirect_before_a_form(void **state)
{
    ik_idp_t *idp = bare_idp(*state);

    assert_null(ik_outgoing_endpoint(idp->sso));
    add_endpoint(idp->sso, IK_BINDING_SOAP, "https://idp.test/1", NULL);
    assert_null(ik_outgoing_endpoint(idp->sso));
    add_endpoint(idp->sso, IK_BINDING_POST, "https://idp.test/2", NULL);
    assert_string_equal(ik_outgoing_endpoint(idp->sso)->location, "https://idp.test/2");
    add_endpoint(idp->sso, IK_BINDING_REDIRECT, "https://idp.test/3", NULL);
    add_endpoint(idp->sso, IK_BINDING_REDIRECT, "https://idp.test/4", NULL);
    assert_string_equal(ik_outgoing_endpoint(idp->sso)->location, "https://idp.test/3");
}

static void keeps_the_query_of_the_endpoint(void **state)
{
    static const struct { const char *location, *prefix; } rows[] = {
        { "https://idp.test/sso", "https://idp.test/sso?" },
        { "https://idp.test/sso?", "https://idp.test/sso?" },
        { "https://idp.test/sso?a=b", "https://idp.test/sso?a=b&" },
        { "https://idp.test/sso?a=b&", "https://idp.test/sso?a=b&" },
        { "https://idp.test/sso?a=b#there", "https://idp.test/sso?a=b&" },
        { "https://idp.test/sso#there", "https://idp.test/sso?" },
    };
    ik_authn_request_t request = usual();

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_idp_t *idp = bare_idp(*state);

        add_endpoint(idp->sso, IK_BINDING_REDIRECT, rows[i].location, NULL);
        redirected(build(&request, idp, no_keys(*state), NULL, *state), rows[i].prefix, *state);
    }
}

static void hints_at_the_user_where_it_is_understood(void **state)
{
    static const struct { const char *product, *prefix; } rows[] = {
        { "okta", SSO "&login_hint=zoe%2Bx@a.test&" }, { "entra", SSO "&login_hint=zoe%2Bx@a.test&" },
        { "google", SSO "&login_hint=zoe%2Bx@a.test&" }, { "adfs", SSO "&" }, { "other", SSO "&" },
    };
    ik_authn_request_t request = usual();

    request.login_hint = "zoe+x@a.test";
    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_idp_t *idp = idp_with(IK_BINDING_REDIRECT, *state);
        ik_outgoing_t *out;

        idp->product = rows[i].product;
        out = build(&request, idp, no_keys(*state), NULL, *state);
        assert_string_equal(attribute(redirected(out, rows[i].prefix, *state), "Destination", *state), SSO);
        assert_true(!strstr(rows[i].prefix, "login_hint") == !strstr(out->redirect, "login_hint"));
    }
}

static void says_why_it_cannot_be_built(void **state)
{
    ik_authn_request_t request = usual();
    ik_outgoing_t *out = NULL;
    const char *problem = NULL;

    assert_int_equal(ik_request_build(&out, &request, bare_idp(*state), no_keys(*state), NULL, *state, &problem), APR_NOTFOUND);
    assert_non_null(strstr(problem, "SingleSignOnService"));
    request.sign = 1;
    assert_int_equal(ik_request_build(&out, &request, idp_with(IK_BINDING_POST, *state), no_keys(*state), NULL, *state,
                                      &problem), APR_EINVAL);
    assert_non_null(strstr(problem, "IkSSOCertificate"));
    assert_null(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(says_what_it_must_and_no_more),
        pool_test(demands_what_is_asked_for),
        pool_test(signs_the_query_of_a_redirect),
        pool_test(signs_inside_what_is_posted),
        pool_test(signs_only_when_somebody_wants_it),
        pool_test(takes_a_redirect_before_a_form),
        pool_test(keeps_the_query_of_the_endpoint),
        pool_test(hints_at_the_user_where_it_is_understood),
        pool_test(says_why_it_cannot_be_built),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
