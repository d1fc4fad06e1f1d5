/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the fix for a refusal, and fills the account's values into it. */
#include "model/fix.h"

#include <stddef.h>
#include <string.h>

#include <apr_strings.h>

#define OPENING "\xe2\x80\x9c"
#define CLOSING "\xe2\x80\x9d"
#define FIELD_MAX 20

/* What stands for a value that is not known. */
static const struct {
    const char *name;
    size_t member;
    const char *otherwise;
} names[] = {
    { "acs", offsetof(ik_fix_values_t, acs), "the single sign-on URL of the settings page" },
    { "entity_id", offsetof(ik_fix_values_t, entity_id), "the entity ID of the settings page" },
    { "account", offsetof(ik_fix_values_t, account), "the account id of the settings page" },
    { "claim_account", offsetof(ik_fix_values_t, claim_account), "imagekit_id" },
    { "claim_name", offsetof(ik_fix_values_t, claim_name), "full_name" },
    { "claim_role", offsetof(ik_fix_values_t, claim_role), "imagekit_role" },
    { "login", offsetof(ik_fix_values_t, login), "our sign-in page" },
};

/* How well a row fits; 0: not at all. */
static int fit(const ik_fix_row_t *row, ik_reason_t reason, const char *detail, const char *product)
{
    if (row->reason != reason || (row->word && !(detail && strcasestr(detail, row->word)))
        || (row->product && !(product && strcmp(product, row->product) == 0)))
        return 0;
    return 1 + (row->word ? 2 : 0) + (row->product ? 1 : 0);
}

const ik_fix_row_t *ik_fix_find(ik_reason_t reason, const char *detail, const char *product)
{
    const ik_fix_row_t *row, *best = NULL;
    int most = 0;

    for (row = ik_fix_rows; row->text; row++) {
        int fits = fit(row, reason, detail, product);

        if (fits > most) {
            best = row;
            most = fits;
        }
    }
    /* a reason that is none is a mistake of ours */
    return best ? best : ik_fix_find(IK_REASON_MALFORMED, NULL, NULL);
}

/* The value of the len bytes at name; NULL if that is no name. */
static const char *value_of(const char *name, size_t len, const ik_fix_values_t *values)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value;

        if (strlen(names[i].name) != len || strncmp(names[i].name, name, len) != 0)
            continue;
        value = values ? *(const char *const *)((const char *)values + names[i].member) : NULL;
        return value ? value : names[i].otherwise;
    }
    return NULL;
}

/* One piece of the text and what it becomes; *at moves behind it. */
static const char *piece(const char **at, int *inside, const ik_fix_values_t *values, apr_pool_t *p)
{
    const char *start = *at, *value;
    size_t len;

    if (*start == '*') {
        *at += 1;
        *inside = !*inside;
        return *inside ? OPENING : CLOSING;
    }
    len = *start == '{' ? strcspn(start + 1, "}") : 0;
    value = len > 0 && len < FIELD_MAX ? value_of(start + 1, len, values) : NULL;
    if (value) {
        *at += len + 2;
        return value;
    }
    len = 1 + strcspn(start + 1, "*{");
    *at += len;
    return apr_pstrmemdup(p, start, len);
}

const char *ik_fix_text(apr_pool_t *p, const ik_fix_row_t *row, const ik_fix_values_t *values)
{
    const char *at = row->text, *text = "";
    int inside = 0;

    while (*at)
        text = apr_pstrcat(p, text, piece(&at, &inside, values, p), NULL);
    return text;
}
