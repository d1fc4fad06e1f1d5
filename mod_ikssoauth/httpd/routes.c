/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoints of this module: which request is for which, and how it gets there past every other module (R16). */
#include "httpd/routes.h"

#include <stddef.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "httpd/ep_consume.h"
#include "httpd/ep_login.h"
#include "httpd/reply.h"

#define METHOD(m) (APR_INT64_C(1) << (m))

static const ik_route_t routes[] = {
    { "consume", offsetof(ik_conf_t, consume_path), METHOD(M_POST), "POST", ik_ep_consume },
    { "login", offsetof(ik_conf_t, login_path), METHOD(M_GET), "GET, HEAD", ik_ep_login },
};

const ik_route_t *ik_route_find(const request_rec *r, const ik_host_t *host)
{
    const char *path = r->parsed_uri.path;
    apr_size_t i;

    for (i = 0; path && i < sizeof(routes) / sizeof(*routes); i++) {
        if (!strcmp(path, *(const char *const *)((const char *)host->conf + routes[i].path)))
            return &routes[i];
    }
    return NULL;
}

const ik_route_t *ik_route_of(request_rec *r)
{
    const ik_step_t *step = r->main || r->prev ? NULL : ik_step(r);

    return step ? step->visit->route : NULL;
}

int ik_route_keep(request_rec *r)
{
    /* Also the first hook of an error document for a request that could not be read. */
    const ik_step_t *step = ik_step(r);

    if (!step || !ik_route_of(r))
        return DECLINED;
    /* Something that is no path, in the manner of mod_proxy: modules after us may expect a name. */
    r->filename = apr_pstrcat(r->pool, "ikssoauth:", r->uri, NULL);
    return OK;
}

int ik_route_no_file(request_rec *r)
{
    return ik_route_of(r) ? OK : DECLINED;
}

int ik_route_serve(request_rec *r)
{
    const ik_route_t *route = ik_route_of(r);

    if (!route)
        return DECLINED;
    if (r->method_number < 0 || r->method_number >= METHODS || !(route->methods & METHOD(r->method_number))) {
        apr_table_setn(r->headers_out, "Allow", route->allow);
        return ik_reply_wrong_request(r, HTTP_METHOD_NOT_ALLOWED,
                                      apr_psprintf(r->pool, "method is not one of %s", route->allow));
    }
    return route->serve(r, ik_step(r)->visit);
}
