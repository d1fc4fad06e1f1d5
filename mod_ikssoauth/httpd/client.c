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
