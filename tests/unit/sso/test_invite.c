/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations: good once, for a while, for one account; and what becomes of the links that are not. */
#include "login_scene.h"

#include <pthread.h>

#include "refusals.h"
#include "sso/accounts.h"
#include "sso/invite.h"
#include "store/invite.h"

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)
#define WEEK (7 * 24 * 3600)
#define THREADS 8

/* The account "acme" on a host, and "beta" beside it. */
static ik_ctx_t *make_host(const database_t *database)
{
    ik_ctx_t *ctx = &make_scene(database)->machine->ctx;
    const ik_account_change_t nothing = { 0 };
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_add(&result, ctx, "beta", &nothing), APR_SUCCESS);
    return ctx;
}

static const char *invite_for(const ik_ctx_t *ctx, const char *account, apr_int64_t seconds)
{
    ik_accounts_result_t result;
    const char *token;

    if (ik_invite_make(&token, &result, ctx, account, seconds, "ann@acme.test") != APR_SUCCESS)
        fail_msg("%s", result.problem);
    return token;
}

static ik_invite_state_t look(const ik_ctx_t *ctx, const char *token)
{
    const ik_invite_t *invite;
    ik_invite_state_t state;

    assert_int_equal(ik_invite_look(&state, &invite, ctx, token), APR_SUCCESS);
    assert_true((invite == NULL) == (state == IK_INVITE_UNKNOWN));
    return state;
}

static ik_invite_state_t redeem(const char **cookie, const ik_ctx_t *ctx, const char *token)
{
    ik_invite_state_t state;

    assert_int_equal(ik_invite_redeem(cookie, &state, ctx, token), APR_SUCCESS);
    assert_true((*cookie != NULL) == (state == IK_INVITE_OPEN));
    return state;
}

static const char *come_in(const ik_ctx_t *ctx, const char *token)
{
    const char *cookie;

    assert_int_equal(redeem(&cookie, ctx, token), IK_INVITE_OPEN);
    return cookie;
}

static apr_array_header_t *list(const ik_ctx_t *ctx, const char *account)
{
    apr_array_header_t *invites;
    ik_accounts_result_t result;

    assert_int_equal(ik_invite_list(&invites, &result, ctx, account), APR_SUCCESS);
    return invites;
}

static int call_off(const ik_ctx_t *ctx, const char *account, const char *id)
{
    ik_accounts_result_t result;
    int count;

    assert_int_equal(ik_invite_revoke(&count, &result, ctx, account, id), APR_SUCCESS);
    return count;
}

static const char *open_guest(const ik_ctx_t *ctx, const char *cookie)
{
    const ik_guest_t *guest;
    ik_invite_state_t became;
    apr_status_t rv = ik_guest_open(&guest, &became, ctx, cookie);

    assert_true(rv == APR_SUCCESS || rv == APR_EINVAL);
    assert_int_equal(rv == APR_SUCCESS, became == IK_INVITE_OPEN);
    return rv == APR_SUCCESS ? guest->account : "nobody";
}

/* What a guest reads who is in no longer. */
static ik_invite_state_t guest_became(const ik_ctx_t *ctx, const char *cookie)
{
    ik_invite_state_t became = IK_INVITE_UNKNOWN;
    const ik_guest_t *guest;

    assert_int_equal(ik_guest_open(&guest, &became, ctx, cookie), APR_EINVAL);
    assert_null(guest);
    return became;
}

static void opens_one_account_once(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK), *cookie;
    ik_invite_state_t became;
    const ik_guest_t *guest;

    assert_int_equal(strlen(token), 22);
    assert_int_equal(look(ctx, token), IK_INVITE_OPEN);
    assert_int_equal(look(ctx, token), IK_INVITE_OPEN);         /* mail scanners look, and use nothing up */
    cookie = come_in(ctx, token);
    assert_int_equal(ik_guest_open(&guest, &became, ctx, cookie), APR_SUCCESS);
    assert_string_equal(guest->account, "acme");
    assert_int_equal(strlen(guest->session), 22);
    assert_int_equal(guest->expires, ctx->now + IK_GUEST_LIFETIME);
    assert_int_equal(look(ctx, token), IK_INVITE_USED);
    assert_int_equal(redeem(&cookie, ctx, token), IK_INVITE_USED);
}

static void stores_nothing_that_opens_anything(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK), *cookie;
    const ik_invite_t *invite = APR_ARRAY_IDX(list(ctx, "acme"), 0, ik_invite_t *);

    assert_int_equal(strlen(invite->id), 64);
    assert_null(strstr(invite->id, token));
    assert_int_equal(redeem(&cookie, ctx, invite->id), IK_INVITE_UNKNOWN);
    assert_string_equal(invite->author, "ann@acme.test");
}

