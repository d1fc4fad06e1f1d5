/* SPDX-License-Identifier: Apache-2.0 */
/* What the table of revocations does to a session: over, uncertain, or neither; by position, never by clock. */
#include "session_host.h"

#define SLOTS 4096

/* A host whose machine has a table that has been loaded up to that position; not at all below zero. */
static host_t *host_with_table(apr_int64_t position, apr_pool_t *p)
{
    host_t *host = our_host(p);

    assert_int_equal(ik_revocations_create(&host->ctx.revocations, SLOTS, p), APR_SUCCESS);
    if (position >= 0)
        ik_revocations_advance(host->ctx.revocations, position);
    return host;
}

static void revoke_at(const host_t *host, ik_revocation_kind_t kind, const char *account, const char *subject,
                      apr_int64_t position)
{
    const ik_revocation_t revocation = { kind, account, subject, position, START + S(2 * LIFETIME) };

    assert_int_equal(ik_revocations_enter(host->ctx.revocations, &revocation, host->ctx.now), APR_SUCCESS);
}

static void goes_on_unless_it_was_revoked(void **state)
{
    host_t *host = host_with_table(START, *state);
    const ik_identity_t *identity;
    const char *renewed;

    assert_int_equal(open_value(&identity, &renewed, host, seal(host, &zoe)), IK_SESSION_OK);
    assert_same(identity, &zoe);
    host->ctx.now += S(60);
    assert_int_equal(open_value(&identity, &renewed, host, seal(host, &zoe)), IK_SESSION_OK);
    assert_non_null(renewed);
}

/* zoe's session began at position START - 1. */
static void is_over_by_a_later_revocation_of_it_its_user_its_account_or_its_index(void **state)
{
    static const struct {
        ik_revocation_kind_t kind;
        const char *account, *subject;
        apr_int64_t position;
        ik_session_state_t state;
    } rows[] = {
        { IK_REVOKE_SESSION, "acme", "AAAAAAAAAAAAAAAAAAAAAA", START, IK_SESSION_REVOKED },
        { IK_REVOKE_SESSION, "acme", "AAAAAAAAAAAAAAAAAAAAAA", 1, IK_SESSION_REVOKED },    /* its id is its own */
        { IK_REVOKE_SESSION, "acme", "BAAAAAAAAAAAAAAAAAAAAA", START, IK_SESSION_OK },
        { IK_REVOKE_SESSION, "beta", "AAAAAAAAAAAAAAAAAAAAAA", START, IK_SESSION_OK },
        { IK_REVOKE_USER, "acme", "zoe@acme.example", START, IK_SESSION_REVOKED },
        { IK_REVOKE_USER, "acme", "zoe@acme.example", START - 1, IK_SESSION_OK },
        { IK_REVOKE_USER, "acme", "zoe@acme.example", 1, IK_SESSION_OK },
        { IK_REVOKE_USER, "acme", "ann@acme.example", START, IK_SESSION_OK },
        { IK_REVOKE_USER, "beta", "zoe@acme.example", START, IK_SESSION_OK },
        { IK_REVOKE_USER, "acme", "", START, IK_SESSION_OK },
        { IK_REVOKE_ACCOUNT, "acme", "", START, IK_SESSION_REVOKED },
        { IK_REVOKE_ACCOUNT, "acme", "", START - 1, IK_SESSION_OK },
        { IK_REVOKE_INDEX, "acme", INDEX, START, IK_SESSION_REVOKED },
        { IK_REVOKE_INDEX, "acme", INDEX, START - 1, IK_SESSION_OK },
        { IK_REVOKE_INDEX, "acme", "0" INDEX, START, IK_SESSION_OK },
        { IK_REVOKE_INDEX, "acme", "", START, IK_SESSION_OK },
        { IK_REVOKE_INDEX, "beta", INDEX, START, IK_SESSION_OK },
        { IK_REVOKE_USER, "acme", INDEX, START, IK_SESSION_OK },
        { IK_REVOKE_ACCOUNT, "acm", "", START, IK_SESSION_OK },
        { IK_REVOKE_ACCOUNT, "acme2", "", START, IK_SESSION_OK },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        host_t *host = host_with_table(START, *state);

        revoke_at(host, rows[i].kind, rows[i].account, rows[i].subject, rows[i].position);
        assert_int_equal(state_of(host, seal(host, &zoe)), rows[i].state);
    }
}

/* open_value holds that there is neither identity nor a new cookie, though it is a minute old and an older key's. */
static void neither_a_revoked_nor_an_uncertain_session_is_renewed(void **state)
{
    host_t *host = host_with_table(START, *state), *unsure = host_with_table(-1, *state);
    const char *value = seal(host, &zoe);

    host->ctx.keys = unsure->ctx.keys = ring_of(OLD NEW, *state);
    host->ctx.now = unsure->ctx.now = START + S(61);
    revoke_at(host, IK_REVOKE_USER, "acme", "zoe@acme.example", START);
    assert_int_equal(state_of(host, value), IK_SESSION_REVOKED);
    assert_int_equal(state_of(unsure, value), IK_SESSION_UNCERTAIN);
}

