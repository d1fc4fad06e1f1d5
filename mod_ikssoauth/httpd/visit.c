/* SPDX-License-Identifier: Apache-2.0 */
/* What is known about one request of a browser, shared by the sub-requests and internal redirects that it causes. */
#include "httpd/visit.h"

#include <http_core.h>

#include "httpd/log_sink.h"
#include "httpd/query.h"
#include "httpd/routes.h"
#include "httpd/scrub.h"
#include "httpd/signed_in.h"
#include "sso/access.h"
#include "sso/attributes.h"
#include "sso/session.h"

static ik_visit_t *make_visit(request_rec *r, const ik_host_t *host)
{
    ik_visit_t *visit = apr_pcalloc(r->pool, sizeof(*visit));

    ik_backend_enter(host->backend, r->pool);
    ik_scrub(r->headers_in, r->pool);
    visit->r = r;
    visit->host = host;
    visit->by.kind = IK_BY_USER;
    ik_cookies_take(&visit->cookies, r->headers_in, r->pool);
    visit->cookie = visit->cookies.value[IK_COOKIE_SESSION];
    return visit;
}

static ik_step_t *make_step(request_rec *r, const ik_host_t *host)
{
    request_rec *parent = r->main ? r->main : r->prev;
    ik_step_t *step = apr_pcalloc(r->pool, sizeof(*step));
    const ik_step_t *above = NULL;

    ap_set_module_config(r->request_config, &ikssoauth_module, step);
    if (parent) {
        /* A request too broken to be read has its error document as its first hook: it was never looked at. */
        int late = !ap_get_module_config(parent->request_config, &ikssoauth_module);

        above = ik_step(parent);
        if (late && r->headers_in != parent->headers_in)
            ik_scrub(r->headers_in, r->pool);
    }
    step->visit = above ? above->visit : make_visit(r, host);
    return step;
}

ik_step_t *ik_step(request_rec *r)
{
    ik_step_t *step = ap_get_module_config(r->request_config, &ikssoauth_module);
    const ik_host_t *host;

    if (step)
        return step;
    host = ik_host_of(r);
    return host ? make_step(r, host) : NULL;
}

static void reject(ik_visit_t *visit, const char *reason)
{
    ik_count(visit->host->counters, IK_COUNT_SESSIONS_REJECTED);
    ik_log_request(visit->r, IK_LOG_DEBUG, "IK0110", 0, "session cookie gives no access: %s", reason);
}

static const char *const rejections[] = {
    [IK_SESSION_NONE] = "there is none", [IK_SESSION_UNREADABLE] = "not sealed here", [IK_SESSION_EXPIRED] = "expired",
    [IK_SESSION_IDLE] = "unused for too long", [IK_SESSION_REVOKED] = "revoked",
};

/*
 * The cookie stays in the browser, even if it will never give access again: another tab may have signed in meanwhile,
 * and an answer that crosses that login would clear its fresh cookie.
 */
static void give_no_identity(ik_visit_t *visit, ik_session_state_t state)
{
    if (state == IK_SESSION_UNCERTAIN)
        visit->unavailable = IK_VISIT_UNCERTAIN;
    else
        reject(visit, rejections[state]);
}

static const ik_identity_t *open_cookie(ik_visit_t *visit)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, visit->r, visit->r->pool);
    const ik_identity_t *identity = NULL;
    const char *renewed = NULL, *problem;
    ik_session_state_t state = ik_session_open(&identity, &renewed, &ctx, visit->cookie);

    if (state != IK_SESSION_OK) {
        give_no_identity(visit, state);
        return NULL;
    }
    problem = ik_access_session_problem(ctx.settings, identity);
    if (problem) {
        reject(visit, problem);
        return NULL;
    }
    ik_count(visit->host->counters, IK_COUNT_SESSIONS_OPENED);
    if (renewed)
        ik_cookie_set(visit->r, IK_COOKIE_SESSION, renewed);
    if (renewed && !visit->cookies.value[IK_COOKIE_WHOSE])
        ik_signed_in_companion(visit->r, visit->host, identity);
    return identity;
}

const ik_identity_t *ik_visit_identity(ik_visit_t *visit)
{
    if (!visit->opened) {
        visit->opened = 1;
        visit->identity = visit->cookie ? open_cookie(visit) : NULL;
    }
    return visit->identity;
}

const ik_identity_t *ik_visit_complete(ik_visit_t *visit)
{
    const ik_identity_t *identity = ik_visit_identity(visit);
    ik_ctx_t ctx;
    apr_status_t rv;

    if (!identity || visit->attributes)
        return identity;
    ctx = ik_host_ctx(visit->host, visit->r, visit->r->pool);
    rv = ik_attributes_get(&visit->attributes, &ctx, identity);
    if (rv == APR_SUCCESS)
        return identity;
    visit->identity = NULL;
    if (rv != APR_NOTFOUND) {
        visit->unavailable = "the attributes of this user are in the database, which does not answer";
        return NULL;
    }
    reject(visit, "the row of the user is gone, or older than this session");
    return NULL;
}

int ik_in_force(request_rec *r)
{
    const char *type = ap_auth_type(r);

    return type && !ap_cstr_casecmp(type, "ikssoauth");
}

int ik_visit_begin(request_rec *r)
{
    ik_step_t *step = ik_step(r);

    if (!step || r->main || r->prev)
        return DECLINED;
    step->visit->route = ik_route_find(r, step->visit->host);
    if (step->visit->route && step->visit->route->secret)
        step->visit->query = ik_query_hide(r, step->visit->route->secret);
    return DECLINED;
}
