/* SPDX-License-Identifier: Apache-2.0 */
/* Reads query strings. */
#include "httpd/query.h"

#include <apr_strings.h>

#include "base/form.h"

const apr_table_t *ik_query(request_rec *r)
{
    apr_table_t *fields = NULL;

    if (r->args && ik_form_parse(&fields, r->args, strlen(r->args), r->pool) == APR_SUCCESS)
        return fields;
    return apr_table_make(r->pool, 1);
}

/* What stands between '?' and the next space, or the end, becomes query. */
static char *with_query(apr_pool_t *p, const char *line, const char *query)
{
    const char *mark = line ? strchr(line, '?') : NULL;

    if (!mark)
        return apr_pstrdup(p, line);
    return apr_pstrcat(p, apr_pstrmemdup(p, line, (apr_size_t)(mark - line) + 1), query, mark + strcspn(mark, " "), NULL);
}

const apr_table_t *ik_query_hide(request_rec *r, const char *secret)
{
    const apr_table_t *fields;
    char *shown;

    if (!r->args)
        return NULL;
    fields = ik_query(r);
    if (!ik_form_get(fields, secret) && !apr_is_empty_table(fields))
        return fields;
    shown = apr_pstrcat(r->pool, secret, "=...", NULL);
    r->the_request = with_query(r->pool, r->the_request, shown);
    r->unparsed_uri = with_query(r->pool, r->unparsed_uri, shown);
    r->args = r->parsed_uri.query = shown;
    return fields;
}
