/* SPDX-License-Identifier: Apache-2.0 */
/* How long a session lives: lifetime, idleness, clocks that differ, renewal. */
#include <pthread.h>

#include <openssl/evp.h>

#include "session_host.h"

/* Times are seconds after START. */
static void ends_by_lifetime_expiry_and_idleness(void **state)
{
    static const struct {
        int issued, seen, expires, now;
        ik_session_state_t state;
    } rows[] = {
        { 0, 0, LIFETIME, IDLE - 1, IK_SESSION_OK },
        { 0, 0, LIFETIME, IDLE, IK_SESSION_IDLE },
        { 0, 0, LIFETIME, LIFETIME - 1, IK_SESSION_IDLE },
        { 0, 0, LIFETIME, LIFETIME, IK_SESSION_EXPIRED },
        { 0, LIFETIME - 10, LIFETIME, LIFETIME - 1, IK_SESSION_OK },
        { 0, LIFETIME - 10, LIFETIME, LIFETIME, IK_SESSION_EXPIRED },
        { 0, LIFETIME - 10, LIFETIME, LIFETIME + 86400, IK_SESSION_EXPIRED },
        { 0, 500, 600, 599, IK_SESSION_OK },                            /* SessionNotOnOrAfter */
        { 0, 500, 600, 600, IK_SESSION_EXPIRED },
        { 0, LIFETIME, 2 * LIFETIME, LIFETIME - 1, IK_SESSION_OK },     /* the lifetime was shortened since */
        { 0, LIFETIME, 2 * LIFETIME, LIFETIME, IK_SESSION_EXPIRED },
        { 0, 0, 0, 0, IK_SESSION_EXPIRED },
    };
    host_t *host = our_host(*state);
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        ik_identity_t identity = zoe;

        identity.issued = START + S(rows[i].issued);
        identity.seen = START + S(rows[i].seen);
        identity.expires = START + S(rows[i].expires);
        host->ctx.now = START + S(rows[i].now);
        assert_int_equal(state_of(host, seal(host, &identity)), rows[i].state);
    }
}

static void forgives_a_clock_set_back_up_to_the_skew(void **state)
{
    static const struct {
        int issued, seen;
        ik_session_state_t state;
    } rows[] = {
        { SKEW, SKEW, IK_SESSION_OK },
        { SKEW + 1, SKEW + 1, IK_SESSION_UNREADABLE },
        { -600, SKEW, IK_SESSION_OK },
        { -600, SKEW + 1, IK_SESSION_UNREADABLE },
        { 1, 0, IK_SESSION_OK },
        { 86400, 0, IK_SESSION_UNREADABLE },
    };
    const host_t *host = our_host(*state);
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        ik_identity_t identity = zoe;
        const ik_identity_t *opened;
        const char *renewed;

        identity.issued = START + S(rows[i].issued);
        identity.seen = START + S(rows[i].seen);
        assert_int_equal(open_value(&opened, &renewed, host, seal(host, &identity)), rows[i].state);
        assert_true(rows[i].seen < 0 || !renewed);
    }
}

static void renews_at_most_once_a_minute(void **state)
{
    static const struct {
        int idle, age;
        int renewed;
    } rows[] = {
        { IDLE, -60, 0 }, { IDLE, 0, 0 }, { IDLE, 59, 0 }, { IDLE, 60, 1 }, { IDLE, 61, 1 }, { IDLE, IDLE - 1, 1 },
        { 120, 59, 0 }, { 120, 60, 1 },
        { 30, 14, 0 }, { 30, 15, 1 },   /* else somebody active every 16 seconds would be idle */
    };
    host_t *host = our_host(*state);
    const char *value = seal(host, &zoe);
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const ik_identity_t *identity;
        const char *renewed;

        host->settings.session_idle = rows[i].idle;
        host->ctx.now = START + S(rows[i].age);
        assert_int_equal(open_value(&identity, &renewed, host, value), IK_SESSION_OK);
        assert_int_equal(renewed != NULL, rows[i].renewed);
        assert_true(identity->seen == (renewed ? host->ctx.now : START));
    }
}

static void a_renewed_cookie_holds_the_same_identity_and_no_longer_life(void **state)
{
    host_t *host = our_host(*state);
    const char *value = seal(host, &zoe), *renewed, *again;
    const ik_identity_t *identity;
    ik_identity_t expected = zoe;

    host->ctx.now = START + S(90);
    assert_int_equal(open_value(&identity, &renewed, host, value), IK_SESSION_OK);
    assert_non_null(renewed);
    assert_string_not_equal(renewed, value);
    expected.seen = host->ctx.now;
    assert_int_equal(open_value(&identity, &again, host, renewed), IK_SESSION_OK);
    assert_null(again);
    assert_same(identity, &expected);
}

