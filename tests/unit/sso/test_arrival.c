/* SPDX-License-Identifier: Apache-2.0 */
/* The companion of a session, and a session that waits: what they tell, for how long, and that they sign nobody in. */
#include "session_host.h"
#include "sso/arrival.h"
#include "sso/whose.h"

#define TARGET "https://imagekit.io/dashboard?x=1#y"

static const char *arrival_of(const host_t *host)
{
    const char *value;

    assert_int_equal(ik_arrival_seal(&value, &host->ctx, &zoe, TARGET), APR_SUCCESS);
    return value;
}

static apr_status_t open_arrival(const host_t *host, const char *value)
{
    const ik_identity_t *who;
    const char *target;

    return ik_arrival_open(&who, &target, &host->ctx, value);
}

static void arrival_brings_the_whole_session(void **state)
{
    const host_t *host = our_host(*state);
    const ik_identity_t *who;
    const char *target;

    assert_int_equal(ik_arrival_open(&who, &target, &host->ctx, arrival_of(host)), APR_SUCCESS);
    assert_same(who, &zoe);
    assert_string_equal(target, TARGET);
}

static void arrival_waits_ten_minutes(void **state)
{
    host_t *host = our_host(*state);
    const char *value = arrival_of(host);

    host->ctx.now = START + IK_ARRIVAL_LIFETIME - 1;
    assert_int_equal(open_arrival(host, value), APR_SUCCESS);
    host->ctx.now = START + IK_ARRIVAL_LIFETIME;
    assert_int_equal(open_arrival(host, value), APR_EINVAL);
}

static void neither_signs_anybody_in(void **state)
{
    const host_t *host = our_host(*state);
    const char *whose = ik_whose_seal(&host->ctx, &zoe), *session = seal(host, &zoe), *arrival = arrival_of(host);
    const ik_identity_t *who;

    assert_non_null(whose);
    assert_int_equal(state_of(host, whose), IK_SESSION_UNREADABLE);
    assert_int_equal(state_of(host, arrival), IK_SESSION_UNREADABLE);
    assert_int_equal(open_arrival(host, session), APR_EINVAL);
    assert_int_equal(open_arrival(host, whose), APR_EINVAL);
    assert_false(ik_whose_open(&who, &host->ctx, session));
    assert_false(ik_whose_open(&who, &host->ctx, arrival));
}

static void other_hosts_and_keys_open_nothing(void **state)
{
    const host_t *host = our_host(*state);
    const host_t *others[] = { make_host("https://imagekit.io:8443", OLD, *state),
                               make_host("https://imagekit.io", NEW, *state) };
    const char *whose = ik_whose_seal(&host->ctx, &zoe), *arrival = arrival_of(host);
    const ik_identity_t *who;

    for (size_t i = 0; i < ROWS(others); i++) {
        assert_false(ik_whose_open(&who, &others[i]->ctx, whose));
        assert_int_equal(open_arrival(others[i], arrival), APR_EINVAL);
    }
    assert_false(ik_whose_open(&who, &host->ctx, NULL));
    assert_false(ik_whose_open(&who, &host->ctx, ""));
    assert_false(ik_whose_open(&who, &host->ctx, whose + 1));
    assert_int_equal(open_arrival(host, NULL), APR_EINVAL);
    assert_int_equal(open_arrival(host, arrival + 1), APR_EINVAL);
}

static void companion_tells_whose_session_it_is(void **state)
{
    const host_t *host = our_host(*state);
    const ik_identity_t *who;

    assert_true(ik_whose_open(&who, &host->ctx, ik_whose_seal(&host->ctx, &zoe)));
    assert_string_equal(who->session, zoe.session);
    assert_true(ik_whose_same_user(who, &zoe));
    assert_string_equal(who->role, "");
    assert_string_equal(who->attributes, "");
}

static void companion_of_a_session_that_is_over_tells_nothing(void **state)
{
    host_t *host = our_host(*state);
    const char *whose = ik_whose_seal(&host->ctx, &zoe);
    const ik_identity_t *who;

    host->ctx.now = zoe.expires - 1;
    assert_true(ik_whose_open(&who, &host->ctx, whose));
    host->ctx.now = zoe.expires;
    assert_false(ik_whose_open(&who, &host->ctx, whose));
}

static void companion_of_a_revoked_session_tells_nothing(void **state)
{
    host_t *host = our_host(*state);
    const char *whose = ik_whose_seal(&host->ctx, &zoe);
    ik_revocation_t of_index = { IK_REVOKE_INDEX, "acme", INDEX, START, START + S(86400) };
    const ik_identity_t *who;

    assert_int_equal(ik_revocations_create(&host->ctx.revocations, 64, *state), APR_SUCCESS);
    assert_true(ik_whose_open(&who, &host->ctx, whose));
    ik_revocations_advance(host->ctx.revocations, START - 1);
    assert_true(ik_whose_open(&who, &host->ctx, whose));
    assert_int_equal(ik_revocations_enter(host->ctx.revocations, &of_index, START), APR_SUCCESS);
    assert_false(ik_whose_open(&who, &host->ctx, whose));
}

static void users_are_told_apart_by_account_and_address(void **state)
{
    ik_identity_t other = zoe;

    (void)state;
    other.session = "BBBBBBBBBBBBBBBBBBBBBB";
    assert_true(ik_whose_same_user(&zoe, &other));
    other.account = "beta";
    assert_false(ik_whose_same_user(&zoe, &other));
    other = zoe;
    other.email = "bob@acme.example";
    assert_false(ik_whose_same_user(&zoe, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(arrival_brings_the_whole_session),
        pool_test(arrival_waits_ten_minutes),
        pool_test(neither_signs_anybody_in),
        pool_test(other_hosts_and_keys_open_nothing),
        pool_test(companion_tells_whose_session_it_is),
        pool_test(companion_of_a_session_that_is_over_tells_nothing),
        pool_test(companion_of_a_revoked_session_tells_nothing),
        pool_test(users_are_told_apart_by_account_and_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
