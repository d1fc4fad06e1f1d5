/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/refresh_plan.c. */
#include "../pool.h"

#include <string.h>

#include "sso/refresh_plan.h"

#define NOW 1800000000000000
#define HOURS(n) apr_time_from_sec((n) * 3600)
#define TRIES 200

static void comes_back_when_the_answer_says_within_bounds(void **state)
{
    static const struct {
        const char *what;
        apr_int64_t cache_seconds, max_age;
        apr_time_t valid, from, to;
    } rows[] = {
        { "nothing is stated", 0, -1, 0, HOURS(6), HOURS(6) + HOURS(6) / 10 },
        { "cacheDuration", 2 * 3600, -1, 0, HOURS(2), HOURS(2) + HOURS(2) / 10 },
        { "max-age", 0, 3 * 3600, 0, HOURS(3), HOURS(3) + HOURS(3) / 10 },
        { "both: the shorter", 2 * 3600, 3 * 3600, 0, HOURS(2), HOURS(2) + HOURS(2) / 10 },
        { "not to be kept", 0, 0, 0, HOURS(1), HOURS(1) + HOURS(1) / 10 },
        { "a week", 7 * 86400, 7 * 86400, 0, HOURS(24), HOURS(24) },
        { "ten years", 0, 315360000, 0, HOURS(24), HOURS(24) },
        { "valid for 8 hours", 0, -1, HOURS(8), HOURS(4), HOURS(4) + HOURS(4) / 10 },
        { "valid for a minute", 0, -1, 60000000, HOURS(1), HOURS(1) + HOURS(1) / 10 },
        { "valid for a year", 0, 86400, HOURS(8760), HOURS(24), HOURS(24) },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_idp_t idp = { .cache_seconds = rows[i].cache_seconds, .valid_until = rows[i].valid ? NOW + rows[i].valid : 0 };

        for (int try = 0; try < TRIES; try++) {
            apr_time_t wait = ik_refresh_next(&idp, rows[i].max_age, NOW) - NOW;

            if (wait < rows[i].from || wait > rows[i].to)
                fail_msg("%s: %d minutes", rows[i].what, (int)(apr_time_sec(wait) / 60));
        }
    }
}

static void spreads_accounts(void **state)
{
    const ik_idp_t idp = { .cache_seconds = 0 };
    apr_time_t first = ik_refresh_next(&idp, -1, NOW);
    int others = 0;

    (void)state;
    for (int try = 0; try < TRIES; try++)
        others += ik_refresh_next(&idp, -1, NOW) != first;
    assert_true(others > TRIES / 2);
}

static void tries_again_after_minutes_then_hours(void **state)
{
    static const struct {
        apr_time_t failing_for, wait;
    } rows[] = { { 0, 300000000 }, { 300000000, 300000000 }, { HOURS(1), HOURS(1) }, { HOURS(5), HOURS(5) },
                 { HOURS(6), HOURS(6) }, { HOURS(1000), HOURS(6) }, { -HOURS(1), 300000000 } };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        for (int try = 0; try < TRIES; try++)
            assert_in_range(ik_refresh_retry(NOW - rows[i].failing_for, NOW) - NOW, rows[i].wait,
                            rows[i].wait + rows[i].wait / 10);
}

static ik_idp_t *with_keys(apr_pool_t *p, const char *one, const char *two)
{
    ik_idp_t *idp = apr_pcalloc(p, sizeof(*idp));
    const char *fingerprints[] = { one, two };

    idp->signing = apr_array_make(p, 2, sizeof(ik_certificate_t *));
    for (int i = 0; i < 2 && fingerprints[i]; i++) {
        ik_certificate_t *certificate = apr_pcalloc(p, sizeof(*certificate));

        certificate->fingerprint = fingerprints[i];
        APR_ARRAY_PUSH(idp->signing, ik_certificate_t *) = certificate;
    }
    return idp;
}

static void says_which_keys_came_and_went(void **state)
{
    const char *added;

    assert_null(ik_refresh_key_change(&added, with_keys(*state, "a", "b"), with_keys(*state, "b", "a"), *state));
    assert_null(added);
    assert_string_equal(ik_refresh_key_change(&added, with_keys(*state, "a", NULL), with_keys(*state, "a", "b"), *state),
                        "added b");
    assert_string_equal(added, "b");
    assert_string_equal(ik_refresh_key_change(&added, with_keys(*state, "a", "b"), with_keys(*state, "b", NULL), *state),
                        "removed a");
    assert_null(added);
    assert_string_equal(ik_refresh_key_change(&added, with_keys(*state, "a", "b"), with_keys(*state, "c", "d"), *state),
                        "added c, d; removed a, b");
    assert_string_equal(ik_refresh_key_change(&added, NULL, with_keys(*state, "a", NULL), *state), "added a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(comes_back_when_the_answer_says_within_bounds),
        pool_test(spreads_accounts),
        pool_test(tries_again_after_minutes_then_hours),
        pool_test(says_which_keys_came_and_went),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
