/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the section of the settings page with role rules: its form, what is wrong with it, and whom it would change. */
#include "document.h"

#include <stddef.h>

#include "admin_pages.h"
#include "html/settings.h"

static const char *section_of(apr_pool_t *p, const ik_settings_page_t *page)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_settings_write_rules(w, page);
    return ik_writer_finish(w);
}

/* A page with the six roles, nothing tried, and these rules. */
static ik_settings_page_t page_with(apr_pool_t *p, const ik_rule_field_t *rows, int count)
{
    static const char *const roles[] = { "account_administrator", "developer", "finance" };
    ik_settings_page_t page = settings_with(p, "v1");
    ik_sp_values_t *values = apr_pmemdup(p, page.values, sizeof(*values));
    apr_array_header_t *fields = apr_array_make(p, count + 1, sizeof(ik_rule_field_t)), *list = apr_array_make(p, 3, sizeof(char *));
    ik_rules_form_t *form = apr_pcalloc(p, sizeof(*form));

    for (int i = 0; i < 3; i++)
        APR_ARRAY_PUSH(list, const char *) = roles[i];
    for (int i = 0; i < count; i++)
        APR_ARRAY_PUSH(fields, ik_rule_field_t) = rows[i];
    *form = (ik_rules_form_t){ "groups", fields, NULL, NULL };
    values->roles = list;
    page.values = values;
    page.rules = form;
    page.trial = NULL;
    return page;
}

static void shows_each_rule_and_five_empty_ones(void **state)
{
    static const ik_rule_field_t rows[] = { { "prefix", "app-", "developer", NULL }, { "regex", "^fin", "finance", NULL } };
    const ik_settings_page_t page = page_with(*state, rows, 2), empty = page_with(*state, rows, 0);
    const char *text = section_of(*state, &page);

    assert_true(contains(text, "name=\"rules-claim\""));
    assert_true(contains(text, "value=\"groups\""));
    assert_true(contains(text, "<option value=\"prefix\" selected=\"selected\">begins with</option>"));
    assert_true(contains(text, "name=\"rule-1-pattern\" type=\"text\" value=\"app-\""));
    assert_true(contains(text, "<option value=\"finance\" selected=\"selected\">finance</option>"));
    assert_true(contains(text, "name=\"rule-2-place\" type=\"number\" value=\"2\""));
    assert_int_equal(count_of(text, "role=\"group\""), 2 + IK_RULES_EMPTY_ROWS);
    assert_int_equal(count_of(section_of(*state, &empty), "role=\"group\""), IK_RULES_EMPTY_ROWS);
    assert_int_equal(count_of(text, "value=\"try-rules\""), 1);
    assert_true(strstr(text, "value=\"try-rules\"") < strstr(text, "value=\"save-rules\""));    /* Enter tries */
    assert_true(contains(text, "formtarget=\"_blank\""));
}

static void keeps_a_role_that_is_not_accepted_any_more(void **state)
{
    static const ik_rule_field_t rows[] = { { "value", "x", "contractor", NULL } };
    const ik_settings_page_t page = page_with(*state, rows, 1);

    assert_true(contains(section_of(*state, &page),
                         "<option value=\"contractor\" selected=\"selected\">contractor (not accepted any more)</option>"));
}

static void says_at_the_rule_what_is_wrong_with_it(void **state)
{
    static const ik_rule_field_t rows[] = { { "value", "x", "finance", NULL }, { "regex", "(", "finance", "The regex is not closed." } };
    ik_settings_page_t page = page_with(*state, rows, 2);
    ik_rules_form_t form = *page.rules;
    const char *text;

    form.problem = "Please look at the rules.";
    page.rules = &form;
    text = section_of(*state, &page);
    assert_true(contains(text, "<p id=\"rule-2-problem\" class=\"problem\" role=\"alert\">The regex is not closed.</p>"));
    assert_true(contains(text, "aria-invalid=\"true\" aria-describedby=\"rule-2-problem\""));
    assert_false(contains(text, "rule-1-problem"));
    assert_true(contains(text, "Please look at the rules."));
    assert_true(contains(ik_html_settings(*state, &(ik_brand_t){ "ImageKit", "help@imagekit.io" }, &page), "href=\"#rules\""));
}

static void tells_who_would_change_and_who_could_not_sign_in(void **state)
{
    ik_settings_page_t page = page_with(*state, NULL, 0);
    ik_trial_t trial = { .people = 9, .unknown = 3, .all = 1, .changes = apr_array_make(*state, 2, sizeof(ik_trial_row_t)) };
    const char *text;

    page.trial = &trial;
    text = section_of(*state, &page);
    assert_true(contains(text, "Of the 9 people of this account, nobody would change; of 3 it cannot be told"));
    assert_false(contains(text, "<table"));
    APR_ARRAY_PUSH(trial.changes, ik_trial_row_t) = (ik_trial_row_t){ "a@x", "A", "finance", "developer", "rule 1" };
    APR_ARRAY_PUSH(trial.changes, ik_trial_row_t) = (ik_trial_row_t){ "b@x", "B", "finance", NULL, "none" };
    trial.all = trial.unknown = 0;
    trial.people = 1000;
    text = section_of(*state, &page);
    assert_true(contains(text, "Of the 1000 people who signed in last, 2 would change, of whom 1 could not sign in any more. "
                               "Nothing was saved."));
    assert_true(contains(text, "<td><bdi>developer</bdi></td>"));
    assert_int_equal(count_of(text, ">Refused<"), 1);
    trial.people = 0;
    assert_true(contains(section_of(*state, &page), "Nobody has signed in yet"));
}

static void is_left_out_where_there_are_no_rules_to_show(void **state)
{
    ik_settings_page_t page = page_with(*state, NULL, 0);

    page.rules = NULL;
    assert_string_equal(section_of(*state, &page), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(shows_each_rule_and_five_empty_ones),
        pool_test(keeps_a_role_that_is_not_accepted_any_more),
        pool_test(says_at_the_rule_what_is_wrong_with_it),
        pool_test(tells_who_would_change_and_who_could_not_sign_in),
        pool_test(is_left_out_where_there_are_no_rules_to_show),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
