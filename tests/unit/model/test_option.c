/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/option.c: what an account has otherwise than usual, as words, as numbers, and as it is stored. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "model/option.h"

#define USUAL "unsolicited=accept sign-requests=auto force-authn=off logout-at-idp=on dummy-request=off"

/* All of them, also those that are as usual. */
static const char *spelled_out(const ik_account_options_t *options, apr_pool_t *p)
{
    const char *text = "";

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++)
        text = apr_pstrcat(p, text, *text ? " " : "", row->name, "=", ik_option_value(options, row), NULL);
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
    assert_null(ik_option_set(&options, "dummy-request", "on", *state));
    assert_true(options.sign_requests == 1 && options.force_authn == 1);
    assert_true(options.local_logout == 1 && options.dummy_request == 1);
    assert_null(ik_option_set(&options, "unsolicited", "accept", *state));
    assert_int_equal(options.unsolicited, IK_UNSOLICITED_ACCEPT);
}

/* Each value of each option, alone: it is stored, read back, and no other option moves with it. */
static void keeps_every_value_and_touches_no_other(void **state)
{
    for (const ik_option_row_t *row = ik_option_rows; row->name; row++) {
        assert_true(strlen(row->help) > 10);
        assert_non_null(row->values[1]);
        for (int i = 0; row->values[i]; i++) {
            ik_account_options_t options = { 0 }, again;
            const char *text, *expected = apr_pstrcat(*state, row->name, "=", row->values[i], NULL);

            assert_null(ik_option_set(&options, row->name, row->values[i], *state));
            assert_string_equal(ik_option_value(&options, row), row->values[i]);
            text = ik_option_text(&options, *state);
            assert_string_equal(text, i == 0 ? "" : expected);
            ik_option_read(&again, text, *state);
            assert_memory_equal(&again, &options, sizeof(options));
        }
    }
}

static void tells_what_is_wrong(void **state)
{
    static const struct { const char *name, *value, *sentence; } rows[] = {
        { "colour", "red", "There is no such option: the options are unsolicited, sign-requests, force-authn, "
                           "logout-at-idp, dummy-request." },
        { "unsolicited", "maybe", "The option unsolicited takes accept, bounce or refuse." },
        { "force-authn", "1", "The option force-authn takes off or on." },
        { "logout-at-idp", "", "The option logout-at-idp takes on or off." },
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
        { "dummy-request=on unsolicited=refuse", "unsolicited=refuse dummy-request=on" },
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
        pool_test(tells_what_is_wrong),
        pool_test(takes_names_and_values_as_they_are_written),
        pool_test(reads_what_it_knows_and_leaves_out_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