static void activity_keeps_a_session_until_its_lifetime_ends(void **state)
{
    host_t *host = our_host(*state);
    const char *value = seal(host, &zoe);
    const ik_identity_t *identity;
    ik_session_state_t outcome = IK_SESSION_OK;
    int elapsed;

    for (elapsed = 0; outcome == IK_SESSION_OK; elapsed += 1700) {
        const char *renewed;

        host->ctx.now = START + S(elapsed);
        outcome = open_value(&identity, &renewed, host, value);
        value = renewed ? renewed : value;
    }
    assert_int_equal(outcome, IK_SESSION_EXPIRED);
    assert_in_range(elapsed - 1700, LIFETIME, LIFETIME + 1700);
}

static void renews_at_once_what_an_older_key_sealed(void **state)
{
    const host_t *before = our_host(*state);
    const host_t *after = make_host("https://imagekit.io", OLD NEW, *state);
    const host_t *retired = make_host("https://imagekit.io", NEW, *state);
    const char *value = seal(before, &zoe), *renewed, *again;
    const ik_identity_t *identity;

    assert_int_equal(open_value(&identity, &renewed, after, value), IK_SESSION_OK);
    assert_non_null(renewed);
    assert_int_equal(open_value(&identity, &again, after, renewed), IK_SESSION_OK);
    assert_null(again);
    assert_same(identity, &zoe);
    assert_int_equal(state_of(retired, value), IK_SESSION_UNREADABLE);
    assert_int_equal(state_of(retired, renewed), IK_SESSION_OK);
}

static void renewal_for_a_new_key_never_moves_activity_back(void **state)
{
    const host_t *before = our_host(*state);
    host_t *after = make_host("https://imagekit.io", OLD NEW, *state);
    const char *value = seal(before, &zoe), *renewed;
    const ik_identity_t *identity;

    after->ctx.now = START - S(SKEW);
    assert_int_equal(open_value(&identity, &renewed, after, value), IK_SESSION_OK);
    assert_non_null(renewed);
    assert_true(identity->seen == START);
}

static void an_expired_or_idle_session_is_not_renewed(void **state)
{
    host_t *host = make_host("https://imagekit.io", OLD NEW, *state);
    const char *value = seal(our_host(*state), &zoe);

    host->ctx.now = START + S(IDLE);
    assert_int_equal(state_of(host, value), IK_SESSION_IDLE);
    host->ctx.now = START + S(LIFETIME);
    assert_int_equal(state_of(host, value), IK_SESSION_EXPIRED);
}

typedef struct attempt_t {
    const host_t *host;
    const char *value, *renewed;
    const ik_identity_t *identity;
    ik_session_state_t state;
} attempt_t;

static void *try_to_open(void *data)
{
    attempt_t *attempt = data;

    attempt->state = ik_session_open(&attempt->identity, &attempt->renewed, &attempt->host->ctx, attempt->value);
    return NULL;
}

/* Without providers OpenSSL has no random bytes for a new thread; what the ring has fetched goes on working. */
static void survives_a_renewal_that_fails_and_logs_it(void **state)
{
    host_t *host = our_host(*state);
    attempt_t attempt = { .host = host, .value = seal(host, &zoe), .renewed = "left over" };
    pthread_t thread;

    host->ctx.now = START + S(60);
    assert_int_equal(EVP_set_default_properties(NULL, "provider=none"), 1);
    assert_int_equal(pthread_create(&thread, NULL, try_to_open, &attempt), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(EVP_set_default_properties(NULL, ""), 1);
    assert_int_equal(attempt.state, IK_SESSION_OK);
    assert_null(attempt.renewed);
    assert_same(attempt.identity, &zoe);
    assert_int_equal(host->logged, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(ends_by_lifetime_expiry_and_idleness),
        pool_test(forgives_a_clock_set_back_up_to_the_skew),
        pool_test(renews_at_most_once_a_minute),
        pool_test(a_renewed_cookie_holds_the_same_identity_and_no_longer_life),
        pool_test(activity_keeps_a_session_until_its_lifetime_ends),
        pool_test(renews_at_once_what_an_older_key_sealed),
        pool_test(renewal_for_a_new_key_never_moves_activity_back),
        pool_test(an_expired_or_idle_session_is_not_renewed),
        pool_test(survives_a_renewal_that_fails_and_logs_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
