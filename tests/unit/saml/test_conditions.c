/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/conditions.c: one good message, and every way to spoil it. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "saml/conditions.h"
#include "saml/names.h"

#define IDP "https://idp.test/"
#define SP "https://imagekit.test/saml/consume"
#define NOW (APR_INT64_C(1795489200) * 1000000)
#define SKEW apr_time_from_sec(180)
#define DAY (24 * 3600)
#define IN(seconds) (NOW + apr_time_from_sec(seconds))

/* A message whose parts a test may change. */
typedef struct message_t {
    ik_verified_t verified;
    ik_assertion_t assertion;
    ik_confirmation_t bearer;
    ik_expect_t expect;
    apr_pool_t *p;
} message_t;

static void add_restriction(message_t *m, const char *audiences)
{
    APR_ARRAY_PUSH(m->assertion.audiences, apr_array_header_t *) = ik_text_words(m->p, audiences);
}

static void make_good(message_t *m, apr_pool_t *p)
{
    *m = (message_t){ .p = p };
    m->bearer = (ik_confirmation_t){ IK_CM_BEARER, 1, SP, NULL, IK_TIME_ABSENT, IN(300) };
    m->assertion = (ik_assertion_t){ .id = "_1", .issuer = IDP, .issued = NOW, .not_before = IN(-60),
                                     .not_on_or_after = IN(300), .has_authn = 1, .authenticated = IN(-5),
                                     .session_ends = IK_TIME_ABSENT, .session_index = "" };
    m->assertion.confirmations = apr_array_make(p, 2, sizeof(ik_confirmation_t *));
    APR_ARRAY_PUSH(m->assertion.confirmations, ik_confirmation_t *) = &m->bearer;
    m->assertion.audiences = apr_array_make(p, 2, sizeof(apr_array_header_t *));
    add_restriction(m, SP);
    m->verified = (ik_verified_t){ .assertion = &m->assertion, .response_issuer = IDP, .destination = SP,
                                   .response_signed = 1 };
    m->expect = (ik_expect_t){ .idp = IDP, .entity_id = SP, .acs = SP, .skew = SKEW };
}

static const char *check(message_t *m)
{
    ik_refusal_t why = { .p = m->p };
    apr_time_t until;

    if (ik_conditions_check(&until, &m->verified, &m->expect, NOW, &why) != APR_SUCCESS)
        return ik_reason_row(why.reason)->id;
    assert_true(until > NOW && until <= m->assertion.not_on_or_after + SKEW && until <= m->assertion.issued + IN(DAY) - NOW + SKEW);
    return "accepted";
}

