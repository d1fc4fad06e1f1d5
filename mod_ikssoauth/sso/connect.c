/* SPDX-License-Identifier: Apache-2.0 */
/* Borrows connections. */
#include "sso/connect.h"

#include <apr_strings.h>

#include "store/account.h"

apr_status_t ik_connect(ik_db_t **db, apr_pool_t **brief, const ik_ctx_t *ctx)
{
    apr_status_t rv;

    *brief = NULL;
    if (!ctx->store)
        return APR_EGENERAL;    /* it could not be opened when this process started */
    rv = apr_pool_create(brief, ctx->p);
    return rv == APR_SUCCESS ? ik_store_acquire(db, ctx->store, *brief) : rv;
}

void ik_disconnect(apr_pool_t *brief)
{
    if (brief)
        apr_pool_destroy(brief);
}

apr_status_t ik_connect_run(const char **said, const ik_ctx_t *ctx, ik_work_t *work, void *arg)
{
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&db, ctx->store, p);
    if (rv != APR_SUCCESS) {
        *said = ik_store_problem(ctx->store, ctx->p);
    } else {
        rv = work(db, arg, p);
        if (rv != APR_SUCCESS)
            *said = apr_pstrdup(ctx->p, ik_db_problem(db));
    }
    apr_pool_destroy(p);
    return rv;
}

apr_status_t ik_connect_account(ik_account_t **account, const ik_ctx_t *ctx, const char *id, ik_refusal_t *why)
{
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv;

    if (!ik_account_id_is_valid(id))
        return ik_refuse(why, IK_REASON_UNKNOWN_ACCOUNT, "what was given is no account id");
    rv = ik_connect(&db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = ik_store_account_get(account, db, id, ctx->p);
    ik_disconnect(brief);
    return rv == APR_NOTFOUND ? ik_refuse(why, IK_REASON_UNKNOWN_ACCOUNT, "there is no account \"%s\"", id) : rv;
}
