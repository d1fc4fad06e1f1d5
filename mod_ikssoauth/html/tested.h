/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the page of a test sign-in that has been answered. */
#ifndef IK_HTML_TESTED_H
#define IK_HTML_TESTED_H

#include "html/admin.h"
#include "html/writer.h"

/* Warnings; then what failed, why, and who can mend it; what passed; what there was nothing to look at for. */
void ik_tested_write_checks(ik_writer_t *w, const ik_checklist_t *list);

/* Who would have signed in, and all claims as they came. */
void ik_tested_write_claims(ik_writer_t *w, const ik_tested_page_t *page);

#endif
