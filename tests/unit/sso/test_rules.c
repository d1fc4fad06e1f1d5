/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/rules.c: which rule decides, what none decides, and what cannot be saved. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "model/role.h"
#include "sso/rules.h"

static const ik_rules_t *rules_of(const char *text, apr_pool_t *p)
{
    const char *problem;
    const ik_rules_t *rules = ik_rules_read(text, p, &problem);

    if (!rules)
        fail_msg("%s", problem);
    return rules;
}

/* Values with '|' between. */
static apr_array_header_t *values_of(const char *text, apr_pool_t *p)
{
    apr_array_header_t *values = apr_array_make(p, 4, sizeof(const char *));
    char *copy = apr_pstrdup(p, text), *end;

    do {
        end = strchr(copy, '|');
        if (end)
            *end = '\0';
        APR_ARRAY_PUSH(values, const char *) = copy;
        copy = end + 1;
    } while (end);
    return values;
}

/* "ROLE by NUMBER of VALUE", or "REASON: DETAIL". */
static const char *decided(const char *rules, const char *values, apr_pool_t *p)
{
    ik_ruling_t *ruling = ik_ruling_make(rules_of(rules, p), ik_role_defaults(p), IK_PATTERN_STEPS, p);
    ik_refusal_t why = { .p = p };
    ik_decision_t decision;
    apr_status_t rv = ik_ruling_decide(&decision, ruling, "groups", values_of(values, p), &why);

    if (rv == IK_REFUSED)
        return apr_pstrcat(p, ik_reason_row(why.reason)->id, ": ", why.detail, NULL);
    assert_int_equal(rv, APR_SUCCESS);
    return apr_psprintf(p, "%s by %d of %s", decision.role, decision.number, decision.value);
}

#define GROUPS "value account_administrator admins\nprefix developer app-\nregex finance ^(?i)fin\nvalue finance books\n"

