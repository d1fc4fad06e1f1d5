/* SPDX-License-Identifier: Apache-2.0 */
/* Brings what programs without an audit log have left in the database to where it belongs. */
#ifndef IK_SSO_OUTBOX_H
#define IK_SSO_OUTBOX_H

#include "sso/audit.h"

/* Lines that are moved at once, so that other jobs have their turn. */
#define IK_OUTBOX_BATCH 50

/*
 * Moves up to IK_OUTBOX_BATCH lines from the outbox of db to ctx->audit, in their order; without one they are dropped. A
 * line that cannot be written stays where it is. Each is in one log of all machines once; only if a process dies, or the
 * database fails, between writing a line and forgetting it, is that line written again, with the same id.
 * APR_SUCCESS, or a failure of the database. Cheap when there is nothing.
 */
apr_status_t ik_outbox_empty(const ik_ctx_t *ctx, ik_db_t *db);

#endif
