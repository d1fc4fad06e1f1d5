/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what may be set as an option of an account: tolerances end within a year (R5). */
#include "accounts_scene.h"

#include "base/text.h"

/* NOW is on 2027-01-15. */
#define FARTHEST "2028-01-16"
#define TOO_FAR "2028-01-17"

static apr_status_t set(ik_accounts_result_t *result, const database_t *database, const char *options)
{
    const ik_account_change_t change = { .options = ik_text_words(database->p, options) };
    const ik_ctx_t ctx = context(database);

    return ik_accounts_set(result, &ctx, "acme", &change);
}

static const char *options_now(const database_t *database)
{
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, &ctx, "acme"), APR_SUCCESS);
    return ik_option_text(&result.account->options, database->p);
}

static void refuses_a_tolerance_that_ends_too_late(void **state)
{
    static const char *const rows[] = {
        "sha1=" TOO_FAR, "dummy-request=" TOO_FAR, "sha1=9999-12-31", "force-authn=on sha1=" TOO_FAR,
        "sha1=" TOO_FAR " force-authn=on", "sha1=" FARTHEST " dummy-request=" TOO_FAR,
    };
    const database_t *database = *state;
    ik_accounts_result_t result;

    add(database, "acme", NULL);
    assert_int_equal(set(&result, database, "sha1=" FARTHEST), APR_SUCCESS);
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_refused(set(&result, database, rows[i]), result, "option_invalid");
        assert_non_null(strstr(result.problem, "is more than 366 days away"));
        assert_string_equal(options_now(database), "sha1=" FARTHEST);
    }
}

static void sets_a_tolerance_ends_it_and_takes_a_day_that_is_over(void **state)
{
    const database_t *database = *state;
    ik_accounts_result_t result;

    add(database, "acme", NULL);
    assert_int_equal(set(&result, database, "sha1=2027-02-01 dummy-request=" FARTHEST), APR_SUCCESS);
    assert_string_equal(options_now(database), "dummy-request=" FARTHEST " sha1=2027-02-01");
    assert_int_equal(set(&result, database, "sha1=off dummy-request=2026-01-01"), APR_SUCCESS);
    assert_string_equal(options_now(database), "dummy-request=2026-01-01");
    assert_refused(set(&result, database, "sha1=on"), result, "option_invalid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(refuses_a_tolerance_that_ends_too_late),
        ON_FRESH(sets_a_tolerance_ends_it_and_takes_a_day_that_is_over),
    };

    return run_on_databases(tests);
}
