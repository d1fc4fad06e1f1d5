/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoints of this module: which request is for which, and how it gets there past every other module (R16). */
#include "httpd/routes.h"

#include <stddef.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "httpd/ep_consume.h"
#include "httpd/ep_login.h"
#include "httpd/ep_logout.h"
#include "httpd/ep_metadata.h"
#include "httpd/ep_settings.h"
#include "httpd/ep_users.h"
#include "httpd/reply.h"
#include "sso/invite.h"

#define METHOD(m) (APR_INT64_C(1) << (m))

static const ik_route_t routes[] = {
    { "consume", "IkSSOConsumePath", offsetof(ik_conf_t, consume_path), METHOD(M_GET) | METHOD(M_POST),
      "GET, HEAD, POST", ik_ep_consume, NULL },
    { "metadata", "IkSSOMetadataPath", offsetof(ik_conf_t, metadata_path), METHOD(M_GET), "GET, HEAD", ik_ep_metadata, NULL },
    { "login", "IkSSOLoginPath", offsetof(ik_conf_t, login_path), METHOD(M_GET) | METHOD(M_POST), "GET, HEAD, POST",
      ik_ep_login, NULL },
    { "logout", "IkSSOLogoutPath", offsetof(ik_conf_t, logout_path), METHOD(M_GET) | METHOD(M_POST), "GET, HEAD, POST",
      ik_ep_logout, NULL },
    { "settings", "IkSSOSettingsPath", offsetof(ik_conf_t, settings_path), METHOD(M_GET) | METHOD(M_POST),
      "GET, HEAD, POST", ik_ep_settings, IK_INVITE_PARAMETER },
    { "users", "IkSSOUsersPath", offsetof(ik_conf_t, users_path), METHOD(M_GET) | METHOD(M_POST), "GET, HEAD, POST",
      ik_ep_users, NULL },
};

#define ROUTES (sizeof(routes) / sizeof(*routes))

static const char *path_of(const ik_route_t *route, const ik_conf_t *conf)
{
    return *(const char *const *)((const char *)conf + route->path);
}

const char *ik_route_clash(const ik_conf_t *conf, apr_pool_t *p)
{
    const ik_route_t *a, *b;

    for (a = routes; a < routes + ROUTES; a++) {
        for (b = a + 1; b < routes + ROUTES; b++) {
            if (!strcmp(path_of(a, conf), path_of(b, conf)))
                return apr_psprintf(p, "%s and %s must differ, both are \"%s\"", a->directive, b->directive,
                                    path_of(a, conf));
        }
    }
    return NULL;
}

void ik_route_each(const ik_conf_t *conf, void (*each)(void *arg, const ik_route_t *route, const char *path), void *arg)
{
    const ik_route_t *route;

    for (route = routes; route < routes + ROUTES; route++)
        each(arg, route, path_of(route, conf));
}

const ik_route_t *ik_route_find(const request_rec *r, const ik_host_t *host)
{
    const char *path = r->parsed_uri.path;
    const ik_route_t *route;

    for (route = routes; path && route < routes + ROUTES; route++) {
        if (!strcmp(path, path_of(route, host->conf)))
            return route;
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