/* Each row spoils the good message; the same functions are reused by the rows below. */
static void nothing(message_t *m) { (void)m; }
static void response_issuer_absent(message_t *m) { m->verified.response_issuer = NULL; }
static void response_issuer_other(message_t *m) { m->verified.response_issuer = IDP "x"; }
static void assertion_issuer_absent(message_t *m) { m->assertion.issuer = NULL; }
static void assertion_issuer_other(message_t *m) { m->assertion.issuer = "https://IDP.test/"; }
static void destination_absent(message_t *m) { m->verified.destination = NULL; }
static void destination_empty(message_t *m) { m->verified.destination = ""; }
static void destination_other(message_t *m) { m->verified.destination = SP "/"; m->verified.response_signed = 0; }
static void destination_absent_unsigned(message_t *m) { m->verified.destination = NULL; m->verified.response_signed = 0; }
static void no_audience(message_t *m) { m->assertion.audiences->nelts = 0; }
static void empty_restriction(message_t *m) { m->assertion.audiences->nelts = 0; add_restriction(m, ""); }
static void several_audiences(message_t *m) { m->assertion.audiences->nelts = 0; add_restriction(m, "urn:x " SP); }
static void second_restriction_other(message_t *m) { add_restriction(m, "urn:x"); }
static void second_restriction_same(message_t *m) { add_restriction(m, SP " urn:x"); }
static void suffix_in_audience(message_t *m) { m->assertion.audiences->nelts = 0; add_restriction(m, SP "#acme"); }
static void suffix_expected(message_t *m) { m->expect.entity_id = SP "#acme"; }
static void no_confirmation(message_t *m) { m->assertion.confirmations->nelts = 0; }
static void other_method(message_t *m) { m->bearer.method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"; }
static void no_method(message_t *m) { m->bearer.method = NULL; }
static void no_data(message_t *m) { m->bearer.has_data = 0; }
static void recipient_absent(message_t *m) { m->bearer.recipient = NULL; }
static void recipient_other(message_t *m) { m->bearer.recipient = SP "#acme"; }
static void confirmation_without_end(message_t *m) { m->bearer.not_on_or_after = IK_TIME_ABSENT; }
static void confirmation_with_begin(message_t *m) { m->bearer.not_before = IN(-60); }
static void confirmation_over(message_t *m) { m->bearer.not_on_or_after = IN(-180); }
static void confirmation_within_skew(message_t *m) { m->bearer.not_on_or_after = IN(-179); }
static void conditions_over(message_t *m) { m->assertion.not_on_or_after = IN(-180); }
static void conditions_within_skew(message_t *m) { m->assertion.not_on_or_after = IN(-179); }
static void conditions_without_end(message_t *m) { m->assertion.not_on_or_after = IK_TIME_ABSENT; }
static void conditions_without_begin(message_t *m) { m->assertion.not_before = IK_TIME_ABSENT; }
static void conditions_not_begun(message_t *m) { m->assertion.not_before = IN(181); }
static void begin_within_skew(message_t *m) { m->assertion.not_before = IN(180); }
static void issued_nowhen(message_t *m) { m->assertion.issued = IK_TIME_ABSENT; }
static void issued_a_day_ago(message_t *m) { m->assertion.issued = IN(-DAY - 179); }
static void issued_more_than_a_day_ago(message_t *m)
{
    m->assertion.issued = IN(-DAY - 180);
    m->assertion.not_on_or_after = m->bearer.not_on_or_after = IN(8000LL * 365 * DAY);
}
static void issued_in_the_future(message_t *m) { m->assertion.issued = IN(181); }
static void no_authn(message_t *m) { m->assertion.has_authn = 0; }
static void no_instant(message_t *m) { m->assertion.authenticated = IK_TIME_ABSENT; }
static void authn_in_the_future(message_t *m) { m->assertion.authenticated = IN(181); }
static void authn_long_ago(message_t *m) { m->assertion.authenticated = IN(-86400 * 30); }
static void session_over(message_t *m) { m->assertion.session_ends = IN(-181); }
static void session_to_come(message_t *m) { m->assertion.session_ends = IN(60); }
static void request_in_confirmation(message_t *m) { m->bearer.in_response_to = "_r"; }
static void request_in_response(message_t *m) { m->verified.in_response_to = "_r"; }
static void request_expected(message_t *m) { m->expect.request = "_r"; }
static void request_answered(message_t *m)
{
    m->expect.request = m->bearer.in_response_to = m->verified.in_response_to = "_r";
}
static void request_half_answered(message_t *m) { m->expect.request = m->bearer.in_response_to = "_r"; }
static void dummy_in_both(message_t *m)
{
    m->expect.dummy = "_d";
    m->bearer.in_response_to = m->verified.in_response_to = "_d";
}
static void dummy_in_confirmation(message_t *m) { m->expect.dummy = m->bearer.in_response_to = "_d"; }
static void dummy_and_another(message_t *m)
{
    dummy_in_both(m);
    m->verified.in_response_to = "_e";
}
static void dummy_instead_of_request(message_t *m)
{
    dummy_in_both(m);
    m->expect.request = "_r";
}
static void other_request_answered(message_t *m)
{
    m->expect.request = "_q";
    m->bearer.in_response_to = m->verified.in_response_to = "_r";
}

static void judges_every_message(void **state)
{
    static const struct {
        void (*change)(message_t *m);
        const char *expected;
    } rows[] = {
        { nothing, "accepted" },
        { response_issuer_absent, "issuer_mismatch" },
        { response_issuer_other, "issuer_mismatch" },
        { assertion_issuer_absent, "issuer_mismatch" },
        { assertion_issuer_other, "issuer_mismatch" },
        { destination_absent, "destination_mismatch" },
        { destination_empty, "destination_mismatch" },
        { destination_other, "destination_mismatch" },
        { destination_absent_unsigned, "accepted" },
        { no_audience, "audience_mismatch" },
        { empty_restriction, "audience_mismatch" },
        { several_audiences, "accepted" },
        { second_restriction_other, "audience_mismatch" },
        { second_restriction_same, "accepted" },
        { suffix_in_audience, "audience_mismatch" },
        { suffix_expected, "audience_mismatch" },
        { no_confirmation, "subject_confirmation_invalid" },
        { other_method, "subject_confirmation_invalid" },
        { no_method, "subject_confirmation_invalid" },
        { no_data, "subject_confirmation_invalid" },
        { recipient_absent, "recipient_mismatch" },
        { recipient_other, "recipient_mismatch" },
        { confirmation_without_end, "subject_confirmation_invalid" },
        { confirmation_with_begin, "subject_confirmation_invalid" },
        { confirmation_over, "expired" },
        { confirmation_within_skew, "accepted" },
        { conditions_over, "expired" },
        { conditions_within_skew, "accepted" },
        { conditions_without_end, "expired" },
        { conditions_without_begin, "accepted" },
        { conditions_not_begun, "not_yet_valid" },
        { begin_within_skew, "accepted" },
        { issued_in_the_future, "not_yet_valid" },
        { issued_nowhen, "expired" },
        { issued_a_day_ago, "accepted" },
        { issued_more_than_a_day_ago, "expired" },
        { no_authn, "structure_forbidden" },
        { no_instant, "structure_forbidden" },
        { authn_in_the_future, "not_yet_valid" },
        { authn_long_ago, "accepted" },
        { session_over, "expired" },
        { session_to_come, "accepted" },
        { request_in_confirmation, "request_unknown" },
        { request_in_response, "request_unknown" },
        { request_expected, "request_unknown" },
        { request_answered, "accepted" },
        { request_half_answered, "request_unknown" },
        { other_request_answered, "request_unknown" },
        { dummy_in_both, "accepted" },
        { dummy_in_confirmation, "accepted" },
        { dummy_and_another, "request_unknown" },
        { dummy_instead_of_request, "request_unknown" },
    };
    message_t m;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        make_good(&m, *state);
        rows[i].change(&m);
        if (strcmp(check(&m), rows[i].expected) != 0)
            fail_msg("row %d: %s, expected %s", (int)i, check(&m), rows[i].expected);
    }
}

