/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/option.c: what an account has otherwise than usual, as words, as numbers, and as it is stored. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "model/option.h"

#define USUAL "unsolicited=accept sign-requests=auto force-authn=off logout-at-idp=on dummy-request=off " \
              "sha1=off"
#define DAY(number) apr_time_from_sec(APR_INT64_C(86400) * (number))
#define D2026_11_24 20781               /* days since 1970-01-01 */

/* All of them, also those that are as usual. */
static const char *spelled_out(const ik_account_options_t *options, apr_pool_t *p)
{
    const char *text = "";

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++)
        text = apr_pstrcat(p, text, *text ? " " : "", row->name, "=", ik_option_value(options, row, p), NULL);
    return text;
}

static void is_as_usual_when_all_is_zero(void **state)
{
    const ik_account_options_t options = { 0 };

    assert_string_equal(spelled_out(&options, *state), USUAL);
    assert_string_equal(ik_option_text(&options, *state), "");
}

static void sets_what_others_read(void **state)
{
    ik_account_options_t options = { 0 };

    assert_null(ik_option_set(&options, "unsolicited", "bounce", *state));
    assert_int_equal(options.unsolicited, IK_UNSOLICITED_BOUNCE);
    assert_null(ik_option_set(&options, "unsolicited", "refuse", *state));
    assert_int_equal(options.unsolicited, IK_UNSOLICITED_REFUSE);
    assert_null(ik_option_set(&options, "sign-requests", "always", *state));
    assert_null(ik_option_set(&options, "force-authn", "on", *state));
    assert_null(ik_option_set(&options, "logout-at-idp", "off", *state));
    assert_null(ik_option_set(&options, "dummy-request", "2026-11-24", *state));
    assert_null(ik_option_set(&options, "sha1", "2026-11-25", *state));
    assert_true(options.sign_requests == 1 && options.force_authn == 1 && options.local_logout == 1);
    assert_true(options.dummy_request == D2026_11_24 && options.sha1 == D2026_11_24 + 1);
    assert_null(ik_option_set(&options, "sha1", "off", *state));
    assert_int_equal(options.sha1, 0);
    assert_null(ik_option_set(&options, "unsolicited", "accept", *state));
    assert_int_equal(options.unsolicited, IK_UNSOLICITED_ACCEPT);
}

/* Each value of each option, alone: it is stored, read back, and no other option moves with it. */
static void keeps_every_value_and_touches_no_other(void **state)
{
    static const char *const days[] = { "off", "2026-11-24", "2028-02-29", "9999-12-31", NULL };

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++) {
        const char *const *values = row->values ? row->values : days;

        assert_true(strlen(row->help) > 10 && strlen(row->label) > 10);
        assert_non_null(values[1]);
        for (int i = 0; values[i]; i++) {
            ik_account_options_t options = { 0 }, again;
            const char *text, *expected = apr_pstrcat(*state, row->name, "=", values[i], NULL);

            assert_null(ik_option_set(&options, row->name, values[i], *state));
            assert_string_equal(ik_option_value(&options, row, *state), values[i]);
            text = ik_option_text(&options, *state);
            assert_string_equal(text, i == 0 ? "" : expected);
            ik_option_read(&again, text, *state);
            assert_memory_equal(&again, &options, sizeof(options));
        }
    }
}

static void takes_days_that_are_in_the_calendar(void **state)
{
    static const char *const wrong[] = {
        "on", "OFF", "0", "", "2026", "2026-11", "2026-11-31", "2026-02-29", "2026-00-10", "2026-13-01", "2026-01-00",
        "2026-1-1", "26-11-24", "2026-11-24 ", " 2026-11-24", "2026-11-24T00:00:00Z", "2026/11/24", "-026-11-24",
        "20261124", "1969-12-31", "1970-01-01", "0000-00-00", "2026-11-2a", "2026-11-24-", ("\xd9\xa2" "026-11-24"),
    };

    for (size_t i = 0; i < ROWS(wrong); i++) {
        ik_account_options_t options = { 0 };

        assert_non_null(ik_option_set(&options, "sha1", wrong[i], *state));
        assert_non_null(ik_option_set(&options, "dummy-request", wrong[i], *state));
        assert_string_equal(spelled_out(&options, *state), USUAL);
    }
}

