/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/logout_build: what we send to end a session, and what we answer. */
#include "outgoing_case.h"

#include "saml/logout_build.h"

static ik_logout_request_t usual(void)
{
    return (ik_logout_request_t){ .id = "_ik-1", .now = NOON, .entity_id = ENTITY, .name_id = "Ann@Acme.test",
                                  .name_id_format = IK_NAMEID_EMAIL, .session_index = "_session-1" };
}

static ik_logout_answer_t answer_with(int success)
{
    return (ik_logout_answer_t){ .id = "_ik-2", .now = NOON, .entity_id = ENTITY, .in_response_to = "_theirs",
                                 .success = success };
}

static ik_idp_t *idp_with(const char *binding, apr_pool_t *p)
{
    ik_idp_t *idp = bare_idp(p);

    add_endpoint(idp->slo, IK_BINDING_SOAP, "https://idp.test/soap", NULL);
    add_endpoint(idp->slo, binding, SLO, SLO "/answers");
    return idp;
}

static ik_outgoing_t *request_to(const ik_logout_request_t *request, const ik_idp_t *idp, apr_pool_t *p)
{
    ik_outgoing_t *out = NULL;

    assert_int_equal(ik_logout_request_build(&out, request, idp, our_keys(p), "handle", p), APR_SUCCESS);
    return out;
}

static void asks_for_the_session_as_it_was_named(void **state)
{
    ik_logout_request_t request = usual();
    ik_outgoing_t *out = request_to(&request, idp_with(IK_BINDING_POST, *state), *state);
    const xmlNode *root = posted(out, *state);
    const xmlNode *name = ik_xml_child(root, IK_NS_ASSERTION, "NameID");

    keep_message("logout-request", out, *state);
    assert_true(ik_xml_is(root, IK_NS_PROTOCOL, "LogoutRequest"));
    assert_string_equal(attribute(root, "ID", *state), "_ik-1");
    assert_string_equal(attribute(root, "Version", *state), "2.0");
    assert_string_equal(attribute(root, "IssueInstant", *state), "2026-06-01T12:00:00Z");
    assert_string_equal(attribute(root, "NotOnOrAfter", *state), "2026-06-01T12:05:00Z");
    assert_string_equal(attribute(root, "Destination", *state), SLO);
    assert_string_equal(text_in(root, IK_NS_ASSERTION, "Issuer", *state), ENTITY);
    assert_string_equal(ik_xml_text(name, *state), "Ann@Acme.test");
    assert_string_equal(attribute(name, "Format", *state), IK_NAMEID_EMAIL);
    assert_string_equal(text_in(root, IK_NS_PROTOCOL, "SessionIndex", *state), "_session-1");
    assert_string_equal(out->action, SLO);
    assert_string_equal(out->field, "SAMLRequest");
    assert_string_equal(out->relay_state, "handle");
    assert_signed((xmlNodePtr)root, our_keys(*state), *state);
}

static void leaves_out_what_the_identity_provider_left_out(void **state)
{
    ik_logout_request_t request = usual();
    ik_outgoing_t *out;
    const xmlNode *root;

    request.name_id_format = request.session_index = "";
    out = request_to(&request, idp_with(IK_BINDING_REDIRECT, *state), *state);
    keep_message("logout-request", out, *state);
    root = redirected(out, SLO "?", *state);
    assert_null(attribute(ik_xml_child(root, IK_NS_ASSERTION, "NameID"), "Format", *state));
    assert_null(ik_xml_child(root, IK_NS_PROTOCOL, "SessionIndex"));
}

static void signs_a_redirect_in_its_query(void **state)
{
    ik_logout_request_t request = usual();
    ik_outgoing_t *out = request_to(&request, idp_with(IK_BINDING_REDIRECT, *state), *state);
    ik_raw_query_t *query = query_of(out, SLO "?", *state);
    ik_refusal_t why = { .p = *state };

    assert_int_equal(ik_raw_query_verify(query, trusting(our_keys(*state), *state), &why), APR_SUCCESS);
    assert_string_equal(query->relay_state, "handle");
}

static void sends_no_request_without_endpoint_or_key(void **state)
{
    ik_logout_request_t request = usual();
    ik_outgoing_t *out = NULL;

    assert_int_equal(ik_logout_request_build(&out, &request, bare_idp(*state), our_keys(*state), NULL, *state), APR_NOTFOUND);
    assert_int_equal(ik_logout_request_build(&out, &request, idp_with(IK_BINDING_POST, *state), no_keys(*state), NULL, *state),
                     APR_NOTFOUND);
    assert_null(out);
}

static ik_outgoing_t *answer_to(const ik_idp_t *idp, const char *binding, int success, const ik_spkeys_t *keys, apr_pool_t *p)
{
    ik_logout_answer_t answer = answer_with(success);
    ik_outgoing_t *out = NULL;

    assert_int_equal(ik_logout_answer_build(&out, &answer, idp, binding, keys, "theirs", p), APR_SUCCESS);
    return out;
}

static const char *status_in(const xmlNode *root, apr_pool_t *p)
{
    return attribute(ik_xml_child(ik_xml_child(root, IK_NS_PROTOCOL, "Status"), IK_NS_PROTOCOL, "StatusCode"), "Value", p);
}

