/* SPDX-License-Identifier: Apache-2.0 */
/* Remarks about metadata, for its administrator: whole sentences, each said once. */
#ifndef IK_SAML_NOTE_H
#define IK_SAML_NOTE_H

#include <apr_tables.h>

/* Appends sentence to notes (const char *), unless it is there already. */
void ik_note_add(apr_array_header_t *notes, const char *sentence);

#endif