static void says_what_has_become_of_a_link(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *used = invite_for(ctx, "acme", WEEK), *expired = invite_for(ctx, "acme", 60);
    const char *revoked = invite_for(ctx, "beta", WEEK), *cookie;
    static const char *const unknown[] = { "", "x", "AAAAAAAAAAAAAAAAAAAAAA", "\xff\xfe", "' OR 1=1 --" };

    come_in(ctx, used);
    assert_int_equal(call_off(ctx, "beta", NULL), 1);
    assert_int_equal(look(ctx, expired), IK_INVITE_OPEN);
    ctx->now += apr_time_from_sec(60);
    assert_int_equal(look(ctx, expired), IK_INVITE_EXPIRED);
    assert_int_equal(redeem(&cookie, ctx, expired), IK_INVITE_EXPIRED);
    assert_int_equal(look(ctx, revoked), IK_INVITE_REVOKED);
    assert_int_equal(redeem(&cookie, ctx, revoked), IK_INVITE_REVOKED);
    assert_int_equal(look(ctx, used), IK_INVITE_USED);
    for (size_t i = 0; i < ROWS(unknown); i++) {
        assert_int_equal(look(ctx, unknown[i]), IK_INVITE_UNKNOWN);
        assert_int_equal(redeem(&cookie, ctx, unknown[i]), IK_INVITE_UNKNOWN);
    }
}

static void is_good_for_no_account_that_is_disabled_or_not_served_here(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const database_t *database = *state;
    const char *token = invite_for(ctx, "acme", WEEK), *cookie, *inside = come_in(ctx, invite_for(ctx, "acme", WEEK));
    ik_settings_t *settings = (ik_settings_t *)ctx->settings;
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_enable(&result, ctx, "acme", 0), APR_SUCCESS);
    assert_int_equal(look(ctx, token), IK_INVITE_DISABLED);
    assert_int_equal(redeem(&cookie, ctx, token), IK_INVITE_DISABLED);
    assert_int_equal(guest_became(ctx, inside), IK_INVITE_DISABLED);
    assert_int_equal(ik_accounts_enable(&result, ctx, "acme", 1), APR_SUCCESS);
    assert_string_equal(open_guest(ctx, inside), "acme");
    settings->only_account = "beta";
    assert_int_equal(redeem(&cookie, ctx, token), IK_INVITE_REVOKED);
    assert_string_equal(open_guest(ctx, inside), "nobody");
    settings->only_account = "acme";
    assert_string_equal(open_guest(ctx, inside), "acme");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite WHERE used = 0"), 1);
    assert_string_equal(open_guest(ctx, come_in(ctx, token)), "acme");
}

static void says_why_a_guest_is_in_no_longer(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *revoked = come_in(ctx, invite_for(ctx, "acme", WEEK)), *late = come_in(ctx, invite_for(ctx, "beta", WEEK));
    ik_accounts_result_t result;

    assert_int_equal(call_off(ctx, "acme", NULL), 1);
    assert_int_equal(guest_became(ctx, revoked), IK_INVITE_REVOKED);
    assert_int_equal(guest_became(ctx, "no cookie of ours"), IK_INVITE_EXPIRED);
    assert_int_equal(ik_accounts_enable(&result, ctx, "acme", 0), APR_SUCCESS);
    assert_int_equal(guest_became(ctx, revoked), IK_INVITE_REVOKED);
    ctx->now += IK_GUEST_LIFETIME;
    assert_int_equal(guest_became(ctx, late), IK_INVITE_EXPIRED);
}

static void who_leaves_a_disabled_account_is_not_in_again_when_it_is_enabled(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *inside = come_in(ctx, invite_for(ctx, "acme", WEEK));
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_enable(&result, ctx, "acme", 0), APR_SUCCESS);
    assert_int_equal(ik_guest_leave(ctx, inside), APR_SUCCESS);
    assert_int_equal(ik_accounts_enable(&result, ctx, "acme", 1), APR_SUCCESS);
    assert_int_equal(guest_became(ctx, inside), IK_INVITE_REVOKED);
}

