/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/pattern.c: what expressions mean, and that each of them ends. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_time.h>

#include "sso/pattern.h"

#define LONG 1024       /* bytes of the longest value */

static ik_pattern_result_t match(const char *pattern, const char *value, apr_pool_t *p)
{
    const char *problem;
    const ik_pattern_t *compiled = ik_pattern_compile(pattern, p, &problem);

    if (!compiled)
        fail_msg("%s: %s", pattern, problem);
    assert_null(problem);
    return ik_pattern_match(compiled, value, ik_matcher_make(IK_PATTERN_STEPS, p));
}

static void finds_what_an_expression_means(void **state)
{
    static const struct { const char *pattern, *value; int matches; } rows[] = {
        { "dev", "app-dev-1", 1 },
        { "^dev", "app-dev", 0 },
        { "^app", "app-dev", 1 },
        { "dev$", "app-dev", 1 },
        { "^dev$", "dev", 1 },
        { "^dev$", "dev\n", 0 },        /* '$' is the end, and not a line's */
        { "^dev$", "Dev", 0 },
        { "(?i)^dev$", "DEV", 1 },
        { "^.$", "\xc3\xa9", 1 },       /* a character of two bytes is one */
        { "(?i)^\xc3\x89", "\xc3\xa9quipe", 1 },
        { "^(app|web)-(?!test)", "web-prod", 1 },
        { "^(app|web)-(?!test)", "web-test", 0 },
        { "^CN=Dev,.*DC=acme,DC=test$", "CN=Dev,OU=Groups,DC=acme,DC=test", 1 },
        { "a.b", "axb", 1 },
        { "a\\.b", "axb", 0 },
        { "", "anything", 1 },
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        if (match(rows[i].pattern, rows[i].value, *state) != (rows[i].matches ? IK_PATTERN_MATCHES : IK_PATTERN_DIFFERS))
            fail_msg("row %d: %s", (int)i, rows[i].pattern);
}

static void says_what_is_wrong_with_an_expression_and_where(void **state)
{
    static const struct { const char *pattern, *problem; } rows[] = {
        { "a(b", "missing closing parenthesis, at character 4" },
        { "*", "quantifier does not follow a repeatable item, at character 1" },
        { "[a-", "missing terminating ] for character class, at character 4" },
        { "\\C", "using \\C is disabled by the application, at character 3" },
        { "((a|b){0,60}){0,60}", "regular expression is too large" },
        { "((((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))))))))))))))))))",
          "parentheses are too deeply nested" },
        { "\xff", "UTF-8 error: illegal byte" },
    };
    const char *problem;

    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_null(ik_pattern_compile(rows[i].pattern, *state, &problem));
        if (strncmp(problem, rows[i].problem, strlen(rows[i].problem)) != 0)
            fail_msg("row %d: %s", (int)i, problem);
    }
}

/* Those that take longer than the age of the universe where nothing bounds them. */
static const char *const endless[] = {
    "^(a+)+$", "^(a|aa)+$", "^(a|a)*$", "^(.*)*x$", "^(a*)*b", "(((((a*)*)*)*)*)*$b", "^(?:(a)|b|(a?)(?1))*$",
    "^((a+)(a+)(a+)(a+))+$", "(?:a?){60}a{60}$b", "^(?R)?(a+)+$",
};

static void ends_whatever_the_expression_is(void **state)
{
    char value[LONG + 1];
    const apr_time_t begun = apr_time_now();

    memset(value, 'a', LONG);
    value[LONG - 1] = '!';
    value[LONG] = '\0';
    for (size_t i = 0; i < ROWS(endless); i++)
        assert_int_not_equal(match(endless[i], value, *state), IK_PATTERN_MATCHES);
    assert_int_equal(match(endless[0], value, *state), IK_PATTERN_ENDLESS);
    /* A fraction of that, also under valgrind; without bounds not even one of them ends. */
    assert_true(apr_time_now() - begun < apr_time_from_sec(30));
}

/* Many harmless matches are too many in the end, and what is used up stays used up. */
static void bounds_all_matches_together(void **state)
{
    const char *problem;
    const ik_pattern_t *pattern = ik_pattern_compile("^dev$", *state, &problem);
    ik_matcher_t *matcher = ik_matcher_make(1000, *state);
    int times = 0;

    while (ik_pattern_match(pattern, "developer", matcher) == IK_PATTERN_DIFFERS)
        times++;
    assert_in_range(times, 50, 1000);
    assert_int_equal(ik_pattern_match(pattern, "dev", matcher), IK_PATTERN_ENDLESS);
    assert_int_equal(ik_pattern_match(pattern, "dev", ik_matcher_make(1000, *state)), IK_PATTERN_MATCHES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(finds_what_an_expression_means),
        pool_test(says_what_is_wrong_with_an_expression_and_where),
        pool_test(ends_whatever_the_expression_is),
        pool_test(bounds_all_matches_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
