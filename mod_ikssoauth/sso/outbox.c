/* SPDX-License-Identifier: Apache-2.0 */
/* Brings what programs without an audit log have left in the database to where it belongs. */
#include "sso/outbox.h"

#include "store/outbox.h"

/* Lines on their way. */
typedef struct moving_t {
    const ik_ctx_t *ctx;
    int moved;
    int stuck;          /* the log does not take them: no failure of the database */
} moving_t;

/* Written before it is forgotten: a line may be there twice, but not be lost. One at a time, so that it is one line. */
static apr_status_t move(ik_db_t *db, void *arg, apr_pool_t *p)
{
    moving_t *moving = arg;
    const struct ik_audit_t *audit = moving->ctx->audit;
    apr_array_header_t *lines;
    apr_status_t rv = ik_store_outbox_take(&lines, db, audit ? 1 : IK_OUTBOX_BATCH, p);

    moving->moved = rv == APR_SUCCESS ? lines->nelts : 0;
    if (!moving->moved || !audit)
        return rv;
    rv = audit->write(audit->to, moving->ctx, APR_ARRAY_IDX(lines, 0, const char *));
    moving->stuck = rv != APR_SUCCESS;
    return rv;
}

apr_status_t ik_outbox_empty(const ik_ctx_t *ctx, ik_db_t *db)
{
    moving_t moving = { .ctx = ctx, .moved = 1 };
    int waits = 0;
    apr_status_t rv = ik_store_outbox_waits(&waits, db, ctx->p);

    if (!waits)
        return rv;
    for (int i = 0; i < IK_OUTBOX_BATCH && moving.moved && rv == APR_SUCCESS; i++)
        rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, move, &moving, ctx->p);
    return moving.stuck ? APR_SUCCESS : rv;
}