static void tolerates_up_to_the_end_of_the_last_day(void **state)
{
    static const struct { int last_day; apr_time_t now; int tolerates; } rows[] = {
        { 0, 0, 0 },
        { 0, DAY(D2026_11_24), 0 },
        { D2026_11_24, 0, 1 },
        { D2026_11_24, DAY(D2026_11_24), 1 },
        { D2026_11_24, DAY(D2026_11_24 + 1) - 1, 1 },
        { D2026_11_24, DAY(D2026_11_24 + 1), 0 },
        { D2026_11_24, DAY(D2026_11_24 + 400), 0 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_option_tolerates(rows[i].last_day, rows[i].now), rows[i].tolerates);
}

/* How many options are set farther ahead than they may be. */
static int too_far(const ik_account_options_t *options, apr_time_t now)
{
    int count = 0;

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++)
        count += ik_option_is_too_far(options, row, now);
    return count;
}

static void knows_which_last_day_is_too_far(void **state)
{
    const apr_time_t now = DAY(D2026_11_24 + 1) - 1;
    ik_account_options_t options = { 1, 1, 1, 1, 0, 0 };

    (void)state;
    assert_int_equal(too_far(&options, now), 0);
    assert_int_equal(too_far(&options, 0), 0);
    options.sha1 = D2026_11_24 + IK_TOLERANCE_DAYS_MAX;
    assert_int_equal(too_far(&options, now), 0);
    assert_int_equal(too_far(&options, now - DAY(1)), 1);
    options.dummy_request = options.sha1 + 1;
    assert_int_equal(too_far(&options, now), 1);
    assert_int_equal(too_far(&options, now + 1), 0);
}

static void tells_what_is_wrong(void **state)
{
    static const struct { const char *name, *value, *sentence; } rows[] = {
        { "colour", "red", "There is no such option: the options are unsolicited, sign-requests, force-authn, "
                           "logout-at-idp, dummy-request, sha1." },
        { "unsolicited", "maybe", "The option unsolicited takes accept, bounce or refuse." },
        { "force-authn", "1", "The option force-authn takes off or on." },
        { "logout-at-idp", "", "The option logout-at-idp takes on or off." },
        { "sha1", "on", "The option sha1 takes off, or the last day that it is needed: YYYY-MM-DD." },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_account_options_t options = { 0 };

        assert_string_equal(ik_option_set(&options, rows[i].name, rows[i].value, *state), rows[i].sentence);
    }
}

static void takes_names_and_values_as_they_are_written(void **state)
{
    static const char *const rows[][2] = {
        { "", "on" }, { "force", "on" }, { "force-authn ", "on" }, { "Force-Authn", "on" }, { "force_authn", "on" },
        { "force-authn", "On" }, { "force-authn", " on" }, { "force-authn", "on " }, { "force-authn", "o" },
        { "force-authn", "onn" }, { "force-authn", "bounce" }, { "unsolicited", "2" }, { "sign-requests", "off" },
        { "force-authn=on", "on" }, { "force-authn\n", "on" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_account_options_t options = { 0 };

        assert_non_null(ik_option_set(&options, rows[i][0], rows[i][1], *state));
        assert_string_equal(spelled_out(&options, *state), USUAL);
    }
}

static void reads_what_it_knows_and_leaves_out_the_rest(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "   ", "" },
        { "force-authn=on", "force-authn=on" },
        { "sha1=2027-01-31 unsolicited=refuse", "unsolicited=refuse sha1=2027-01-31" },
        { "sha1=2027-01-31 dummy-request=2026-12-01", "dummy-request=2026-12-01 sha1=2027-01-31" },
        { "dummy-request=on force-authn=on sha1=2027-01-32", "force-authn=on" },
        { "  force-authn=on   logout-at-idp=off ", "force-authn=on logout-at-idp=off" },
        { "newer=yes force-authn=on even-newer", "force-authn=on" },
        { "unsolicited=quarantine force-authn=on", "force-authn=on" },
        { "force-authn=on force-authn=off", "" },
        { "force-authn = on", "" },
        { "force-authn=on=off", "" },
        { "=on =", "" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_account_options_t options;
        const char *text = apr_pstrdup(*state, rows[i][0]);

        memset(&options, 7, sizeof(options));
        ik_option_read(&options, text, *state);
        assert_string_equal(ik_option_text(&options, *state), rows[i][1]);
        assert_string_equal(text, rows[i][0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(is_as_usual_when_all_is_zero),
        pool_test(sets_what_others_read),
        pool_test(keeps_every_value_and_touches_no_other),
        pool_test(takes_days_that_are_in_the_calendar),
        pool_test(tolerates_up_to_the_end_of_the_last_day),
        pool_test(knows_which_last_day_is_too_far),
        pool_test(tells_what_is_wrong),
        pool_test(takes_names_and_values_as_they_are_written),
        pool_test(reads_what_it_knows_and_leaves_out_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
