/* SPDX-License-Identifier: Apache-2.0 */
/* Reads query strings. */
#include "httpd/query.h"

#include "base/form.h"

const apr_table_t *ik_query(request_rec *r)
{
    apr_table_t *fields = NULL;

    if (r->args && ik_form_parse(&fields, r->args, strlen(r->args), r->pool) == APR_SUCCESS)
        return fields;
    return apr_table_make(r->pool, 1);
}
