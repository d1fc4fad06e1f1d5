/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles and matches regular expressions within bounds of time and memory. */
#include "sso/pattern.h"

#include <string.h>

#include <apr_strings.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define NEST_MAX 50                 /* parentheses within each other */
#define MATCH_MAX 100000            /* backtracks of one match, */
#define DEPTH_MAX 10000             /* within each other, */
#define HEAP_MAX 4096               /* and the memory they take, in KiB */
#define BYTES_OF_STEP 16            /* of a value: looking at them takes time too */
#define PROBLEM_MAX 256             /* bytes of what PCRE2 says */

/* Between any two items of a pattern PCRE2 calls back, so that steps can be counted over all matches of a login. */
#define OPTIONS (PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_AUTO_CALLOUT)

struct ik_pattern_t {
    pcre2_code *code;
};

struct ik_matcher_t {
    pcre2_match_context *context;
    pcre2_match_data *data;
    int left;                       /* steps */
};

static void *from_pool(PCRE2_SIZE size, void *p)
{
    return apr_palloc(p, size);
}

static void stays_in_pool(void *memory, void *p)
{
    (void)memory;
    (void)p;
}

static pcre2_general_context *general(apr_pool_t *p)
{
    return pcre2_general_context_create(from_pool, stays_in_pool, p);
}

static const char *say(int error, PCRE2_SIZE offset, apr_pool_t *p)
{
    PCRE2_UCHAR text[PROBLEM_MAX];

    if (pcre2_get_error_message(error, text, sizeof(text)) < 0)
        return apr_psprintf(p, "error %d", error);
    return apr_psprintf(p, "%s, at character %d", (const char *)text, (int)offset + 1);
}

ik_pattern_t *ik_pattern_compile(const char *text, apr_pool_t *p, const char **problem)
{
    pcre2_compile_context *context = pcre2_compile_context_create(general(p));
    ik_pattern_t *pattern = apr_palloc(p, sizeof *pattern);
    PCRE2_SIZE offset = 0;
    int error = 0;

    pcre2_set_parens_nest_limit(context, NEST_MAX);
    pattern->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, OPTIONS, &error, &offset, context);
    *problem = pattern->code ? NULL : say(error, offset, p);
    return pattern->code ? pattern : NULL;
}

static int count(pcre2_callout_block *block, void *arg)
{
    ik_matcher_t *matcher = arg;

    (void)block;
    return --matcher->left < 0 ? PCRE2_ERROR_CALLOUT : 0;
}

ik_matcher_t *ik_matcher_make(int steps, apr_pool_t *p)
{
    pcre2_general_context *memory = general(p);
    ik_matcher_t *matcher = apr_palloc(p, sizeof *matcher);

    matcher->left = steps;
    matcher->context = pcre2_match_context_create(memory);
    matcher->data = pcre2_match_data_create(1, memory);
    pcre2_set_match_limit(matcher->context, MATCH_MAX);
    pcre2_set_depth_limit(matcher->context, DEPTH_MAX);
    pcre2_set_heap_limit(matcher->context, HEAP_MAX);
    pcre2_set_callout(matcher->context, count, matcher);
    return matcher;
}

ik_pattern_result_t ik_pattern_match(const ik_pattern_t *pattern, const char *value, ik_matcher_t *matcher)
{
    int rv;

    matcher->left -= 1 + (int)(strlen(value) / BYTES_OF_STEP);
    if (matcher->left < 0)
        return IK_PATTERN_ENDLESS;
    rv = pcre2_match(pattern->code, (PCRE2_SPTR)value, PCRE2_ZERO_TERMINATED, 0, 0, matcher->data, matcher->context);
    if (rv >= 0)
        return IK_PATTERN_MATCHES;
    if (rv == PCRE2_ERROR_NOMATCH)
        return IK_PATTERN_DIFFERS;
    matcher->left = 0;
    return IK_PATTERN_ENDLESS;
}
