/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the audit log of what was done to files. */
#include "cli/tell.h"

#include <apr_strings.h>

#include "sso/audit.h"

static apr_status_t leave_line(const ik_ctx_t *ctx, const ik_event_t *event)
{
    apr_array_header_t *events = apr_array_make(ctx->p, 1, sizeof(ik_event_t));
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    APR_ARRAY_PUSH(events, ik_event_t) = *event;
    rv = ik_store_acquire(&db, ctx->store, p);
    if (rv == APR_SUCCESS)
        rv = ik_audit_commit(ctx, db, events);
    apr_pool_destroy(p);
    return rv;
}

void ik_cli_tell(ik_cli_t *cli, const ik_event_t *event)
{
    const char *message = cli->message;
    ik_exit_t how = cli->ctx.audit ? IK_EXIT_DONE : ik_cli_open_store(cli);

    if (how == IK_EXIT_DONE && leave_line(&cli->ctx, event) != APR_SUCCESS)
        how = ik_cli_fail(cli, IK_EXIT_FAILURE, "database", "The database could not be written.");
    if (how != IK_EXIT_DONE && cli->ctx.store && ik_store_exists(cli->ctx.store, cli->p))
        message = apr_psprintf(cli->p, "%s The audit log does not tell of it: %s", message, cli->message);
    cli->message = message;
    cli->code = NULL;
}
