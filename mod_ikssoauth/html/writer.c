/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the pieces of a document, escaping every value on its way in. */
#include "html/writer.h"

#include <apr_strings.h>

#include "base/encode.h"

ik_writer_t *ik_writer_make(apr_pool_t *p)
{
    ik_writer_t *w = apr_pcalloc(p, sizeof(*w));

    w->p = p;
    w->parts = apr_array_make(p, 64, sizeof(const char *));
    return w;
}

void ik_writer_literal(ik_writer_t *w, const char *literal)
{
    APR_ARRAY_PUSH(w->parts, const char *) = literal;
}

void ik_writer_text(ik_writer_t *w, const char *value)
{
    if (value)
        ik_writer_literal(w, ik_encode_html(w->p, value));
}

void ik_writer_attribute(ik_writer_t *w, const char *name, const char *value)
{
    if (!value)
        return;
    ik_writer_literal(w, apr_pstrcat(w->p, " ", name, "=\"", ik_encode_html(w->p, value), "\"", NULL));
}

const char *ik_writer_finish(ik_writer_t *w)
{
    return apr_array_pstrcat(w->p, w->parts, '\0');
}
