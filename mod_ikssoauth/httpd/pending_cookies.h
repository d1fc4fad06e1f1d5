/* SPDX-License-Identifier: Apache-2.0 */
/* The pending logins that a browser remembers, one cookie each. */
#ifndef IK_HTTPD_PENDING_COOKIES_H
#define IK_HTTPD_PENDING_COOKIES_H

#include "httpd/visit.h"
#include "sso/pending.h"

/* Those that open: const ik_pending_t * in ctx->p. */
apr_array_header_t *ik_pending_cookies_open(const ik_visit_t *visit, const ik_ctx_t *ctx);

/* Sets the cookie of one more, and clears the oldest until there is room for it. */
void ik_pending_cookies_add(request_rec *r, const ik_visit_t *visit, const ik_ctx_t *ctx, const char *handle,
                            const char *value);

#endif
