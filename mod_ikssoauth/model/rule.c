/* SPDX-License-Identifier: Apache-2.0 */
/* The text form of role rules: a line for each. */
#include "model/rule.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "model/role.h"

#define CLAIM "claim"
#define COMMENT '#'

static const char *const words[] = { [IK_RULE_VALUE] = "value", [IK_RULE_PREFIX] = "prefix", [IK_RULE_REGEX] = "regex" };

#define KINDS ((int)(sizeof(words) / sizeof(words[0])))

const char *ik_rule_word(ik_rule_kind_t kind)
{
    return words[kind];
}

int ik_rule_kind(ik_rule_kind_t *kind, const char *word)
{
    int i = 0;

    while (i < KINDS && strcmp(words[i], word) != 0)
        i++;
    *kind = i < KINDS ? (ik_rule_kind_t)i : IK_RULE_VALUE;
    return i < KINDS;
}

const char *ik_rules_text(const ik_rules_t *rules, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, rules->rows->nelts + 1, sizeof(const char *));

    if (rules->rows->nelts > 0 && *rules->claim)
        APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, CLAIM " ", rules->claim, "\n", NULL);
    for (int i = 0; i < rules->rows->nelts; i++) {
        const ik_rule_t *rule = &APR_ARRAY_IDX(rules->rows, i, ik_rule_t);

        APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, words[rule->kind], " ", rule->role, " ", rule->pattern, "\n", NULL);
    }
    return ik_text_join(p, lines, "");
}

static int is_plain(const char *text, apr_size_t max)
{
    return strlen(text) <= max && !ik_text_has_control(text);
}

const char *ik_rules_claim_problem(const char *claim)
{
    return is_plain(claim, IK_RULE_CLAIM_MAX) ? NULL
           : "The name of the attribute is longer than 256 bytes, or holds a control character: copy it from the "
             "identity provider again.";
}

const char *ik_rule_problem(const ik_rule_t *rule)
{
    if (!*rule->pattern)
        return "The rule has no pattern: type what the value has to be, begin with, or match.";
    if (!is_plain(rule->pattern, IK_RULE_PATTERN_MAX))
        return "The pattern is longer than 256 bytes, or holds a control character: shorten or retype it.";
    if (!ik_role_is_valid(rule->role))
        return "The rule has no role: choose one.";
    return NULL;
}

/* Cuts the first word off *rest, which begins with what follows it then, in p. */
static const char *take_word(const char **rest, apr_pool_t *p)
{
    apr_size_t len = strcspn(*rest, " \t");
    const char *word = apr_pstrmemdup(p, *rest, len);

    *rest = ik_text_trim(p, *rest + len);
    return word;
}

static const char *take_claim(ik_rules_t *rules, const char *name)
{
    if (*rules->claim)
        return "The attribute is named twice: keep one line \"claim NAME\".";
    if (!*name)
        return "The attribute has no name: write \"claim NAME\".";
    rules->claim = name;
    return ik_rules_claim_problem(name);
}

/* Takes one line, trimmed; a sentence if there is something wrong with it. */
static const char *take_line(ik_rules_t *rules, const char *line, apr_pool_t *p)
{
    const char *rest = line, *word;
    ik_rule_t rule;

    if (!*line || *line == COMMENT)
        return NULL;
    word = take_word(&rest, p);
    if (strcmp(word, CLAIM) == 0)
        return take_claim(rules, rest);
    if (!ik_rule_kind(&rule.kind, word))
        return "A rule begins with \"value\", \"prefix\" or \"regex\": write \"KIND ROLE PATTERN\".";
    if (rules->rows->nelts == IK_RULES_MAX)
        return "There are more than 100 rules: a regex can stand for several of them.";
    rule.role = take_word(&rest, p);
    rule.pattern = rest;
    APR_ARRAY_PUSH(rules->rows, ik_rule_t) = rule;
    return ik_rule_problem(&rule);
}

ik_rules_t *ik_rules_make(apr_pool_t *p)
{
    ik_rules_t *rules = apr_pcalloc(p, sizeof *rules);

    rules->claim = "";
    rules->rows = apr_array_make(p, 8, sizeof(ik_rule_t));
    return rules;
}

ik_rules_t *ik_rules_read(const char *text, apr_pool_t *p, const char **problem)
{
    ik_rules_t *rules = ik_rules_make(p);
    const char *wrong = NULL;
    int number = 0;

    while (*text && !wrong) {
        apr_size_t len = strcspn(text, "\n");

        number++;
        wrong = take_line(rules, ik_text_trim(p, apr_pstrmemdup(p, text, len)), p);
        text += len + (text[len] == '\n');
    }
    *problem = wrong ? apr_psprintf(p, "Line %d: %s", number, wrong) : NULL;
    return wrong ? NULL : rules;
}