/* An identity provider that says year 9999 must not have us remember its assertions until then (R11). */
static void remembers_an_assertion_no_longer_than_it_can_be_presented(void **state)
{
    static const struct { apr_int64_t issued, end, until; } rows[] = {
        { 0, 300, 300 }, { 0, DAY, DAY }, { 0, DAY + 1, DAY }, { 0, 8000LL * 365 * DAY, DAY }, { -DAY + 1, 300, 1 }, { 60, DAY + 61, DAY + 60 },
    };

    for (apr_size_t i = 0; i < ROWS(rows); i++) {
        ik_refusal_t why = { .p = *state };
        apr_time_t until = 0;
        message_t m;

        make_good(&m, *state);
        m.assertion.issued = IN(rows[i].issued);
        m.assertion.not_on_or_after = IN(rows[i].end);
        assert_int_equal(ik_conditions_check(&until, &m.verified, &m.expect, NOW, &why), APR_SUCCESS);
        assert_true(until == IN(rows[i].until) + SKEW);
        assert_int_equal(ik_conditions_check(&until, &m.verified, &m.expect, until, &why), IK_REFUSED);
    }
}

static void accepts_one_good_bearer_among_others(void **state)
{
    ik_confirmation_t other = { "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches", 0, NULL, NULL, IK_TIME_ABSENT, IK_TIME_ABSENT };
    ik_confirmation_t expired = { IK_CM_BEARER, 1, SP, NULL, IK_TIME_ABSENT, IN(-900) };
    message_t m;

    make_good(&m, *state);
    m.assertion.confirmations->nelts = 0;
    APR_ARRAY_PUSH(m.assertion.confirmations, ik_confirmation_t *) = &other;
    APR_ARRAY_PUSH(m.assertion.confirmations, ik_confirmation_t *) = &expired;
    assert_string_equal(check(&m), "expired");
    APR_ARRAY_PUSH(m.assertion.confirmations, ik_confirmation_t *) = &m.bearer;
    assert_string_equal(check(&m), "accepted");
}

