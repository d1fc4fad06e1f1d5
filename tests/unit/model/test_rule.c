/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/rule.c: role rules as text, and what is no rule. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "model/rule.h"

static const ik_rules_t *read_rules(const char *text, apr_pool_t *p)
{
    const char *problem;
    const ik_rules_t *rules = ik_rules_read(text, p, &problem);

    if (!rules)
        fail_msg("%s: %s", text, problem);
    assert_null(problem);
    return rules;
}

static const char *problem_of(const char *text, apr_pool_t *p)
{
    const char *problem;

    assert_null(ik_rules_read(text, p, &problem));
    assert_non_null(problem);
    return problem;
}

static void has_no_rules_by_default(void **state)
{
    const ik_rules_t *rules = read_rules("", *state);

    assert_int_equal(rules->rows->nelts, 0);
    assert_string_equal(rules->claim, "");
    assert_string_equal(ik_rules_text(rules, *state), "");
    assert_string_equal(ik_rules_text(ik_rules_make(*state), *state), "");
}

static void writes_what_it_reads(void **state)
{
    static const char text[] = "claim http://schemas.microsoft.com/ws/2008/06/identity/claims/groups\n"
                               "value account_administrator b7a5cf3c-9c2e-4f0b-8f3c-0a1b2c3d4e5f\n"
                               "prefix developer app- and more\n"
                               "regex finance ^(?i)fin(ance|anzen)\\b.*$\n"
                               "value finance Bücher; & <Löhne>\n";
    const ik_rules_t *rules = read_rules(text, *state);

    assert_int_equal(rules->rows->nelts, 4);
    assert_string_equal(APR_ARRAY_IDX(rules->rows, 1, ik_rule_t).pattern, "app- and more");
    assert_int_equal(APR_ARRAY_IDX(rules->rows, 2, ik_rule_t).kind, IK_RULE_REGEX);
    assert_string_equal(ik_rules_text(rules, *state), text);
}

/* Files come from editors and people. */
static void reads_what_people_write(void **state)
{
    const ik_rules_t *rules = read_rules("# who may what\r\n\r\n  claim   groups \r\n\tvalue  developer\t Dev Team \r\n"
                                         "  # regex x y\r\nprefix finance f", *state);

    assert_string_equal(ik_rules_text(rules, *state), "claim groups\nvalue developer Dev Team\nprefix finance f\n");
}

/* Without rules the attribute is the role: the name of another one would mean nothing. */
static void forgets_an_attribute_without_rules(void **state)
{
    assert_string_equal(ik_rules_text(read_rules("claim groups\n", *state), *state), "");
}

static void says_which_line_is_wrong_and_why(void **state)
{
    static const struct { const char *text, *problem; } rows[] = {
        { "value developer a\nequals developer b\n", "Line 2: A rule begins with \"value\", \"prefix\" or \"regex\"" },
        { "Value developer a", "Line 1: A rule begins with" },
        { "developer", "Line 1: A rule begins with" },
        { "\n\nvalue developer", "Line 3: The rule has no pattern" },
        { "prefix developer   \n", "Line 1: The rule has no pattern" },
        { "value dev/eloper a", "Line 1: The rule has no role" },
        { "value developer a\tb", "Line 1: The pattern is longer than 256 bytes, or holds a control character" },
        { "value developer a\x7f", "Line 1: The pattern is longer" },
        { "value developer \xff", "Line 1: The pattern is longer" },
        { "claim", "Line 1: The attribute has no name" },
        { "claim groups\nclaim roles\n", "Line 2: The attribute is named twice" },
        { "claim gr\x01oups\n", "Line 1: The name of the attribute is longer than 256 bytes" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *problem = problem_of(rows[i].text, *state);

        if (strncmp(problem, rows[i].problem, strlen(rows[i].problem)) != 0)
            fail_msg("row %d: %s", (int)i, problem);
    }
}

static const char *repeated(const char *text, int times, apr_pool_t *p)
{
    char *all = apr_pcalloc(p, strlen(text) * (size_t)times + 1);

    while (times-- > 0)
        memcpy(all + strlen(all), text, strlen(text));
    return all;
}

static void bounds_rows_patterns_and_names(void **state)
{
    apr_pool_t *p = *state;
    const char *longest = repeated("x", 256, p);

    assert_int_equal(read_rules(repeated("value developer a\n", IK_RULES_MAX, p), p)->rows->nelts, IK_RULES_MAX);
    assert_non_null(strstr(problem_of(repeated("value developer a\n", IK_RULES_MAX + 1, p), p),
                           "Line 101: There are more than 100 rules"));
    read_rules(apr_pstrcat(p, "value developer ", longest, NULL), p);
    read_rules(apr_pstrcat(p, "claim ", longest, NULL), p);
    problem_of(apr_pstrcat(p, "value developer ", longest, "x", NULL), p);
    problem_of(apr_pstrcat(p, "claim ", longest, "x", NULL), p);
}

static void knows_the_words_of_its_kinds(void **state)
{
    ik_rule_kind_t kind;

    (void)state;
    for (int i = IK_RULE_VALUE; i <= IK_RULE_REGEX; i++) {
        assert_true(ik_rule_kind(&kind, ik_rule_word((ik_rule_kind_t)i)));
        assert_int_equal(kind, i);
    }
    assert_false(ik_rule_kind(&kind, "suffix"));
    assert_false(ik_rule_kind(&kind, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(has_no_rules_by_default),
        pool_test(writes_what_it_reads),
        pool_test(reads_what_people_write),
        pool_test(forgets_an_attribute_without_rules),
        pool_test(says_which_line_is_wrong_and_why),
        pool_test(bounds_rows_patterns_and_names),
        pool_test(knows_the_words_of_its_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
