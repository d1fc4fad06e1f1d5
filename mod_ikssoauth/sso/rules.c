/* SPDX-License-Identifier: Apache-2.0 */
/* Checks role rules, and decides by them. */
#include "sso/rules.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"

#define SHOWN_MAX 400               /* bytes of values in a detail */
#define SEPARATOR ';'

struct ik_ruling_t {
    const ik_rules_t *rules;
    const apr_array_header_t *roles;
    ik_pattern_t **patterns;        /* of each row, once it was needed */
    ik_matcher_t *matcher;
    apr_pool_t *p;
};

static int is_accepted(const apr_array_header_t *roles, const char *role)
{
    return !roles || ik_text_in(roles, role);
}

const char *ik_rules_row_problem(const ik_rule_t *rule, const apr_array_header_t *roles, apr_pool_t *p)
{
    const char *problem = ik_rule_problem(rule), *said;

    if (problem)
        return problem;
    if (!is_accepted(roles, rule->role))
        return apr_psprintf(p, "The role %s is not accepted here: choose one of %s.", rule->role, ik_text_join(p, roles, ", "));
    if (rule->kind == IK_RULE_REGEX && !ik_pattern_compile(rule->pattern, p, &said))
        return apr_psprintf(p, "The regex cannot be read: %s.", said);
    return NULL;
}

const char *ik_rules_problem(const ik_rules_t *rules, const apr_array_header_t *roles, apr_pool_t *p, int *row)
{
    const char *problem = ik_rules_claim_problem(rules->claim);

    *row = -1;
    if (rules->rows->nelts > IK_RULES_MAX && !problem)
        return apr_psprintf(p, "There are more than %d rules: a regex can stand for several of them.", IK_RULES_MAX);
    while (!problem && ++*row < rules->rows->nelts)
        problem = ik_rules_row_problem(&APR_ARRAY_IDX(rules->rows, *row, ik_rule_t), roles, p);
    return problem;
}

ik_ruling_t *ik_ruling_make(const ik_rules_t *rules, const apr_array_header_t *roles, int steps, apr_pool_t *p)
{
    ik_ruling_t *ruling = apr_pcalloc(p, sizeof *ruling);

    ruling->rules = rules;
    ruling->roles = roles;
    ruling->patterns = apr_pcalloc(p, sizeof(*ruling->patterns) * (apr_size_t)(rules->rows->nelts + 1));
    ruling->matcher = ik_matcher_make(steps, p);
    ruling->p = p;
    return ruling;
}

/* The values without white space around, and none twice: what stands between the separators. */
static apr_array_header_t *split(const char *value, apr_pool_t *p)
{
    apr_array_header_t *parts = apr_array_make(p, 4, sizeof(const char *));

    while (*value && parts->nelts <= IK_RULES_VALUES_MAX) {
        const char *end = strchr(value, SEPARATOR), *part;
        apr_size_t len = end ? (apr_size_t)(end - value) : strlen(value);

        part = ik_text_trim(p, apr_pstrmemdup(p, value, len));
        if (*part && !ik_text_in(parts, part))
            APR_ARRAY_PUSH(parts, const char *) = part;
        value += len + (end != NULL);
    }
    return parts;
}

const char *ik_rules_joined(const apr_array_header_t *values)
{
    const char *only = values->nelts == 1 ? APR_ARRAY_IDX(values, 0, const char *) : NULL;

    return only && strchr(only, SEPARATOR) ? only : NULL;
}

const apr_array_header_t *ik_rules_separate(const apr_array_header_t *values, apr_pool_t *p)
{
    const char *joined = ik_rules_joined(values);

    return joined ? split(joined, p) : values;
}

static apr_status_t decide_plainly(ik_decision_t *decision, const ik_ruling_t *ruling, const char *what,
                                   const apr_array_header_t *values, ik_refusal_t *why)
{
    const char *value = APR_ARRAY_IDX(values, 0, const char *);
    const apr_array_header_t *parts;

    if (values->nelts > 1)
        return ik_refuse(why, IK_REASON_CLAIM_AMBIGUOUS, "%d different values of \"%s\": %s (role rules can choose among "
                         "several)", values->nelts, what, ik_text_quote(why->p, values, SHOWN_MAX));
    if (is_accepted(ruling->roles, value)) {
        *decision = (ik_decision_t){ .role = value, .value = value };
        return APR_SUCCESS;
    }
    parts = ik_rules_separate(values, why->p);
    if (parts->nelts > 1)
        return ik_refuse(why, IK_REASON_CLAIM_AMBIGUOUS, "\"%s\" came as %d values in one, joined by ';': %s (role rules can "
                         "choose among several)", what, parts->nelts, ik_text_quote(why->p, parts, SHOWN_MAX));
    return ik_refuse(why, IK_REASON_ROLE_FORBIDDEN, "the role is \"%s\", accepted are: %s", value,
                     ik_text_join(why->p, ruling->roles, ", "));
}

