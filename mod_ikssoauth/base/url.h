/* SPDX-License-Identifier: Apache-2.0 */
/* Decides where a browser may be sent after signing in (R14). */
#ifndef IK_BASE_URL_H
#define IK_BASE_URL_H

#include <apr_pools.h>
#include <apr_tables.h>

typedef struct ik_origin_t {
    const char *scheme;     /* "https" */
    const char *host;       /* lower case, without port; an IPv6 literal without brackets */
    int port;
    const char *text;       /* as the browser writes it: "https://imagekit.io", "https://localhost:8443" */
} ik_origin_t;

/*
 * Parses a public URL: scheme, host and optional port, nothing after it but an optional "/".
 * APR_SUCCESS with *origin (in p), or APR_EINVAL.
 */
apr_status_t ik_url_origin(ik_origin_t *origin, const char *url, apr_pool_t *p);

/*
 * The URL to send the browser to for a wanted target: an absolute path on our own host
 * ("/dashboard?x=1#f") or an absolute URL whose origin is own or https on one of hosts
 * (const char *, exact host names). Pure: reads only its arguments.
 * Returns an absolute URL in p, or NULL when the target is not allowed: control characters,
 * space or backslash anywhere, "//", "///", userinfo, another scheme, no host, another
 * port than the default on foreign hosts, more than 2,048 bytes.
 */
const char *ik_url_target(apr_pool_t *p, const char *target, const ik_origin_t *own, const apr_array_header_t *hosts);

#endif
