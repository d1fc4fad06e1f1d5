/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of client sent a request: a person's browser opening a page, or a program. */
#include "httpd/client.h"

#include <string.h>

static const char *header(const request_rec *r, const char *name)
{
    return apr_table_get(r->headers_in, name);
}

static int accepts(const request_rec *r, const char *type)
{
    const char *accept = header(r, "Accept");

    return accept && ap_strcasestr(accept, type) != NULL;
}

/* Headers that only scripts and connections send. */
static int is_script(const request_rec *r)
{
    const char *mode = header(r, "Sec-Fetch-Mode"), *dest = header(r, "Sec-Fetch-Dest");

    return header(r, "X-Requested-With") || header(r, "Upgrade") || accepts(r, "text/event-stream")
        || (mode && strcmp(mode, "navigate") != 0) || (dest && !strcmp(dest, "empty"));
}

int ik_client_navigates(const request_rec *r)
{
    if (r->method_number != M_GET || is_script(r))
        return 0;
    return header(r, "Sec-Fetch-Mode") != NULL || accepts(r, "text/html");
}

int ik_client_wants_json(const request_rec *r)
{
    return accepts(r, "application/json") && !accepts(r, "text/html");
}

int ik_client_wants_html(const request_rec *r)
{
    return accepts(r, "text/html") && !is_script(r);
}

int ik_client_has_form(const request_rec *r)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = header(r, "Content-Type");

    return r->method_number == M_POST && type && !ap_cstr_casecmpn(type, form, sizeof(form) - 1)
        && strchr("; \t", type[sizeof(form) - 1]);
}

int ik_client_submits(const request_rec *r)
{
    int tells_where_from = header(r, "Sec-Fetch-Site") != NULL || header(r, "Origin") != NULL;

    return ik_client_has_form(r) && !is_script(r) && tells_where_from
        && (header(r, "Sec-Fetch-Mode") != NULL || accepts(r, "text/html"));
}

static int is_one_of(const char *value, const char *a, const char *b)
{
    return !strcmp(value, a) || !strcmp(value, b);
}

/* 1 if the URL is of that origin, which a path has to follow. */
static int is_below(const char *url, const char *origin)
{
    apr_size_t len = strlen(origin);

    return !strncmp(url, origin, len) && url[len] == '/';
}

/*
 * A host beside ours (same-site) may belong to somebody else. Browsers older than Sec-Fetch-Site tell by Origin, but
 * not when they follow a link or open a form with GET: then by Referer. Without any of them it is a program, a typed
 * address, one of our own pages, or such an old browser on a page that hides where it comes from: nothing tells.
 */
int ik_client_is_own(const request_rec *r, const ik_origin_t *own)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(r->headers_in, "Origin");
    const char *referer = apr_table_get(r->headers_in, "Referer");

    if (site)
        return is_one_of(site, "same-origin", "none");
    if (origin)
        return !strcmp(origin, own->text);
    return !referer || is_below(referer, own->text);
}
