/* SPDX-License-Identifier: Apache-2.0 */
/* Collects remarks. */
#include "saml/note.h"

#include "base/text.h"

void ik_note_add(apr_array_header_t *notes, const char *sentence)
{
    if (!ik_text_in(notes, sentence))
        APR_ARRAY_PUSH(notes, const char *) = sentence;
}
