/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the audit log: one JSON line per event, by the same code for module and command line (docs/audit.md). */
#ifndef IK_SSO_AUDIT_H
#define IK_SSO_AUDIT_H

#include <apr_tables.h>

#include "model/event.h"
#include "sso/context.h"

/* Bytes of a line at most, with its '\n': what a write to a pipe takes whole (PIPE_BUF), so that no two lines mix. */
#define IK_AUDIT_LINE_MAX 4096

/* Where lines go: IkSSOAuditLog in httpd; the outbox of the database in ikssoctl, which httpd empties into its own log. */
struct ik_audit_t {
    /* Writes one line, with its '\n': APR_SUCCESS, or why not, after having said so. NULL: into the outbox of ctx->store. */
    apr_status_t (*write)(void *to, const ik_ctx_t *ctx, const char *line);
    void *to;
};

/*
 * Writes the event, as brought about by ctx->by (NULL: the server), now, to ctx->audit (NULL: nowhere): after what it
 * tells of is committed, and outside of any transaction. Never fails for the caller: what cannot be written is an error in
 * the log.
 */
void ik_audit(const ik_ctx_t *ctx, const ik_event_t *event);

/*
 * The same for what happens in one transaction of db, events (ik_event_t): the first inside it, at its end, the second
 * after its commit. Lines for the outbox are part of the transaction, so that neither is without the other: the
 * first fails if they cannot be written. Others are written by the second. events may be NULL.
 */
apr_status_t ik_audit_commit(const ik_ctx_t *ctx, ik_db_t *db, const apr_array_header_t *events);
void ik_audit_committed(const ik_ctx_t *ctx, const apr_array_header_t *events);

/*
 * The line alone, with its '\n', in p: what ik_audit writes. host: the origin, or NULL. Values that are too long for a
 * line are cut at a character's border, and end with U+2026.
 */
const char *ik_audit_line(const ik_event_t *event, const ik_by_t *by, apr_time_t now, const char *host, apr_pool_t *p);

#endif
