/* SPDX-License-Identifier: Apache-2.0 */
/* Signing out: revokes the session for good before anybody is told that it is over. */
#include "sso/logout.h"

#include "sso/revoke.h"

/* One session on its way out. */
typedef struct leaving_t {
    const ik_ctx_t *ctx;
    const ik_identity_t *identity;
} leaving_t;

static apr_status_t leave(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const leaving_t *leaving = arg;

    (void)p;
    return ik_revoke_session(leaving->ctx, db, leaving->identity);
}

apr_status_t ik_logout(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    leaving_t leaving = { ctx, identity };
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&db, ctx->store, p);
    if (rv == APR_SUCCESS)
        rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, leave, &leaving, p);
    if (rv == APR_SUCCESS)
        ik_revoke_publish(ctx, db);
    apr_pool_destroy(p);
    return rv;
}
