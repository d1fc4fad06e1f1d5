/* SPDX-License-Identifier: Apache-2.0 */
/* A connection for a stretch of work, given back before an answer goes out: a browser may take its time over it. */
#ifndef IK_SSO_CONNECT_H
#define IK_SSO_CONNECT_H

#include "model/refusal.h"
#include "sso/context.h"

/*
 * *db belongs to *brief, a pool below ctx->p that the caller destroys, whatever this returns; NULL if there is not even
 * that. An error means that the database cannot be reached.
 */
apr_status_t ik_connect(ik_db_t **db, apr_pool_t **brief, const ik_ctx_t *ctx);

/*
 * The account with that id, as a request names it, in ctx->p. APR_SUCCESS; IK_REFUSED with unknown_account; any other
 * status is a failure.
 */
apr_status_t ik_connect_account(ik_account_t **account, const ik_ctx_t *ctx, const char *id, ik_refusal_t *why);

/*
 * Runs work(db, arg, p) on a connection of its own that is given back at once, so that what goes on for long holds none in
 * between. Its status, or that the database cannot be reached; then *said is what the database said, in ctx->p.
 */
apr_status_t ik_connect_run(const char **said, const ik_ctx_t *ctx, ik_work_t *work, void *arg);

/* Gives it back. brief may be NULL. */
void ik_disconnect(apr_pool_t *brief);

#endif
