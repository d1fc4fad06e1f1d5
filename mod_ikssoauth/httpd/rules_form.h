/* SPDX-License-Identifier: Apache-2.0 */
/* The form of role rules: from what is saved to what stands in it, and from what was typed to rules. */
#ifndef IK_HTTPD_RULES_FORM_H
#define IK_HTTPD_RULES_FORM_H

#include "httpd/managing.h"

/* Fields of the largest form: four in each row, and some more. */
#define IK_RULES_FIELDS_MAX (4 * (IK_RULES_MAX + IK_RULES_EMPTY_ROWS) + 8)

/* What is saved, in the request's pool. */
ik_rules_form_t ik_rules_form_of(const ik_managing_t *m, const ik_account_t *account);

/* What was typed, in the order of its places; rows without text are left out. */
ik_rules_form_t ik_rules_form_typed(const ik_managing_t *m);

/* The stored form of what was typed. NULL, with the sentences that say what is wrong with it put where they belong. */
const char *ik_rules_form_text(const ik_managing_t *m, ik_rules_form_t *form);

#endif