/* The number of each condition, and of every way above to spoil it alone. */
static void tells_every_condition_by_itself(void **state)
{
    static const struct {
        void (*change)(message_t *m);
        int failing;                    /* bits: 1 << condition */
    } rows[] = {
        { nothing, 0 },
        { response_issuer_other, 1 << IK_CONDITION_ISSUER },
        { assertion_issuer_absent, 1 << IK_CONDITION_ISSUER },
        { destination_other, 1 << IK_CONDITION_DESTINATION },
        { suffix_in_audience, 1 << IK_CONDITION_AUDIENCE },
        { conditions_over, 1 << IK_CONDITION_TIMES },
        { issued_in_the_future, 1 << IK_CONDITION_TIMES },
        { issued_more_than_a_day_ago, 1 << IK_CONDITION_TIMES },
        { recipient_other, 1 << IK_CONDITION_CONFIRMATION },
        { confirmation_over, 1 << IK_CONDITION_CONFIRMATION },
        { no_confirmation, 1 << IK_CONDITION_CONFIRMATION | 1 << IK_CONDITION_REQUEST },
        { no_authn, 1 << IK_CONDITION_AUTHENTICATION },
        { session_over, 1 << IK_CONDITION_AUTHENTICATION },
        { request_in_response, 1 << IK_CONDITION_REQUEST },
        { request_half_answered, 1 << IK_CONDITION_REQUEST },
        { request_in_confirmation, 1 << IK_CONDITION_CONFIRMATION | 1 << IK_CONDITION_REQUEST },
        { request_answered, 0 },
        { dummy_in_both, 0 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        message_t m;
        int failing = 0;

        make_good(&m, *state);
        rows[i].change(&m);
        for (int which = 0; which < IK_CONDITION_COUNT; which++) {
            ik_refusal_t why = { .p = *state };

            if (ik_condition_check((ik_condition_t)which, &m.verified, &m.expect, NOW, &why) == IK_REFUSED)
                failing |= 1 << which;
        }
        if (failing != rows[i].failing)
            fail_msg("row %d: %x, expected %x", (int)i, (unsigned)failing, (unsigned)rows[i].failing);
    }
}

/* Without a request there must be none; whoever does not know says so. */
static void looks_at_no_request_if_any_will_do(void **state)
{
    static void (*const changes[])(message_t *m) = {
        nothing, request_in_confirmation, request_in_response, request_expected, request_half_answered,
        other_request_answered, dummy_and_another, dummy_instead_of_request,
    };

    for (size_t i = 0; i < ROWS(changes); i++) {
        message_t m;

        make_good(&m, *state);
        changes[i](&m);
        m.expect.any_request = 1;
        assert_string_equal(check(&m), "accepted");
        m.bearer.recipient = NULL;
        assert_string_equal(check(&m), "recipient_mismatch");
    }
}

/* A good message that nobody has signed is none (R6). */
static void refuses_what_is_only_supposed(void **state)
{
    message_t m;

    make_good(&m, *state);
    m.verified.supposed = 1;
    assert_string_equal(check(&m), "signature_invalid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(judges_every_message),
        pool_test(remembers_an_assertion_no_longer_than_it_can_be_presented),
        pool_test(accepts_one_good_bearer_among_others),
        pool_test(tells_every_condition_by_itself),
        pool_test(looks_at_no_request_if_any_will_do),
        pool_test(refuses_what_is_only_supposed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
