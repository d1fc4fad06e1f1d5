/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the page of a test sign-in that has been answered. */
#ifndef IK_HTML_TESTED_H
#define IK_HTML_TESTED_H

#include "html/admin.h"
#include "html/writer.h"

/* For the fixes: the identity provider's product (NULL: not known), and the account's values (NULL: told in words). */
typedef struct ik_mending_t {
    const char *product;
    const ik_fix_values_t *values;
} ik_mending_t;

/* Warnings; then what failed, why, who can mend it, and how; what passed; what there was nothing to look at for. */
void ik_tested_write_checks(ik_writer_t *w, const ik_checklist_t *list, const ik_mending_t *mending);

/* Only what failed, without a section around it; nothing if nothing has. */
void ik_tested_write_failed(ik_writer_t *w, const ik_checklist_t *list, const ik_mending_t *mending);

/* A failed check with another label than the list of checks has. */
void ik_tested_write_check(ik_writer_t *w, const char *label, const ik_checked_t *checked, const ik_mending_t *mending);

/* "Mend this at your identity provider …": not ik_actor_sentence, for whoever reads it is asked by everybody else. */
const char *ik_tested_mender(ik_actor_t actor);

/* How to mend a refusal, in plain sentences, in w->p. */
const char *ik_tested_fix(ik_writer_t *w, ik_reason_t reason, const char *detail, const ik_mending_t *mending);

/* Who would have signed in, and all claims as they came. */
void ik_tested_write_claims(ik_writer_t *w, const ik_tested_page_t *page);

#endif
