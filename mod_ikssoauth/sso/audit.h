/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the audit log: one JSON line per event, by the same code for module and command line (docs/audit.md). */
#ifndef IK_SSO_AUDIT_H
#define IK_SSO_AUDIT_H

#include "model/event.h"
#include "sso/context.h"

/* Where lines go: IkSSOAuditLog in httpd; the outbox of the database in ikssoctl, which httpd empties into its own log. */
struct ik_audit_t {
    void (*write)(void *to, const ik_ctx_t *ctx, const char *line);     /* one line, with its '\n' */
    void *to;
};

/* Writes the event, as brought about by ctx->by (NULL: the server), now, to ctx->audit (NULL: nowhere). */
void ik_audit(const ik_ctx_t *ctx, const ik_event_t *event);

/* The line alone, with its '\n', in p: what ik_audit writes. host: the origin, or NULL. */
const char *ik_audit_line(const ik_event_t *event, const ik_by_t *by, apr_time_t now, const char *host, apr_pool_t *p);

#endif
