/* SPDX-License-Identifier: Apache-2.0 */
/* How to mend what a sign-in was refused for: plain words that name the field and the screen of the product. */
#ifndef IK_MODEL_FIX_H
#define IK_MODEL_FIX_H

#include <apr_pools.h>

#include "model/refusal.h"

/*
 * One row: what to do about a reason. In the text, *…* is what stands on a screen, and {NAME} a value of the account:
 * acs, entity_id, account, claim_account, claim_name, claim_role, login.
 */
typedef struct ik_fix_row_t {
    ik_reason_t reason;
    const char *word;       /* where the reason has several causes: a word of the detail, in any case; else NULL */
    const char *product;    /* as saml/product.h names it; NULL: any */
    const char *text;       /* sentences */
} ik_fix_row_t;

/* Ends with a NULL text. Of every reason there is a row for any word and any product. docs/troubleshooting.md shows all. */
extern const ik_fix_row_t ik_fix_rows[];

/* What the names in braces stand for; NULL for what is not known, which is then described in words. */
typedef struct ik_fix_values_t {
    const char *acs, *entity_id, *account, *claim_account, *claim_name, *claim_role;
    const char *login;          /* the address of our sign-in page */
} ik_fix_values_t;

/*
 * The row that fits best: one of a word in detail (may be NULL) before those of none, then one of the product (may be
 * NULL) before those of any. Never NULL. The detail may be an attacker's: it only chooses among the rows.
 */
const ik_fix_row_t *ik_fix_find(ik_reason_t reason, const char *detail, const char *product);

/* The text of a row as plain sentences, in p: names on screens in quotes, values filled in (values may be NULL). */
const char *ik_fix_text(apr_pool_t *p, const ik_fix_row_t *row, const ik_fix_values_t *values);

#endif
