/* SPDX-License-Identifier: Apache-2.0 */
/* Forms that somebody without a session has sent, kept until they have signed in. */
#ifndef IK_SSO_HELD_H
#define IK_SSO_HELD_H

#include "sso/context.h"

#define IK_HELD_MAX (60 * 1024)                     /* bytes of a form */
#define IK_HELD_LIFETIME apr_time_from_sec(900)

/*
 * Keeps the form (the bytes of an application/x-www-form-urlencoded body) that was sent to url (a path with query of
 * this host), sealed, in the database: *handle (22 characters) names it, *cookie binds it to this browser.
 * APR_SUCCESS; APR_ERANGE: above IK_HELD_MAX, or too long with url to be sealed; any other status is a failure.
 */
apr_status_t ik_held_keep(const char **handle, const char **cookie, const ik_ctx_t *ctx, const char *url,
                          const char *body, apr_size_t len);

/*
 * Gives it back, once: it is gone also after the attempt of another browser that knows its handle.
 * APR_SUCCESS with *url and *body in ctx->p; APR_NOTFOUND: no such form for the browser with this cookie, given back
 * already, or too old; any other status is a failure.
 */
apr_status_t ik_held_take(const char **url, const char **body, apr_size_t *len, const ik_ctx_t *ctx,
                          const char *handle, const char *cookie);

#endif