static void a_renewed_cookie_is_over_with_the_session(void **state)
{
    host_t *host = host_with_table(START, *state);
    const ik_identity_t *identity;
    const char *renewed;

    host->ctx.now = START + S(90);
    assert_int_equal(open_value(&identity, &renewed, host, seal(host, &zoe)), IK_SESSION_OK);
    assert_non_null(renewed);
    revoke_at(host, IK_REVOKE_SESSION, "acme", zoe.session, START + S(91));
    assert_int_equal(state_of(host, renewed), IK_SESSION_REVOKED);
}

static void is_uncertain_until_the_database_was_read_once(void **state)
{
    host_t *host = host_with_table(-1, *state);
    const char *value = seal(host, &zoe);

    assert_int_equal(state_of(host, value), IK_SESSION_UNCERTAIN);
    ik_revocations_advance(host->ctx.revocations, 0);
    assert_int_equal(state_of(host, value), IK_SESSION_OK);
}

/* What is over anyway needs nobody who can tell: it gets the sign-in page, not a failure. */
static void what_is_no_session_is_not_uncertain(void **state)
{
    host_t *host = host_with_table(-1, *state);
    const char *value = seal(host, &zoe);

    assert_int_equal(state_of(host, NULL), IK_SESSION_NONE);
    assert_int_equal(state_of(host, "x"), IK_SESSION_UNREADABLE);
    host->ctx.now = START + S(IDLE);
    assert_int_equal(state_of(host, value), IK_SESSION_IDLE);
    host->ctx.now = START + S(LIFETIME);
    assert_int_equal(state_of(host, value), IK_SESSION_EXPIRED);
}

static ik_session_state_t read_state(const host_t *host, const char *value)
{
    const ik_identity_t *identity = &zoe;
    ik_session_state_t state = ik_session_read(&identity, &host->ctx, value);

    if (state == IK_SESSION_OK)
        assert_string_equal(identity->session, zoe.session);
    else
        assert_null(identity);
    return state;
}

static void reads_for_its_end_what_gives_no_access_but_may_be_alive_elsewhere(void **state)
{
    host_t *host = host_with_table(START, *state);
    const char *value = seal(host, &zoe);

    assert_int_equal(read_state(host, value), IK_SESSION_OK);
    host->ctx.now = START + S(IDLE);
    assert_int_equal(state_of(host, value), IK_SESSION_IDLE);
    assert_int_equal(read_state(host, value), IK_SESSION_OK);
    host->settings.session_lifetime = 60;
    assert_int_equal(state_of(host, value), IK_SESSION_EXPIRED);
    assert_int_equal(read_state(host, value), IK_SESSION_OK);
    host->ctx.now = START - S(SKEW + 1);
    assert_int_equal(state_of(host, value), IK_SESSION_UNREADABLE);
    assert_int_equal(read_state(host, value), IK_SESSION_OK);
}

static void reads_nothing_to_end_in_what_is_over_or_not_ours(void **state)
{
    host_t *host = host_with_table(START, *state), *unsure = host_with_table(-1, *state);
    host_t *other = make_host("https://other.example", OLD, *state);
    const char *value = seal(host, &zoe);

    assert_int_equal(read_state(host, NULL), IK_SESSION_NONE);
    assert_int_equal(read_state(host, ""), IK_SESSION_NONE);
    assert_int_equal(read_state(host, "x"), IK_SESSION_UNREADABLE);
    assert_int_equal(read_state(other, value), IK_SESSION_UNREADABLE);
    assert_int_equal(read_state(unsure, value), IK_SESSION_UNCERTAIN);
    revoke_at(host, IK_REVOKE_SESSION, "acme", zoe.session, START);
    assert_int_equal(read_state(host, value), IK_SESSION_REVOKED);
    host->ctx.now = unsure->ctx.now = START + S(LIFETIME);
    assert_int_equal(read_state(host, value), IK_SESSION_EXPIRED);
    assert_int_equal(read_state(unsure, value), IK_SESSION_EXPIRED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(goes_on_unless_it_was_revoked),
        pool_test(is_over_by_a_later_revocation_of_it_its_user_its_account_or_its_index),
        pool_test(neither_a_revoked_nor_an_uncertain_session_is_renewed),
        pool_test(a_renewed_cookie_is_over_with_the_session),
        pool_test(is_uncertain_until_the_database_was_read_once),
        pool_test(what_is_no_session_is_not_uncertain),
        pool_test(reads_for_its_end_what_gives_no_access_but_may_be_alive_elsewhere),
        pool_test(reads_nothing_to_end_in_what_is_over_or_not_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
