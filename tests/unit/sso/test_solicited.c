/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/solicited.c: which pending login a message answers, and whether it gives what was asked for. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "saml/names.h"
#include "sso/solicited.h"

#define A "_ikAAAAAAAAAAAAAAAAAAAAAA"
#define B "_ikBBBBBBBBBBBBBBBBBBBBBB"
#define C "_ikCCCCCCCCCCCCCCCCCCCCCC"
#define D "_ikDDDDDDDDDDDDDDDDDDDDDD"
#define E "_ikEEEEEEEEEEEEEEEEEEEEEE"
#define IDP "https://idp.test/"
#define NOW apr_time_from_sec(1795489200)
#define TODAY 20781                      /* days from 1970-01-01 to NOW */
#define SKEW apr_time_from_sec(180)

/*
 * What a message says in which place, of a browser that has started A at acme, B at beta, C at another provider, and
 * the test D at acme.
 */
typedef struct row_t {
    const char *first, *second;         /* InResponseTo of two confirmations */
    const char *method;                 /* of the first */
    const char *response;
    int last_day;                       /* of the tolerance dummy-request */
    ik_solicited_t kind;
    const char *request, *dummy;
} row_t;

static const ik_pending_t started[] = {
    { .handle = "a", .request = A, .account = "acme", .idp = IDP, .draft = "" },
    { .handle = "b", .request = B, .account = "beta", .idp = IDP, .draft = "" },
    { .handle = "c", .request = C, .account = "acme", .idp = "https://other.test/", .draft = "" },
    { .handle = "d", .request = D, .account = "acme", .idp = IDP, .draft = "AAAAAAAAAAAAAAAAAAAAAA" },
};

static apr_array_header_t *browser(apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 3, sizeof(const ik_pending_t *));

    for (size_t i = 0; i < ROWS(started); i++)
        APR_ARRAY_PUSH(all, const ik_pending_t *) = &started[i];
    return all;
}

static ik_answer_t ask(const row_t *row, const apr_array_header_t *pending, apr_pool_t *p)
{
    ik_confirmation_t one = { .method = row->method, .in_response_to = row->first };
    ik_confirmation_t two = { .method = IK_CM_BEARER, .in_response_to = row->second };
    ik_assertion_t assertion = { .issuer = IDP };
    ik_verified_t message = { .assertion = &assertion, .in_response_to = row->response };
    ik_account_t account = { .id = "acme", .options = { .dummy_request = row->last_day } };

    assertion.confirmations = apr_array_make(p, 2, sizeof(const ik_confirmation_t *));
    APR_ARRAY_PUSH(assertion.confirmations, const ik_confirmation_t *) = &one;
    APR_ARRAY_PUSH(assertion.confirmations, const ik_confirmation_t *) = &two;
    return ik_solicited(&message, &account, pending, NOW);
}

static int same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const row_t rows[] = {
    { NULL, NULL, IK_CM_BEARER, NULL, 0, IK_UNSOLICITED, NULL, NULL },
    { A, NULL, IK_CM_BEARER, A, 0, IK_SOLICITED, A, NULL },
    { NULL, A, IK_CM_BEARER, NULL, 0, IK_SOLICITED, A, NULL },
    { NULL, NULL, IK_CM_BEARER, A, 0, IK_SOLICITED, A, NULL },             /* the conditions miss it elsewhere */
    { A, NULL, IK_CM_BEARER, "_other", 0, IK_SOLICITED, A, NULL },         /* likewise */
    { B, A, "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches", NULL, 0, IK_SOLICITED, A, NULL },
    { B, A, NULL, NULL, 0, IK_SOLICITED, A, NULL },
    { B, NULL, IK_CM_BEARER, B, 0, IK_ANSWERS_OTHER, B, NULL },            /* of another account */
    { C, NULL, IK_CM_BEARER, C, 0, IK_ANSWERS_OTHER, C, NULL },            /* of another provider */
    { "_x", NULL, IK_CM_BEARER, "_x", 0, IK_ANSWERS_OTHER, "_x", NULL },
    { "", NULL, IK_CM_BEARER, "", 0, IK_ANSWERS_OTHER, "", NULL },
    { "_x", NULL, IK_CM_BEARER, "_x", TODAY, IK_UNSOLICITED, NULL, "_x" },
    { "", NULL, IK_CM_BEARER, "", TODAY, IK_UNSOLICITED, NULL, "" },
    { NULL, NULL, IK_CM_BEARER, "_x", TODAY, IK_UNSOLICITED, NULL, "_x" },
    { A, NULL, IK_CM_BEARER, A, TODAY, IK_SOLICITED, A, NULL },
    { B, NULL, IK_CM_BEARER, B, TODAY, IK_ANSWERS_OTHER, B, NULL },
    { E, NULL, IK_CM_BEARER, NULL, TODAY, IK_ANSWERS_OTHER, E, NULL },
    { "_x", NULL, IK_CM_BEARER, "_x", TODAY + 300, IK_UNSOLICITED, NULL, "_x" },
    { "_x", NULL, IK_CM_BEARER, "_x", TODAY - 1, IK_ANSWERS_OTHER, "_x", NULL },       /* no longer tolerated */
    { D, NULL, IK_CM_BEARER, D, TODAY, IK_ANSWERS_OTHER, D, NULL },        /* a test opens no session */
};

