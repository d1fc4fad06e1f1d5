/* SPDX-License-Identifier: Apache-2.0 */
/* The pending login: opens for the handle, host and time it was sealed for, and for nothing else. */
#include "session_host.h"
#include "sso/pending.h"
#include "sso/sealed.h"

static const char *const contexts[] = { "urn:a", "https://refeds.org/profile/mfa" };

static ik_pending_t pending_of(const host_t *host)
{
    ik_pending_t pending = { .account = "acme", .idp = "https://idp.test/", .target = "https://imagekit.io/x?y#z",
                             .draft = "AAAAAAAAAAAAAAAAAAAAAA" };
    apr_array_header_t *list = apr_array_make(host->ctx.p, 2, sizeof(const char *));

    for (size_t i = 0; i < ROWS(contexts); i++)
        APR_ARRAY_PUSH(list, const char *) = contexts[i];
    assert_int_equal(ik_pending_name(&pending, &host->ctx), APR_SUCCESS);
    pending.force_authn = 1;
    pending.wanted = (ik_assurance_t){ .age = 900, .contexts = list };
    return pending;
}

static const char *sealed(const host_t *host, const ik_pending_t *pending)
{
    const char *value;

    assert_int_equal(ik_pending_seal(&value, &host->ctx, pending), APR_SUCCESS);
    return value;
}

static apr_status_t open_it(const host_t *host, const char *handle, const char *value)
{
    ik_pending_t *pending = NULL;
    apr_status_t rv = ik_pending_open(&pending, &host->ctx, handle, value);

    assert_true((rv == APR_SUCCESS) == (pending != NULL));
    return rv;
}

static void gives_back_what_was_sealed(void **state)
{
    const host_t *host = our_host(*state);
    ik_pending_t before = pending_of(host), *after;

    assert_int_equal(ik_pending_open(&after, &host->ctx, before.handle, sealed(host, &before)), APR_SUCCESS);
    assert_string_equal(after->handle, before.handle);
    assert_string_equal(after->request, before.request);
    assert_string_equal(after->account, "acme");
    assert_string_equal(after->idp, "https://idp.test/");
    assert_string_equal(after->target, "https://imagekit.io/x?y#z");
    assert_string_equal(after->draft, "AAAAAAAAAAAAAAAAAAAAAA");
    assert_true(after->force_authn);
    assert_int_equal(after->wanted.age, 900);
    assert_int_equal(after->wanted.contexts->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(after->wanted.contexts, 1, const char *), contexts[1]);
    assert_true(after->made == START);
}

static void names_are_new_and_of_our_shape(void **state)
{
    const host_t *host = our_host(*state);
    ik_pending_t a = pending_of(host), b = pending_of(host);

    assert_string_not_equal(a.request, b.request);
    assert_string_not_equal(a.handle, b.handle);
    assert_int_equal(strlen(a.handle), IK_PENDING_HANDLE_LEN);
    assert_true(ik_pending_is_ours(a.request));
    assert_int_equal(a.request[0], '_');
}

static void knows_what_is_not_ours(void **state)
{
    const char *const rows[] = { "", "_", "_ik", "_dummy", "_ikAAAAAAAAAAAAAAAAAAAAA", "_ikAAAAAAAAAAAAAAAAAAAAAAA",
                                 "_ikAAAAAAAAAAAAAAAAAAAAA ", "ik_AAAAAAAAAAAAAAAAAAAAAA",
                                 "_IKAAAAAAAAAAAAAAAAAAAAAA" };

    (void)state;
    assert_true(ik_pending_is_ours("_ikAAAAAAAAAAAAAAAAAAAAAA"));
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_false(ik_pending_is_ours(rows[i]));
}

static void refuses_another_handle_host_key_or_purpose(void **state)
{
    const host_t *host = our_host(*state);
    ik_pending_t pending = pending_of(host);
    const char *value = sealed(host, &pending);

    assert_int_equal(open_it(host, "BBBBBBBBBBBBBBBBBBBBBB", value), APR_EINVAL);
    assert_int_equal(open_it(host, "", value), APR_EINVAL);
    assert_int_equal(open_it(make_host("https://imagekit.io:8443", OLD, *state), pending.handle, value), APR_EINVAL);
    assert_int_equal(open_it(make_host("https://imagekit.io", NEW, *state), pending.handle, value), APR_EINVAL);
    assert_int_equal(open_it(host, pending.handle, seal(host, &zoe)), APR_EINVAL);
    assert_int_equal(state_of(host, value), IK_SESSION_UNREADABLE);
    assert_int_equal(open_it(host, pending.handle, value), APR_SUCCESS);
}

static void lasts_ten_minutes(void **state)
{
    static const struct { apr_time_t later; apr_status_t rv; } rows[] = {
        { 0, APR_SUCCESS }, { S(599), APR_SUCCESS }, { S(600), APR_EINVAL }, { S(86400), APR_EINVAL },
        { -S(SKEW), APR_SUCCESS }, { -S(SKEW) - 1, APR_EINVAL },
    };
    host_t *host = our_host(*state);
    ik_pending_t pending = pending_of(host);
    const char *value = sealed(host, &pending);

    for (size_t i = 0; i < ROWS(rows); i++) {
        host->ctx.now = START + rows[i].later;
        assert_int_equal(open_it(host, pending.handle, value), rows[i].rv);
    }
}

static void refuses_what_is_damaged(void **state)
{
    const host_t *host = our_host(*state);
    ik_pending_t pending = pending_of(host);
    const char *value = sealed(host, &pending);
    char *flipped = apr_pstrdup(*state, value), *large = apr_pcalloc(*state, 100001);
    const char *rows[] = { NULL, "", "x", flipped, large, value + 1, apr_pstrmemdup(*state, value, strlen(value) - 1) };

    flipped[50] = flipped[50] == 'A' ? 'B' : 'A';
    memset(large, 'A', 100000);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(open_it(host, pending.handle, rows[i]), APR_EINVAL);
}

static void refuses_to_seal_what_no_cookie_holds(void **state)
{
    const host_t *host = our_host(*state);
    ik_pending_t pending = pending_of(host);
    char *target = apr_pcalloc(*state, 5001);
    const char *value;

    memset(target, 'x', 5000);
    pending.target = target;
    assert_int_equal(ik_pending_seal(&value, &host->ctx, &pending), APR_ERANGE);
}

/* A record of ours that is cut, or longer than it should be: only a fault of our own could seal it. */
static void refuses_a_record_that_is_not_whole(void **state)
{
    const host_t *host = our_host(*state);
    const ik_sealed_kind_t login = { "login", IK_PENDING_LIFETIME, IK_SESSION_COOKIE_MAX };
    ik_pack_t record = ik_sealed_begin(&host->ctx);
    const char *value;

    assert_int_equal(ik_pack_text(&record, "AAAAAAAAAAAAAAAAAAAAAA"), APR_SUCCESS);
    assert_int_equal(ik_sealed_end(&value, &host->ctx, &login, &record), APR_SUCCESS);
    assert_int_equal(open_it(host, "AAAAAAAAAAAAAAAAAAAAAA", value), APR_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(gives_back_what_was_sealed),
        pool_test(names_are_new_and_of_our_shape),
        pool_test(knows_what_is_not_ours),
        pool_test(refuses_another_handle_host_key_or_purpose),
        pool_test(lasts_ten_minutes),
        pool_test(refuses_what_is_damaged),
        pool_test(refuses_to_seal_what_no_cookie_holds),
        pool_test(refuses_a_record_that_is_not_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
