/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions of people who may write expensive ones: no pattern and no value can hold a process up. */
#ifndef IK_SSO_PATTERN_H
#define IK_SSO_PATTERN_H

#include <apr_pools.h>

#define IK_PATTERN_STEPS 500000         /* of one login: some 0.1 s at worst, where 1,000 usual matches take 20,000 */

typedef struct ik_pattern_t ik_pattern_t;
typedef struct ik_matcher_t ik_matcher_t;

/*
 * A Perl-compatible expression (PCRE2, UTF-8, '$' only at the very end), in p. NULL, with *problem: what PCRE2 says is
 * wrong with it and where, for the end of a sentence.
 */
ik_pattern_t *ik_pattern_compile(const char *text, apr_pool_t *p, const char **problem);

/* Matches patterns until it has made steps steps, in p. For one thread. */
ik_matcher_t *ik_matcher_make(int steps, apr_pool_t *p);

/* IK_PATTERN_ENDLESS: it takes more steps, or more memory, than it may; so do all that follow. */
typedef enum { IK_PATTERN_DIFFERS, IK_PATTERN_MATCHES, IK_PATTERN_ENDLESS } ik_pattern_result_t;

/* Looks for the pattern anywhere in value, which is UTF-8. */
ik_pattern_result_t ik_pattern_match(const ik_pattern_t *pattern, const char *value, ik_matcher_t *matcher);

#endif
