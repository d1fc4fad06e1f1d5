/* SPDX-License-Identifier: Apache-2.0 */
/* From what an identity provider says of a person to the one role that it means, by the rules of an account. */
#ifndef IK_SSO_RULES_H
#define IK_SSO_RULES_H

#include <apr_tables.h>

#include "model/refusal.h"
#include "model/rule.h"
#include "sso/pattern.h"

/*
 * The first thing that is wrong with rules as a whole: a sentence in p, with *row the rule it is about (from 0; -1: the
 * name of the attribute). NULL: they can be used. roles: those that are accepted, or NULL where nobody knows them.
 */
const char *ik_rules_problem(const ik_rules_t *rules, const apr_array_header_t *roles, apr_pool_t *p, int *row);

/* The same for one rule. */
const char *ik_rules_row_problem(const ik_rule_t *rule, const apr_array_header_t *roles, apr_pool_t *p);

#define IK_RULES_VALUES_MAX 1000        /* that are looked at; nobody is in more groups */

/*
 * The value, if it is the only one and holds a ';'; else NULL. And what stands between them, without white space around and
 * none twice, in p (of more than IK_RULES_VALUES_MAX one more than that); values themselves if there is nothing to separate.
 * Only for an identity provider that joins several so (sso/claims.h): elsewhere somebody may be called "x;admins".
 */
const char *ik_rules_joined(const apr_array_header_t *values);
const apr_array_header_t *ik_rules_separate(const apr_array_header_t *values, apr_pool_t *p);

/* Rules made ready to decide, for one thread. */
typedef struct ik_ruling_t ik_ruling_t;

/* In p; steps bounds the expressions of all decisions together (sso/pattern.h). Keeps rules and roles. */
ik_ruling_t *ik_ruling_make(const ik_rules_t *rules, const apr_array_header_t *roles, int steps, apr_pool_t *p);

typedef struct ik_decision_t {
    const char *role;
    int number;                 /* of the rule that decided, from 1; 0: there are no rules, the value is the role */
    const ik_rule_t *rule;      /* that rule, or NULL */
    const char *value;          /* what it matched */
} ik_decision_t;

/*
 * Decides by values (const char *, at least one) of the attribute called what. APR_SUCCESS. IK_REFUSED with role_forbidden: no
 * rule matches; the rule that does gives a role that is not accepted (the next ones are not asked: they were not meant
 * for this person); an expression takes too long. Without rules also with claim_ambiguous. A ';' is a part of a value like
 * any other; what is several in one is separated before.
 */
apr_status_t ik_ruling_decide(ik_decision_t *decision, ik_ruling_t *ruling, const char *what,
                              const apr_array_header_t *values, ik_refusal_t *why);

/* "rule 3 (prefix “app-”)": for sentences; in p. */
const char *ik_decision_rule(const ik_decision_t *decision, apr_pool_t *p);

#endif