static void is_gone_with_its_account(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK), *inside = come_in(ctx, invite_for(ctx, "acme", WEEK));
    const ik_account_change_t nothing = { 0 };
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_delete(&result, ctx, "acme"), APR_SUCCESS);
    assert_int_equal(ik_accounts_add(&result, ctx, "acme", &nothing), APR_SUCCESS);
    assert_int_equal(look(ctx, token), IK_INVITE_UNKNOWN);
    assert_string_equal(open_guest(ctx, inside), "nobody");
}

static void refuses_lifetimes_and_accounts_that_there_are_not(void **state)
{
    static const apr_int64_t lifetimes[] = { IK_INVITE_MIN - 1, IK_INVITE_MAX + 1, 0, -WEEK, APR_INT64_MAX };
    ik_ctx_t *ctx = make_host(*state);
    ik_accounts_result_t result;
    apr_array_header_t *invites;
    const char *token, *cookie;
    int count;

    for (size_t i = 0; i < ROWS(lifetimes); i++) {
        assert_refused(ik_invite_make(&token, &result, ctx, "acme", lifetimes[i], ""), result, "lifetime_invalid");
        assert_null(token);
    }
    invite_for(ctx, "acme", IK_INVITE_MIN);
    invite_for(ctx, "acme", IK_INVITE_MAX);
    assert_refused(ik_invite_make(&token, &result, ctx, "nobody", WEEK, ""), result, "not_found");
    assert_refused(ik_guest_admit(&cookie, &result, ctx, "nobody", "a@b.c"), result, "not_found");
    assert_null(cookie);
    assert_int_equal(ik_invite_list(&invites, &result, ctx, "nobody"), IK_REFUSED);
    assert_refused(ik_invite_revoke(&count, &result, ctx, "nobody", NULL), result, "not_found");
}

static void limits_how_many_are_open(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    ik_accounts_result_t result;
    const char *token, *cookie;

    for (int i = 0; i < IK_INVITES_MAX; i++)
        token = invite_for(ctx, "acme", WEEK);
    assert_refused(ik_invite_make(&token, &result, ctx, "acme", WEEK, ""), result, "too_many_invites");
    invite_for(ctx, "beta", WEEK);
    assert_int_equal(ik_guest_admit(&cookie, &result, ctx, "acme", "ann@acme.test"), APR_SUCCESS);
    assert_int_equal(call_off(ctx, "acme", NULL), IK_INVITES_MAX + 1);
    invite_for(ctx, "acme", WEEK);
}

static void lists_those_that_can_still_do_something(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *late = invite_for(ctx, "acme", 60);

    invite_for(ctx, "acme", WEEK);
    come_in(ctx, invite_for(ctx, "acme", WEEK));
    come_in(ctx, late);
    invite_for(ctx, "acme", 60);
    invite_for(ctx, "beta", WEEK);
    assert_int_equal(list(ctx, "acme")->nelts, 4);
    ctx->now += apr_time_from_sec(60);
    assert_int_equal(list(ctx, "acme")->nelts, 3);
    ctx->now += IK_GUEST_LIFETIME;
    assert_int_equal(list(ctx, "acme")->nelts, 1);
    assert_int_equal(call_off(ctx, "acme", NULL), 1);
    assert_int_equal(list(ctx, "acme")->nelts, 0);
    assert_int_equal(list(ctx, "beta")->nelts, 1);
}

static void revoking_ends_what_was_opened(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *inside = come_in(ctx, invite_for(ctx, "acme", WEEK)), *id;
    ik_accounts_result_t result;
    int count;

    id = APR_ARRAY_IDX(list(ctx, "acme"), 0, ik_invite_t *)->id;
    assert_string_equal(open_guest(ctx, inside), "acme");
    assert_int_equal(call_off(ctx, "acme", id), 1);
    assert_string_equal(open_guest(ctx, inside), "nobody");
    assert_refused(ik_invite_revoke(&count, &result, ctx, "acme", id), result, "invite_not_found");
    assert_int_equal(count, 0);
}

/* An id is only good within its own account. */
static void revokes_nothing_of_another_account(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK), *id = APR_ARRAY_IDX(list(ctx, "acme"), 0, ik_invite_t *)->id;
    ik_accounts_result_t result;
    int count;

    assert_refused(ik_invite_revoke(&count, &result, ctx, "beta", id), result, "invite_not_found");
    assert_int_equal(ik_invite_revoke(&count, &result, ctx, "beta", token), IK_REFUSED);
    assert_int_equal(call_off(ctx, "beta", NULL), 0);
    assert_int_equal(look(ctx, token), IK_INVITE_OPEN);
}