static void answers_where_answers_go(void **state)
{
    ik_outgoing_t *out = answer_to(idp_with(IK_BINDING_POST, *state), IK_BINDING_POST, 1, our_keys(*state), *state);
    const xmlNode *root = posted(out, *state);

    keep_message("logout-response", out, *state);
    assert_true(ik_xml_is(root, IK_NS_PROTOCOL, "LogoutResponse"));
    assert_string_equal(out->action, SLO "/answers");
    assert_string_equal(out->field, "SAMLResponse");
    assert_string_equal(out->relay_state, "theirs");
    assert_string_equal(attribute(root, "Destination", *state), SLO "/answers");
    assert_string_equal(attribute(root, "InResponseTo", *state), "_theirs");
    assert_string_equal(attribute(root, "IssueInstant", *state), "2026-06-01T12:00:00Z");
    assert_string_equal(text_in(root, IK_NS_ASSERTION, "Issuer", *state), ENTITY);
    assert_string_equal(status_in(root, *state), IK_STATUS_SUCCESS);
    assert_signed((xmlNodePtr)root, our_keys(*state), *state);
}

static void says_when_nothing_was_ended(void **state)
{
    ik_outgoing_t *out = answer_to(idp_with(IK_BINDING_REDIRECT, *state), IK_BINDING_REDIRECT, 0, our_keys(*state), *state);
    ik_raw_query_t *query = query_of(out, SLO "/answers?", *state);
    ik_refusal_t why = { .p = *state };

    keep_message("logout-response", out, *state);
    assert_false(query->is_request);
    assert_int_equal(ik_raw_query_verify(query, trusting(our_keys(*state), *state), &why), APR_SUCCESS);
    assert_string_equal(status_in(tree_of(query->xml, query->len, *state), *state), IK_STATUS_RESPONDER);
}

static void answers_unsigned_without_a_key(void **state)
{
    ik_outgoing_t *out = answer_to(idp_with(IK_BINDING_REDIRECT, *state), IK_BINDING_REDIRECT, 1, no_keys(*state), *state);

    assert_null(query_of(out, SLO "/answers?", *state)->algorithm);
    out = answer_to(idp_with(IK_BINDING_POST, *state), IK_BINDING_POST, 1, no_keys(*state), *state);
    assert_false(ik_signature_present(posted(out, *state)));
}

static void answers_by_the_binding_of_the_request_if_there_is_one(void **state)
{
    ik_idp_t *idp = bare_idp(*state);
    ik_logout_answer_t answer = answer_with(1);
    ik_outgoing_t *out = NULL;

    assert_int_equal(ik_logout_answer_build(&out, &answer, idp, IK_BINDING_POST, no_keys(*state), NULL, *state), APR_NOTFOUND);
    add_endpoint(idp->slo, IK_BINDING_SOAP, "https://idp.test/soap", NULL);
    assert_int_equal(ik_logout_answer_build(&out, &answer, idp, IK_BINDING_SOAP, no_keys(*state), NULL, *state), APR_NOTFOUND);
    add_endpoint(idp->slo, IK_BINDING_REDIRECT, SLO, NULL);
    assert_non_null(answer_to(idp, IK_BINDING_POST, 1, no_keys(*state), *state)->redirect);
    add_endpoint(idp->slo, IK_BINDING_POST, SLO "/form", NULL);
    assert_string_equal(answer_to(idp, IK_BINDING_POST, 1, no_keys(*state), *state)->action, SLO "/form");
    assert_non_null(answer_to(idp, IK_BINDING_REDIRECT, 1, no_keys(*state), *state)->redirect);
}

static xmlNodePtr soap_body(const char *name, const ik_spkeys_t *keys, apr_pool_t *p)
{
    ik_logout_answer_t answer = answer_with(1);
    const char *xml = NULL;
    const xmlNode *root;

    assert_int_equal(ik_logout_answer_soap(&xml, &answer, keys, p), APR_SUCCESS);
    keep(name, xml, p);
    root = tree_of(xml, strlen(xml), p);
    assert_true(ik_xml_is(root, IK_NS_SOAP, "Envelope"));
    return ik_xml_child(ik_xml_child(root, IK_NS_SOAP, "Body"), IK_NS_PROTOCOL, "LogoutResponse");
}

static void answers_in_an_envelope(void **state)
{
    xmlNodePtr response = soap_body("logout-response.soap", our_keys(*state), *state);

    assert_null(attribute(response, "Destination", *state));
    assert_string_equal(attribute(response, "InResponseTo", *state), "_theirs");
    assert_string_equal(status_in(response, *state), IK_STATUS_SUCCESS);
    assert_signed(response, our_keys(*state), *state);
    assert_false(ik_signature_present(soap_body("logout-response-unsigned.soap", no_keys(*state), *state)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(asks_for_the_session_as_it_was_named),
        pool_test(leaves_out_what_the_identity_provider_left_out),
        pool_test(signs_a_redirect_in_its_query),
        pool_test(sends_no_request_without_endpoint_or_key),
        pool_test(answers_where_answers_go),
        pool_test(says_when_nothing_was_ended),
        pool_test(answers_unsigned_without_a_key),
        pool_test(answers_by_the_binding_of_the_request_if_there_is_one),
        pool_test(answers_in_an_envelope),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
