/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/assertion.c: what is read, and from where. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "saml/assertion.h"
#include "saml/names.h"
#include "saml/own.h"
#include "saml/xml.h"

#define OPEN "<Assertion xmlns='" IK_NS_ASSERTION "' ID='_1' IssueInstant='2026-11-24T03:00:00Z'>"

static apr_status_t read_text(ik_assertion_t **a, const char *inside, apr_pool_t *p)
{
    const char *text = apr_pstrcat(p, OPEN, inside, "</Assertion>", NULL);
    ik_refusal_t why = { .p = p };
    xmlDocPtr doc;

    assert_int_equal(ik_xml_parse(&doc, text, strlen(text), p, &why), APR_SUCCESS);
    return ik_assertion_read(a, xmlDocGetRootElement(doc), p, &why);
}

static ik_assertion_t *read_good(const char *inside, apr_pool_t *p)
{
    ik_assertion_t *a;

    assert_int_equal(read_text(&a, inside, p), APR_SUCCESS);
    return a;
}

static void reads_subject_and_confirmations(void **state)
{
    ik_assertion_t *a = read_good(
        "<Issuer>\n  https://idp/ </Issuer><Subject><NameID Format='f'>\n\tann@acme.test\n</NameID>"
        "<SubjectConfirmation Method='m1'/><SubjectConfirmation Method='m2'><SubjectConfirmationData Recipient='r'"
        " InResponseTo='q' NotOnOrAfter='2026-11-24T03:05:00Z'/></SubjectConfirmation></Subject>", *state);
    ik_confirmation_t *second = APR_ARRAY_IDX(a->confirmations, 1, ik_confirmation_t *);

    assert_string_equal(a->issuer, "https://idp/");
    assert_string_equal(a->name_id, "ann@acme.test");
    assert_string_equal(a->name_id_format, "f");
    assert_int_equal(a->confirmations->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(a->confirmations, 0, ik_confirmation_t *)->has_data, 0);
    assert_string_equal(second->recipient, "r");
    assert_string_equal(second->in_response_to, "q");
    assert_true(second->not_on_or_after - a->issued == apr_time_from_sec(300));
    assert_true(second->not_before == IK_TIME_ABSENT);
}

static void reads_every_audience(void **state)
{
    ik_assertion_t *a = read_good(
        "<Conditions NotBefore='2026-11-24T02:59:00Z'><AudienceRestriction><Audience>a</Audience>"
        "<Audience> b </Audience></AudienceRestriction><AudienceRestriction/></Conditions>", *state);

    assert_int_equal(a->audiences->nelts, 2);
    assert_string_equal(ik_text_join(*state, APR_ARRAY_IDX(a->audiences, 0, apr_array_header_t *), "|"), "a|b");
    assert_int_equal(APR_ARRAY_IDX(a->audiences, 1, apr_array_header_t *)->nelts, 0);
    assert_true(a->not_on_or_after == IK_TIME_ABSENT);
}

