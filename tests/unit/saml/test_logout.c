/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/logout and saml/raw_query with messages of an independent implementation, good and bad. */
#include "logout_case.h"

#include "saml/assertion.h"
#include "saml/names.h"
#include "saml/own.h"

static void accepts_every_good_message(void **state)
{
    apr_array_header_t *names = logout_names("accepted", 0, *state);

    assert_true(names->nelts > 20);
    for (int i = 0; i < names->nelts; i++) {
        apr_status_t rv;
        logout_case_t *c = logout_file(&rv, "accepted", APR_ARRAY_IDX(names, i, const char *), *state);

        if (rv != APR_SUCCESS)
            fail_msg("%s: %s, %s", c->name, ik_reason_row(c->why.reason)->id, c->why.detail);
        assert_string_equal(c->said->issuer, "https://idp.logout.test/metadata");
        assert_string_equal(ik_logout_claimed_issuer(c->message), c->said->issuer);
        assert_int_equal(c->said->id[0], '_');
    }
}

static int expects(const logout_case_t *c, apr_status_t rv, const char *reason)
{
    return rv == IK_REFUSED && strcmp(ik_reason_row(c->why.reason)->id, reason) == 0 && c->why.detail;
}

static void refuses_every_bad_message_for_its_reason(void **state)
{
    apr_array_header_t *reasons = logout_names("", 1, *state);
    int refused = 0;

    for (int r = 0; r < reasons->nelts; r++) {
        const char *reason = APR_ARRAY_IDX(reasons, r, const char *);
        apr_array_header_t *names = logout_names(reason, 0, *state);

        for (int i = 0; strcmp(reason, "accepted") != 0 && i < names->nelts; i++, refused++) {
            apr_status_t rv;
            logout_case_t *c = logout_file(&rv, reason, APR_ARRAY_IDX(names, i, const char *), *state);

            if (!expects(c, rv, reason))
                fail_msg("%s/%s: %s, %s", reason, c->name, rv == IK_REFUSED ? ik_reason_row(c->why.reason)->id : "accepted",
                         c->why.detail);
        }
    }
    assert_true(refused > 80);
}

static logout_case_t *good(const char *name, apr_pool_t *p)
{
    apr_status_t rv;
    logout_case_t *c = logout_file(&rv, "accepted", name, p);

    assert_int_equal(rv, APR_SUCCESS);
    return c;
}

static void reads_a_request(void **state)
{
    const logout_case_t *c = good("rsa-sha256.query", *state);

    assert_true(c->said->is_request);
    assert_string_equal(c->said->name_id, "ann@acme.test");
    assert_int_equal(c->said->session_indexes->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(c->said->session_indexes, 0, const char *), "_session-1");
    assert_string_equal(c->said->destination, OURS);
    assert_true(c->said->issued == logout_now(*state));
    assert_true(c->said->not_on_or_after == logout_now(*state) + apr_time_from_sec(300));
    assert_string_equal(ik_logout_binding(c->message), IK_BINDING_REDIRECT);
    assert_string_equal(ik_logout_relay_state(c->message), "state");
}

static void reads_what_may_be_absent(void **state)
{
    assert_int_equal(good("no-index.query", *state)->said->session_indexes->nelts, 0);
    assert_int_equal(good("three-indexes.query", *state)->said->session_indexes->nelts, 3);
    assert_null(good("no-destination.query", *state)->said->destination);
    assert_true(good("no-end.query", *state)->said->not_on_or_after == IK_TIME_ABSENT);
    assert_null(ik_logout_relay_state(good("no-relay-state.query", *state)->message));
    assert_string_equal(ik_logout_relay_state(good("empty-relay-state.query", *state)->message), "");
    assert_string_equal(ik_logout_relay_state(good("lower-case.query", *state)->message), "a/b+c=d:e");
    assert_string_equal(ik_logout_relay_state(good("relay-state-with-plus.query", *state)->message), "a b");
}

static void reads_a_response(void **state)
{
    const ik_logout_said_t *said = good("response.query", *state)->said;

    assert_false(said->is_request);
    assert_string_equal(said->in_response_to, "_ik-request");
    assert_true(said->success);
    assert_false(good("response-partial.query", *state)->said->success);
    assert_true(good("response.post", *state)->said->success);
}

static void says_by_which_binding_it_came(void **state)
{
    assert_string_equal(ik_logout_binding(good("request.post", *state)->message), IK_BINDING_POST);
    assert_string_equal(ik_logout_binding(good("with-header.soap", *state)->message), IK_BINDING_SOAP);
    assert_null(ik_logout_relay_state(good("request.post", *state)->message));
}

/* Of several accounts with one identity provider, each is asked in turn. */
static void verifies_with_another_trust_after_a_refusal(void **state)
{
    static const char *const names[] = { "rsa-sha256.query", "request.post", "request.soap" };

    for (size_t i = 0; i < ROWS(names); i++) {
        logout_case_t *c = good(names[i], *state);
        ik_trust_t *right = logout_trust(*state), wrong = *right;

        wrong.keys = apr_array_make(*state, 1, sizeof(void *));
        assert_int_equal(ik_logout_verify(&c->said, c->message, &wrong, &c->why), IK_REFUSED);
        assert_int_equal(c->why.reason, IK_REASON_SIGNATURE_INVALID);
        assert_int_equal(ik_logout_verify(&c->said, c->message, right, &c->why), APR_SUCCESS);
    }
}

static ik_reason_t checked(const char *name, apr_time_t later, apr_pool_t *p)
{
    logout_case_t *c = good(name, p);
    apr_status_t rv = ik_logout_check(c->said, logout_ours(p), SKEW, logout_now(p) + later, &c->why);

    return rv == APR_SUCCESS ? IK_REASON_COUNT : c->why.reason;
}

static void holds_times_against_the_clock(void **state)
{
    static const struct { const char *name; int later; ik_reason_t expected; } rows[] = {
        { "no-end.query", 479, IK_REASON_COUNT },
        { "no-end.query", 480, IK_REASON_EXPIRED },
        { "no-end.query", -180, IK_REASON_COUNT },
        { "no-end.query", -181, IK_REASON_NOT_YET_VALID },
        { "rsa-sha256.query", 479, IK_REASON_COUNT },
        { "rsa-sha256.query", 480, IK_REASON_EXPIRED },
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(checked(rows[i].name, apr_time_from_sec(rows[i].later), *state), rows[i].expected);
}

static void refuses_a_destination_when_nothing_is_ours(void **state)
{
    logout_case_t *c = good("rsa-sha256.query", *state);

    assert_int_equal(ik_logout_check(c->said, apr_array_make(*state, 1, sizeof(const char *)), SKEW, logout_now(*state),
                                     &c->why), IK_REFUSED);
    assert_int_equal(c->why.reason, IK_REASON_DESTINATION_MISMATCH);
}

static int start(void **state)
{
    (void)state;
    return ik_saml_start() == APR_SUCCESS ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(accepts_every_good_message),
        pool_test(refuses_every_bad_message_for_its_reason),
        pool_test(reads_a_request),
        pool_test(reads_what_may_be_absent),
        pool_test(reads_a_response),
        pool_test(says_by_which_binding_it_came),
        pool_test(verifies_with_another_trust_after_a_refusal),
        pool_test(holds_times_against_the_clock),
        pool_test(refuses_a_destination_when_nothing_is_ours),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