/* An expression that was accepted when it was saved, and is not any more, matches what it likes: nobody gets past it. */
static ik_pattern_result_t match_regex(ik_ruling_t *ruling, int row, const char *pattern, const char *value)
{
    const char *problem;

    if (!ruling->patterns[row])
        ruling->patterns[row] = ik_pattern_compile(pattern, ruling->p, &problem);
    return ruling->patterns[row] ? ik_pattern_match(ruling->patterns[row], value, ruling->matcher) : IK_PATTERN_ENDLESS;
}

static ik_pattern_result_t match(ik_ruling_t *ruling, int row, const char *value)
{
    const ik_rule_t *rule = &APR_ARRAY_IDX(ruling->rules->rows, row, ik_rule_t);
    int matches = 0;

    switch (rule->kind) {
    case IK_RULE_VALUE:
        matches = strcmp(value, rule->pattern) == 0;
        break;
    case IK_RULE_PREFIX:
        matches = strncmp(value, rule->pattern, strlen(rule->pattern)) == 0;
        break;
    default:
        return match_regex(ruling, row, rule->pattern, value);
    }
    return matches ? IK_PATTERN_MATCHES : IK_PATTERN_DIFFERS;
}

/* The first of values that the row does not pass by: *value is it. */
static ik_pattern_result_t match_any(const char **value, ik_ruling_t *ruling, int row, const apr_array_header_t *values)
{
    ik_pattern_result_t found = IK_PATTERN_DIFFERS;

    for (int i = 0; i < values->nelts && found == IK_PATTERN_DIFFERS; i++) {
        *value = APR_ARRAY_IDX(values, i, const char *);
        found = match(ruling, row, *value);
    }
    return found;
}

static apr_status_t admit(const ik_decision_t *decision, const ik_ruling_t *ruling, ik_refusal_t *why)
{
    if (is_accepted(ruling->roles, decision->role))
        return APR_SUCCESS;
    return ik_refuse(why, IK_REASON_ROLE_FORBIDDEN, "%s matches \"%s\" and gives the role \"%s\", which is not accepted any "
                     "more; accepted are: %s", ik_decision_rule(decision, why->p), decision->value, decision->role,
                     ik_text_join(why->p, ruling->roles, ", "));
}

static apr_status_t decide_by_rules(ik_decision_t *decision, ik_ruling_t *ruling, const char *what,
                                    const apr_array_header_t *values, ik_refusal_t *why)
{
    for (int row = 0; row < ruling->rules->rows->nelts; row++) {
        const ik_rule_t *rule = &APR_ARRAY_IDX(ruling->rules->rows, row, ik_rule_t);
        ik_pattern_result_t found;

        *decision = (ik_decision_t){ .role = rule->role, .number = row + 1, .rule = rule };
        found = match_any(&decision->value, ruling, row, values);
        if (found == IK_PATTERN_MATCHES)
            return admit(decision, ruling, why);
        if (found == IK_PATTERN_ENDLESS)
            return ik_refuse(why, IK_REASON_ROLE_FORBIDDEN, "%s takes too long for the value \"%s\", or cannot be read any "
                             "more: simplify it", ik_decision_rule(decision, why->p), decision->value);
    }
    return ik_refuse(why, IK_REASON_ROLE_FORBIDDEN, "none of the %d role rules matches what came as \"%s\": %s",
                     ruling->rules->rows->nelts, what, ik_text_quote(why->p, values, SHOWN_MAX));
}

apr_status_t ik_ruling_decide(ik_decision_t *decision, ik_ruling_t *ruling, const char *what,
                              const apr_array_header_t *values, ik_refusal_t *why)
{
    if (ruling->rules->rows->nelts == 0)
        return decide_plainly(decision, ruling, what, values, why);
    return decide_by_rules(decision, ruling, what, values, why);
}

const char *ik_decision_rule(const ik_decision_t *decision, apr_pool_t *p)
{
    return apr_psprintf(p, "rule %d (%s “%s”)", decision->number, ik_rule_word(decision->rule->kind), decision->rule->pattern);
}