static void reads_how_somebody_signed_in(void **state)
{
    static const struct { const char *context, *expected; } rows[] = {
        { "<AuthnContext><AuthnContextClassRef>\n urn:x:mfa </AuthnContextClassRef></AuthnContext>", "urn:x:mfa" },
        { "<AuthnContext><AuthnContextDeclRef>urn:x:mfa</AuthnContextDeclRef></AuthnContext>", "" },
        { "<AuthnContext><AuthnContextClassRef><b>urn:x:mfa</b></AuthnContextClassRef></AuthnContext>", "" },
        { "<AuthnContextClassRef>urn:x:mfa</AuthnContextClassRef>", "" },
        { "", "" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *text = apr_pstrcat(*state, "<AuthnStatement AuthnInstant='2026-11-24T02:59:00Z'>", rows[i].context,
                                       "</AuthnStatement>", NULL);

        assert_string_equal(read_good(text, *state)->context, rows[i].expected);
    }
}

static void tells_absence_from_presence(void **state)
{
    ik_assertion_t *a = read_good("", *state);

    assert_null(a->issuer);
    assert_null(a->name_id);
    assert_int_equal(a->has_authn, 0);
    assert_string_equal(a->context, "");
    assert_int_equal(a->confirmations->nelts + a->audiences->nelts + a->attributes->nelts, 0);
}

/* An assertion inside the Advice, say, is none of ours. */
static void looks_at_children_only(void **state)
{
    ik_assertion_t *a = read_good("<Advice><Issuer>evil</Issuer><Subject><NameID>evil</NameID></Subject></Advice>", *state);

    assert_null(a->issuer);
    assert_null(a->name_id);
}

static void refuses_what_is_no_time(void **state)
{
    ik_assertion_t *a;

    assert_int_equal(read_text(&a, "<AuthnStatement AuthnInstant='now'/>", *state), IK_REFUSED);
    assert_int_equal(read_text(&a, "<Conditions NotBefore=''/>", *state), IK_REFUSED);
}

static void gathers_the_values_of_a_claim(void **state)
{
    static const struct {
        const char *attributes, *values;
    } rows[] = {
        { "", "" },
        { "<Attribute Name='x'><AttributeValue>v</AttributeValue></Attribute>", "v" },
        { "<Attribute Name='x'><AttributeValue> v </AttributeValue><AttributeValue>v</AttributeValue></Attribute>", "v" },
        { "<Attribute Name='x'><AttributeValue>v</AttributeValue></Attribute>"
          "<Attribute Name='x'><AttributeValue>w</AttributeValue></Attribute>", "v|w" },
        { "<Attribute Name='x'><AttributeValue>v</AttributeValue></Attribute>"
          "<Attribute Name='other-x'><AttributeValue>v</AttributeValue></Attribute>", "v" },
        { "<Attribute Name='x'><AttributeValue/></Attribute>", "" },
        { "<Attribute Name='x'/>", "" },
        { "<Attribute FriendlyName='x' Name='y'><AttributeValue>v</AttributeValue></Attribute>", "" },
        { "<Attribute FriendlyName='x'><AttributeValue>v</AttributeValue></Attribute>", "" },
        { "<Attribute Name='X'><AttributeValue>v</AttributeValue></Attribute>", "" },
        { "<Attribute Name='x'><AttributeValue>a &amp; &lt;b&gt;</AttributeValue></Attribute>", "a & <b>" },
        { "<Attribute Name='x'><AttributeValue><NameID>v</NameID></AttributeValue></Attribute>", "NULL" },
    };
    apr_array_header_t *names = ik_text_words(*state, "x other-x"), *values;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const char *inside = apr_pstrcat(*state, "<AttributeStatement>", rows[i].attributes, "</AttributeStatement>", NULL);

        values = ik_assertion_values(read_good(inside, *state), names, *state);
        if (values->nelts == 1 && !APR_ARRAY_IDX(values, 0, const char *))
            APR_ARRAY_IDX(values, 0, const char *) = "NULL";
        if (strcmp(ik_text_join(*state, values, "|"), rows[i].values) != 0)
            fail_msg("row %d: %s", (int)i, ik_text_join(*state, values, "|"));
    }
}

static void says_what_came_instead_of_a_claim(void **state)
{
    static const struct {
        const char *attributes, *said;
    } rows[] = {
        { "", "no attribute \"x or y\": no attribute came at all" },
        { "<Attribute Name='a'/><Attribute Name='b'/><Attribute Name='a'/>", "no attribute \"x or y\": what came is called \"a\", \"b\"" },
        { "<Attribute Name='X'/>", "no attribute \"x or y\": what came is called \"X\"" },
        { "<Attribute Name='y'><AttributeValue> </AttributeValue></Attribute>", "the attribute \"x or y\" is empty" },
        { "<Attribute Name='a'/><Attribute Name='urn:oid:1' FriendlyName='y'/>",
          "no attribute \"x or y\": that is the FriendlyName of \"urn:oid:1\" only, and has to be its Name" },
        { "<Attribute FriendlyName='x'/>", "no attribute \"x or y\": that is the FriendlyName of \"\" only, and has to be its Name" },
    };

    for (apr_size_t i = 0; i < ROWS(rows); i++) {
        const char *inside = apr_pstrcat(*state, "<AttributeStatement>", rows[i].attributes, "</AttributeStatement>", NULL);

        assert_string_equal(ik_assertion_lacks(read_good(inside, *state), ik_text_words(*state, "x y"), *state), rows[i].said);
    }
}

static void what_came_is_told_in_bounds(void **state)
{
    char *name = apr_pcalloc(*state, 100001);
    const char *attributes = "";

    memset(name, 'n', 100000);
    for (int i = 0; i < 500; i++)
        attributes = apr_psprintf(*state, "%s<Attribute Name='%d%s'/>", attributes, i, i ? "" : name);
    attributes = apr_pstrcat(*state, "<AttributeStatement>", attributes, "</AttributeStatement>", NULL);
    assert_true(strlen(ik_assertion_lacks(read_good(attributes, *state), ik_text_words(*state, "x"), *state)) < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_subject_and_confirmations),
        pool_test(reads_every_audience),
        pool_test(reads_how_somebody_signed_in),
        pool_test(tells_absence_from_presence),
        pool_test(looks_at_children_only),
        pool_test(refuses_what_is_no_time),
        pool_test(gathers_the_values_of_a_claim),
        pool_test(says_what_came_instead_of_a_claim),
        pool_test(what_came_is_told_in_bounds),
    };

    return ik_saml_start() == APR_SUCCESS ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