static void finds_what_a_message_answers(void **state)
{
    const apr_array_header_t *all = browser(*state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_answer_t answer = ask(&rows[i], all, *state);

        if (answer.kind != rows[i].kind || !same(answer.request, rows[i].request) || !same(answer.dummy, rows[i].dummy))
            fail_msg("row %d: %d, request %s, dummy %s", (int)i, answer.kind, answer.request, answer.dummy);
        assert_true((answer.kind == IK_SOLICITED) == (answer.pending == &started[0]));
        assert_true((answer.kind == IK_ANSWERS_OTHER) == (answer.problem != NULL));
        assert_true(!answer.pending || answer.kind == IK_SOLICITED);
    }
}

static void finds_nothing_in_a_browser_that_started_nothing(void **state)
{
    const apr_array_header_t *none = apr_array_make(*state, 1, sizeof(const ik_pending_t *));

    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_not_equal(ask(&rows[i], NULL, *state).kind, IK_SOLICITED);
        assert_int_not_equal(ask(&rows[i], none, *state).kind, IK_SOLICITED);
    }
}

static void checks_that_the_authentication_is_what_was_asked_for(void **state)
{
    static const struct {
        int force_authn;
        apr_time_t authenticated;
        const char *wanted, *context;
        apr_status_t rv;
    } checks[] = {
        { 0, 0, NULL, "", APR_SUCCESS },
        { 1, NOW, NULL, "", APR_SUCCESS },
        { 1, NOW - SKEW, NULL, "", APR_SUCCESS },
        { 1, NOW - SKEW - 1, NULL, "", IK_REFUSED },
        { 1, IK_TIME_ABSENT, NULL, "", IK_REFUSED },
        { 0, NOW, "", "", APR_SUCCESS },
        { 0, NOW, "urn:mfa urn:card", "urn:card", APR_SUCCESS },
        { 0, NOW, "urn:mfa urn:card", "urn:password", IK_REFUSED },
        { 0, NOW, "urn:mfa", "urn:MFA", IK_REFUSED },
        { 0, NOW, "urn:mfa", "", IK_REFUSED },
        { 1, NOW, "urn:mfa", "urn:mfa", APR_SUCCESS },
        { 1, 0, "urn:mfa", "urn:mfa", IK_REFUSED },
    };

    for (size_t i = 0; i < ROWS(checks); i++) {
        /* Later in that second: AuthnInstant has none of its fractions. */
        ik_pending_t pending = { .made = NOW + 700000, .force_authn = checks[i].force_authn };
        ik_assertion_t assertion = { .authenticated = checks[i].authenticated, .context = checks[i].context };
        ik_refusal_t why = { .p = *state };

        if (checks[i].wanted)
            pending.wanted.contexts = ik_text_words(*state, checks[i].wanted);
        if (ik_solicited_check(&pending, &assertion, SKEW, &why) != checks[i].rv)
            fail_msg("row %d", (int)i);
        if (checks[i].rv == IK_REFUSED)
            assert_int_equal(why.reason, IK_REASON_NOT_ALLOWED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(finds_what_a_message_answers),
        pool_test(finds_nothing_in_a_browser_that_started_nothing),
        pool_test(checks_that_the_authentication_is_what_was_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