static void a_guests_cookie_opens_for_four_hours_and_no_one_elses(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *cookie = come_in(ctx, invite_for(ctx, "acme", WEEK));
    ik_settings_t *settings = (ik_settings_t *)ctx->settings;
    char *forged = apr_pstrdup(ctx->p, cookie);

    forged[strlen(forged) / 2] ^= 1;
    assert_string_equal(open_guest(ctx, forged), "nobody");
    assert_string_equal(open_guest(ctx, ""), "nobody");
    assert_string_equal(open_guest(ctx, NULL), "nobody");
    settings->origin.text = "https://other.test";
    assert_string_equal(open_guest(ctx, cookie), "nobody");
    settings->origin.text = "https://imagekit.io";
    ctx->now += IK_GUEST_LIFETIME - 1;
    assert_string_equal(open_guest(ctx, cookie), "acme");
    ctx->now += 1;
    assert_string_equal(open_guest(ctx, cookie), "nobody");
}

/* The row decides: whatever is sealed, and whoever has written it. */
static void a_guests_cookie_opens_nothing_its_row_does_not_say(void **state)
{
    static const char *const changes[] = { "account = 'beta'", "used = 0", "revoked = 1", "id = 'x'" };

    for (size_t i = 0; i < ROWS(changes); i++) {
        database_t *database;
        const char *cookie;
        ik_ctx_t *ctx;

        if (i > 0)
            drop_database(state), fresh_database(state);
        database = *state;
        ctx = make_host(database);
        cookie = come_in(ctx, invite_for(ctx, "acme", WEEK));
        assert_string_equal(open_guest(ctx, cookie), "acme");
        run_sql(database, apr_pstrcat(database->p, "UPDATE ik_invite SET ", changes[i], NULL));
        assert_string_equal(open_guest(ctx, cookie), "nobody");
    }
}

static void an_administrator_whose_session_ends_goes_on_as_a_guest(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    ik_accounts_result_t result;
    const ik_invite_t *row;
    const char *cookie;

    assert_int_equal(ik_guest_admit(&cookie, &result, ctx, "acme", "ann@acme.test"), APR_SUCCESS);
    assert_string_equal(open_guest(ctx, cookie), "acme");
    row = APR_ARRAY_IDX(list(ctx, "acme"), 0, ik_invite_t *);
    assert_string_equal(row->author, "ann@acme.test");
    assert_true(row->used == ctx->now && row->expires == ctx->now);
    assert_int_equal(call_off(ctx, "acme", row->id), 1);
    assert_string_equal(open_guest(ctx, cookie), "nobody");
}

/* Whoever presses the button, of all who have the link. */
typedef struct finger_t {
    const ik_ctx_t *ctx;
    const char *token, *cookie;
    ik_invite_state_t state;
    apr_status_t rv;
    apr_pool_t *p;
    pthread_barrier_t *start;
    pthread_t thread;
} finger_t;

static void *press(void *arg)
{
    finger_t *finger = arg;
    ik_ctx_t ctx = *finger->ctx;

    ctx.p = finger->p;
    pthread_barrier_wait(finger->start);
    finger->rv = ik_invite_redeem(&finger->cookie, &finger->state, &ctx, finger->token);
    return NULL;
}

static void of_many_at_once_one_gets_in(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK);
    finger_t fingers[THREADS];
    pthread_barrier_t start;
    int inside = 0;

    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        fingers[i] = (finger_t){ .ctx = ctx, .token = token, .start = &start };
        assert_int_equal(apr_pool_create_unmanaged_ex(&fingers[i].p, NULL, NULL), APR_SUCCESS);
        assert_int_equal(pthread_create(&fingers[i].thread, NULL, press, &fingers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(fingers[i].thread, NULL), 0);
        assert_int_equal(fingers[i].rv, APR_SUCCESS);
        assert_int_equal(fingers[i].state, fingers[i].cookie ? IK_INVITE_OPEN : IK_INVITE_USED);
        inside += fingers[i].cookie != NULL;
        apr_pool_destroy(fingers[i].p);
    }
    pthread_barrier_destroy(&start);
    assert_int_equal(inside, 1);
}

