/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and fills the form of role rules. */
#include "httpd/rules_form.h"

#include <apr_strings.h>

#include "base/form.h"
#include "base/text.h"
#include "sso/rules.h"

#define PLACE_MAX 1000000

/* A row on its way to its place. */
typedef struct placed_t {
    ik_rule_field_t field;
    apr_int64_t place;              /* twice the place, so that there is room between two rows */
} placed_t;

static const char *typed(const ik_managing_t *m, int number, const char *part)
{
    const char *value = ik_form_get(m->fields, apr_psprintf(m->r->pool, "rule-%d-%s", number, part));

    return value ? ik_text_trim(m->r->pool, value) : "";
}

/* Whoever is moved up to a place comes before the one that is there, whoever is moved down behind it. */
static apr_int64_t place_of(const ik_managing_t *m, int number)
{
    const char *text = typed(m, number, "place");
    char *end;
    apr_int64_t wanted = apr_strtoi64(text, &end, 10);

    if (!*text || *end || wanted < 0 || wanted > PLACE_MAX || wanted == number)
        return 2 * (apr_int64_t)number;
    return wanted < number ? 2 * wanted - 1 : 2 * wanted + 1;
}

/* Few rows: each goes to its place among those before it. */
static void insert(apr_array_header_t *rows, const placed_t *row)
{
    int at = rows->nelts;

    apr_array_push(rows);
    for (; at > 0 && APR_ARRAY_IDX(rows, at - 1, placed_t).place > row->place; at--)
        APR_ARRAY_IDX(rows, at, placed_t) = APR_ARRAY_IDX(rows, at - 1, placed_t);
    APR_ARRAY_IDX(rows, at, placed_t) = *row;
}

static apr_array_header_t *fields_of(const apr_array_header_t *rows, apr_pool_t *p)
{
    apr_array_header_t *fields = apr_array_make(p, rows->nelts + 1, sizeof(ik_rule_field_t));

    for (int i = 0; i < rows->nelts; i++)
        APR_ARRAY_PUSH(fields, ik_rule_field_t) = APR_ARRAY_IDX(rows, i, placed_t).field;
    return fields;
}

ik_rules_form_t ik_rules_form_typed(const ik_managing_t *m)
{
    const char *claim = ik_form_get(m->fields, "rules-claim");
    apr_array_header_t *rows = apr_array_make(m->r->pool, 16, sizeof(placed_t));

    for (int number = 1; number <= IK_RULES_MAX + IK_RULES_EMPTY_ROWS; number++) {
        const char *pattern = typed(m, number, "pattern");

        if (*pattern)
            insert(rows, &(placed_t){ { typed(m, number, "kind"), pattern, typed(m, number, "role"), NULL }, place_of(m, number) });
    }
    return (ik_rules_form_t){ .claim = claim ? ik_text_trim(m->r->pool, claim) : "", .rows = fields_of(rows, m->r->pool),
                              .seen = ik_form_get(m->fields, "seen") };
}

/* Rules that cannot be read were written by a newer program: they are not shown, and whoever saves replaces them. */
ik_rules_form_t ik_rules_form_of(const ik_managing_t *m, const ik_account_t *account)
{
    apr_pool_t *p = m->r->pool;
    const char *problem;
    const ik_rules_t *rules = ik_rules_read(account->rules ? account->rules : "", p, &problem);
    apr_array_header_t *rows = apr_array_make(p, 8, sizeof(ik_rule_field_t));

    for (int i = 0; rules && i < rules->rows->nelts; i++) {
        const ik_rule_t *rule = &APR_ARRAY_IDX(rules->rows, i, ik_rule_t);

        APR_ARRAY_PUSH(rows, ik_rule_field_t) = (ik_rule_field_t){ ik_rule_word(rule->kind), rule->pattern, rule->role, NULL };
    }
    return (ik_rules_form_t){ .claim = rules ? rules->claim : "", .rows = rows };
}

static const char *row_problem(const ik_managing_t *m, ik_rule_t *rule, const ik_rule_field_t *field)
{
    *rule = (ik_rule_t){ .pattern = field->pattern, .role = field->role };
    if (!ik_rule_kind(&rule->kind, field->kind))
        return "The rule has no kind: choose how the text is compared.";
    return ik_rules_row_problem(rule, m->ctx.settings->roles, m->r->pool);
}

const char *ik_rules_form_text(const ik_managing_t *m, ik_rules_form_t *form)
{
    ik_rules_t *rules = ik_rules_make(m->r->pool);
    int wrong = 0, row;

    rules->claim = form->claim;
    for (int i = 0; i < form->rows->nelts; i++) {
        ik_rule_field_t *field = &APR_ARRAY_IDX(form->rows, i, ik_rule_field_t);

        field->problem = row_problem(m, apr_array_push(rules->rows), field);
        wrong += field->problem != NULL;
    }
    if (wrong)
        form->problem = "Please look at the rules that are marked below.";
    else
        form->problem = ik_rules_problem(rules, m->ctx.settings->roles, m->r->pool, &row);
    return form->problem ? NULL : ik_rules_text(rules, m->r->pool);
}
