/* SPDX-License-Identifier: Apache-2.0 */
/* Signing out: revokes the session for good before anybody is told that it is over. */
#include "sso/logout.h"

#include <apr_strings.h>

#include "sso/audit.h"
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

static apr_status_t leave_by(ik_db_t *db, leaving_t *leaving, const char **said, apr_pool_t *p)
{
    apr_status_t rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, leave, leaving, p);

    if (rv == APR_SUCCESS)
        ik_revoke_publish(leaving->ctx, db);
    else
        *said = apr_pstrdup(leaving->ctx->p, ik_db_problem(db));
    return rv;
}

static void tell(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    ik_event_t event = ik_event_of(IK_EVENT_LOGOUT, identity->account);

    event.email = identity->email;
    event.session = identity->session;
    event.idp = identity->idp;
    ik_audit(ctx, &event);
}

apr_status_t ik_logout(const ik_ctx_t *ctx, const ik_identity_t *identity, const char **problem)
{
    leaving_t leaving = { ctx, identity };
    const char *said = "";
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv == APR_SUCCESS) {
        rv = ik_store_acquire(&db, ctx->store, p);
        if (rv == APR_SUCCESS)
            rv = leave_by(db, &leaving, &said, p);
        else
            said = ik_store_problem(ctx->store, ctx->p);
        apr_pool_destroy(p);
    }
    if (rv == APR_SUCCESS)
        tell(ctx, identity);
    if (problem)
        *problem = said;
    return rv;
}