static void lets_the_first_rule_that_matches_any_value_decide(void **state)
{
    static const struct { const char *rules, *values, *decided; } rows[] = {
        { GROUPS, "admins", "account_administrator by 1 of admins" },
        { GROUPS, "app-dev", "developer by 2 of app-dev" },
        { GROUPS, "Finance", "finance by 3 of Finance" },
        /* By the order of the rules, not by that of the values. */
        { GROUPS, "Finance|app-dev|admins", "account_administrator by 1 of admins" },
        { GROUPS, "books|Finance|app-dev", "developer by 2 of app-dev" },
        { GROUPS, "books|Finance", "finance by 3 of Finance" },
        { "value finance a\nvalue developer a\n", "a", "finance by 1 of a" },
        /* The whole, byte for byte. */
        { GROUPS, "Admins", "role_forbidden: none of the 4 role rules matches what came as \"groups\": \"Admins\"" },
        { GROUPS, "admins2", "role_forbidden: none of the 4 role rules matches what came as \"groups\": \"admins2\"" },
        { GROUPS, "my-app-dev", "role_forbidden: none of the 4 role rules matches what came as \"groups\": \"my-app-dev\"" },
        /* A role that comes as it is means nothing where there are rules. */
        { "value finance books\n", "developer",
          "role_forbidden: none of the 1 role rules matches what came as \"groups\": \"developer\"" },
        { "regex developer .\n", "\xc3\xa9", "developer by 1 of \xc3\xa9" },
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_string_equal(decided(rows[i].rules, rows[i].values, *state), rows[i].decided);
}

static const char *separated(const char *values, apr_pool_t *p)
{
    return ik_text_join(p, ik_rules_separate(values_of(values, p), p), "|");
}

static void takes_one_value_with_semicolons_apart(void **state)
{
    assert_string_equal(separated("x;app-dev; admins ;", *state), "x|app-dev|admins");
    assert_string_equal(separated("x; y;;x", *state), "x|y");
    assert_string_equal(separated(";", *state), "");
    assert_string_equal(separated("x", *state), "x");
    /* Where several came, a semicolon is a part of a name. */
    assert_string_equal(separated("x;admins|y", *state), "x;admins|y");
}

static void decides_by_whole_values(void **state)
{
    assert_string_equal(decided(GROUPS, "x;admins", *state),
                        "role_forbidden: none of the 4 role rules matches what came as \"groups\": \"x;admins\"");
    assert_string_equal(decided("regex finance (^|;)admins(;|$)\n", "x;admins", *state), "finance by 1 of x;admins");
}

static void takes_the_value_for_the_role_without_rules(void **state)
{
    static const struct { const char *values, *decided; } rows[] = {
        { "developer", "developer by 0 of developer" },
        { "Developer", "role_forbidden: the role is \"Developer\", accepted are: account_administrator, developer, " },
        { "developer;", "role_forbidden: the role is \"developer;\"" },
        { "developer;developer", "role_forbidden: the role is" },
        { "developer|finance", "claim_ambiguous: 2 different values of \"groups\": \"developer\", \"finance\"" },
        { "developer; finance", "claim_ambiguous: \"groups\" came as 2 values in one, joined by ';': \"developer\", \"finance\"" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *is = decided("", rows[i].values, *state);

        if (strncmp(is, rows[i].decided, strlen(rows[i].decided)) != 0)
            fail_msg("row %d: %s", (int)i, is);
    }
}

/* The next rule was not meant for this person: it might give more. */
static void refuses_a_role_that_is_not_accepted_any_more(void **state)
{
    const char *is = decided("value contractor guests\nregex developer .\n", "guests", *state);

    assert_string_equal(decided("value contractor guests\nregex developer .\n", "people", *state), "developer by 2 of people");
    assert_non_null(strstr(is, "role_forbidden: rule 1 (value “guests”) matches \"guests\" and gives the role \"contractor\", which is "
                               "not accepted any more; accepted are: account_administrator,"));
}

static void refuses_when_an_expression_takes_too_long(void **state)
{
    const char *is = decided("regex developer ^(a+)+$\nregex finance .\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", *state);

    assert_non_null(strstr(is, "role_forbidden: rule 1 (regex “^(a+)+$”) takes too long for the value \"aaa"));
    /* What was accepted by an older library cannot be read: nobody gets past it either. */
    assert_non_null(strstr(decided("regex developer a(b\nregex finance .\n", "ab", *state), "role_forbidden: rule 1"));
}

static void names_only_as_many_values_as_a_detail_holds(void **state)
{
    const char *values = "group-number-000", *is;

    for (int i = 1; i < 100; i++)
        values = apr_psprintf(*state, "%s|group-number-%03d", values, i);
    is = decided(GROUPS, values, *state);
    assert_non_null(strstr(is, "\"group-number-000\", \"group-number-001\""));
    assert_non_null(strstr(is, "\" and 80 more"));
    assert_true(strlen(is) < 600);
}

static void says_which_rule_cannot_be_saved(void **state)
{
    static const struct { const char *rules; int row; const char *problem; } rows[] = {
        { GROUPS, 0, NULL },
        { "", 0, NULL },
        { "value developer a\nregex finance a(b\n", 1,
          "The regex cannot be read: missing closing parenthesis, at character 4." },
        { "value developers a\n", 0, "The role developers is not accepted here: choose one of account_administrator, developer, " },
    };
    int row;

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *problem = ik_rules_problem(rules_of(rows[i].rules, *state), ik_role_defaults(*state), *state, &row);

        if (!rows[i].problem != !problem || (problem && (row != rows[i].row || strncmp(problem, rows[i].problem, strlen(rows[i].problem)))))
            fail_msg("row %d: %s", (int)i, problem);
    }
    assert_null(ik_rules_problem(rules_of("value developers a\n", *state), NULL, *state, &row));
}

static void says_that_a_form_has_more_rules_than_fit(void **state)
{
    ik_rules_t *rules = ik_rules_make(*state);
    int row;

    for (int i = 0; i <= IK_RULES_MAX; i++)
        APR_ARRAY_PUSH(rules->rows, ik_rule_t) = (ik_rule_t){ IK_RULE_VALUE, "a", "developer" };
    assert_non_null(strstr(ik_rules_problem(rules, NULL, *state, &row), "more than 100 rules"));
    assert_int_equal(row, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(lets_the_first_rule_that_matches_any_value_decide),
        pool_test(takes_one_value_with_semicolons_apart),
        pool_test(decides_by_whole_values),
        pool_test(takes_the_value_for_the_role_without_rules),
        pool_test(refuses_a_role_that_is_not_accepted_any_more),
        pool_test(refuses_when_an_expression_takes_too_long),
        pool_test(names_only_as_many_values_as_a_detail_holds),
        pool_test(says_which_rule_cannot_be_saved),
        pool_test(says_that_a_form_has_more_rules_than_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