static void a_link_is_on_the_host_that_started_last(void **state)
{
    static const ik_known_host_t known[] = {
        { .origin = "https://old.test", .settings_path = "/settings", .settings = "", .seen = 1 },
        { .origin = "https://new.test:8443", .settings_path = "/dashboard/settings/single-sign-on", .settings = "",
          .seen = 2 },
    };
    ik_ctx_t *ctx = make_host(*state);
    const database_t *database = *state;
    apr_array_header_t *hosts;

    assert_int_equal(ik_invite_hosts(&hosts, ctx), APR_SUCCESS);
    assert_int_equal(hosts->nelts, 0);
    for (size_t i = 0; i < ROWS(known); i++)
        assert_int_equal(ik_store_host_put(database->db, &known[i], database->p), APR_SUCCESS);
    assert_int_equal(ik_invite_hosts(&hosts, ctx), APR_SUCCESS);
    assert_int_equal(hosts->nelts, 2);
    assert_string_equal(ik_invite_link(APR_ARRAY_IDX(hosts, 0, ik_known_host_t *), "TOKEN", ctx->p),
                        "https://new.test:8443/dashboard/settings/single-sign-on?invite=TOKEN");
    assert_string_equal(ik_invite_link(APR_ARRAY_IDX(hosts, 1, ik_known_host_t *), "TOKEN", ctx->p),
                        "https://old.test/settings?invite=TOKEN");
}

/* Who cannot ask does not let in: a failure, and neither "unknown" nor "no guest". */
static void a_database_that_is_gone_is_a_failure(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK), *cookie = come_in(ctx, invite_for(ctx, "acme", WEEK));
    const char *seen;
    ik_accounts_result_t result;
    apr_array_header_t *list;
    ik_invite_state_t became;
    const ik_invite_t *invite;
    const ik_guest_t *guest;
    int count;

    run_sql(*state, "DROP TABLE ik_invite");
    run_sql(*state, "DROP TABLE ik_host");
    assert_failure(ik_invite_look(&became, &invite, ctx, token));
    assert_failure(ik_invite_redeem(&seen, &became, ctx, token));
    assert_null(seen);
    assert_failure(ik_guest_open(&guest, &became, ctx, cookie));
    assert_failure(ik_guest_admit(&seen, &result, ctx, "acme", "a@b.c"));
    assert_null(seen);
    assert_failure(ik_invite_make(&seen, &result, ctx, "acme", WEEK, ""));
    assert_null(seen);
    assert_non_null(result.problem);
    assert_failure(ik_invite_list(&list, &result, ctx, "acme"));
    assert_failure(ik_invite_revoke(&count, &result, ctx, "acme", NULL));
    assert_failure(ik_invite_hosts(&list, ctx));
}

/* Half of it would be a link that is used up for nothing. */
static void without_a_cookie_nothing_is_used_up(void **state)
{
    ik_ctx_t *ctx = make_host(*state);
    const char *token = invite_for(ctx, "acme", WEEK), *cookie;
    const ik_keyring_t *keys = ctx->keys;
    ik_keyring_t broken = *keys;
    ik_invite_state_t became;
    ik_accounts_result_t result;

    broken.cipher = NULL;
    ctx->keys = &broken;
    assert_failure(ik_invite_redeem(&cookie, &became, ctx, token));
    assert_null(cookie);
    assert_failure(ik_guest_admit(&cookie, &result, ctx, "acme", "a@b.c"));
    assert_null(cookie);
    ctx->keys = keys;
    assert_int_equal(list(ctx, "acme")->nelts, 1);
    assert_int_equal(redeem(&cookie, ctx, token), IK_INVITE_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(opens_one_account_once),
        ON_FRESH(stores_nothing_that_opens_anything),
        ON_FRESH(says_what_has_become_of_a_link),
        ON_FRESH(is_good_for_no_account_that_is_disabled_or_not_served_here),
        ON_FRESH(is_gone_with_its_account),
        ON_FRESH(says_why_a_guest_is_in_no_longer),
        ON_FRESH(who_leaves_a_disabled_account_is_not_in_again_when_it_is_enabled),
        ON_FRESH(refuses_lifetimes_and_accounts_that_there_are_not),
        ON_FRESH(limits_how_many_are_open),
        ON_FRESH(lists_those_that_can_still_do_something),
        ON_FRESH(revoking_ends_what_was_opened),
        ON_FRESH(revokes_nothing_of_another_account),
        ON_FRESH(a_guests_cookie_opens_for_four_hours_and_no_one_elses),
        ON_FRESH(a_guests_cookie_opens_nothing_its_row_does_not_say),
        ON_FRESH(an_administrator_whose_session_ends_goes_on_as_a_guest),
        ON_FRESH(of_many_at_once_one_gets_in),
        ON_FRESH(a_link_is_on_the_host_that_started_last),
        ON_FRESH(a_database_that_is_gone_is_a_failure),
        ON_FRESH(without_a_cookie_nothing_is_used_up),
    };

    return run_on_databases(tests);
}
