/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that make a role out of what an identity provider sends instead of one: groups, departments, titles. */
#ifndef IK_MODEL_RULE_H
#define IK_MODEL_RULE_H

#include <apr_pools.h>
#include <apr_tables.h>

#define IK_RULES_MAX 100            /* rows of an account */
#define IK_RULE_PATTERN_MAX 256     /* bytes */
#define IK_RULE_CLAIM_MAX 256       /* bytes */

/* The words are "value" (the whole, byte for byte; of what OneLogin joins with ';', one of the parts), "prefix", "regex" (PCRE, anywhere in the value). */
typedef enum { IK_RULE_VALUE, IK_RULE_PREFIX, IK_RULE_REGEX } ik_rule_kind_t;

typedef struct ik_rule_t {
    ik_rule_kind_t kind;
    const char *pattern;
    const char *role;
} ik_rule_t;

typedef struct ik_rules_t {
    const char *claim;              /* the attribute that is looked at; "": the one that carries the role */
    apr_array_header_t *rows;       /* ik_rule_t, the first that matches decides; empty: no rules, the claim is the role */
} ik_rules_t;

/* "value", "prefix", "regex"; and back: 1 if word is one of them. */
const char *ik_rule_word(ik_rule_kind_t kind);
int ik_rule_kind(ik_rule_kind_t *kind, const char *word);

/* Without rows, in p. */
ik_rules_t *ik_rules_make(apr_pool_t *p);

/* A sentence that says what is wrong with the shape of one rule, or with the name of the attribute; NULL: nothing. */
const char *ik_rule_problem(const ik_rule_t *rule);
const char *ik_rules_claim_problem(const char *claim);

/*
 * The stored form, for files and the command line too: "claim NAME\n" if there is one, then a line "KIND ROLE PATTERN\n"
 * for each; "" for no rules. ik_rules_read takes empty lines, lines that begin with '#' and white space around words
 * besides. It gives NULL, with *problem: a sentence naming the line, for what is none.
 */
const char *ik_rules_text(const ik_rules_t *rules, apr_pool_t *p);
ik_rules_t *ik_rules_read(const char *text, apr_pool_t *p, const char **problem);

#endif
