/* SPDX-License-Identifier: Apache-2.0 */
/* Borrows connections. */
#include "sso/connect.h"

apr_status_t ik_connect(ik_db_t **db, apr_pool_t **brief, const ik_ctx_t *ctx)
{
    apr_status_t rv;

    *brief = NULL;
    rv = apr_pool_create(brief, ctx->p);
    return rv == APR_SUCCESS ? ik_store_acquire(db, ctx->store, *brief) : rv;
}

void ik_disconnect(apr_pool_t *brief)
{
    if (brief)
        apr_pool_destroy(brief);
}
