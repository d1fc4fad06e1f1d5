/* SPDX-License-Identifier: Apache-2.0 */
/* The logout endpoint: ends a session at once, but never because another site has sent the browser here. */
#include "httpd/ep_logout.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/client.h"
#include "httpd/cookie.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "sso/form_token.h"
#include "sso/logout.h"
#include "sso/session.h"

#define FORM "logout"
#define STILL_SIGNED_IN "You are still signed in: signing out is not possible just now. Please try again in a moment."

static int show_signed_out(request_rec *r, const ik_visit_t *visit)
{
    if (ik_client_wants_json(r))
        return ik_reply_json(r, "{\"signed_out\":true}\n");
    return ik_reply_page(r, ik_html_signed_out(r->pool, &visit->host->brand, visit->host->conf->login_path));
}

static int sign_out(request_rec *r, const ik_visit_t *visit, const ik_identity_t *who)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    const char *problem = "";
    apr_status_t rv = ctx.store ? ik_logout(&ctx, who, &problem) : APR_EGENERAL;

    if (rv != APR_SUCCESS)
        return ik_reply_failure(r, rv, apr_pstrcat(r->pool, "the database cannot record that a session has ended",
                                                   *problem ? ": " : "", problem, NULL), STILL_SIGNED_IN);
    ik_count(visit->host->counters, IK_COUNT_LOGOUTS);
    ik_log_request(r, IK_LOG_INFO, "IK0165", 0, "signed out: account=\"%s\" email=\"%s\" session=%s client=%s",
                   who->account, ik_log_quote(r, who->email), who->session, r->useragent_ip);
    ik_cookie_clear(r);
    return show_signed_out(r, visit);
}

static int ask(request_rec *r, const ik_visit_t *visit, const ik_identity_t *who)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    ik_sign_out_t form = { .email = who->email, .field = IK_FORM_TOKEN_FIELD };
    ik_refusal_t why = { .p = r->pool, .reason = IK_REASON_CSRF, .detail = "another site asks for the sign-out" };

    if (ik_client_wants_json(r))
        return ik_reply_refusal(r, &why, who->account, who->idp);
    form.action = visit->host->conf->logout_path;
    form.way_back = visit->host->conf->default_target;
    form.token = ik_form_token(&ctx, who, FORM);
    if (!form.token)
        return ik_reply_failure(r, APR_EGENERAL, "the token of a form cannot be sealed", STILL_SIGNED_IN);
    return ik_reply_page(r, ik_html_sign_out(r->pool, &visit->host->brand, &form));
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
static int is_own(const request_rec *r, const ik_origin_t *own)
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

/* A token is good whatever the browser says: under our own Referrer-Policy older ones send "Origin: null". */
static int may_sign_out(request_rec *r, const ik_visit_t *visit, const ik_identity_t *who, const char *token)
{
    ik_ctx_t ctx;

    if (is_own(r, &visit->host->settings.origin))
        return 1;
    ctx = ik_host_ctx(visit->host, r, r->pool);
    return ik_form_token_is_valid(&ctx, who, FORM, token);
}

/* The browser opens the page in advance: nobody has asked for it yet. */
static int is_prefetch(const request_rec *r)
{
    const char *purpose = apr_table_get(r->headers_in, "Sec-Purpose");

    if (!purpose)
        purpose = apr_table_get(r->headers_in, "Purpose");
    return purpose && ap_strcasestr(purpose, "prefetch");
}

/* What is no form has no token; a script of our own pages may send anything. */
static int has_form(const request_rec *r)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = apr_table_get(r->headers_in, "Content-Type");

    return r->method_number == M_POST && type && !ap_cstr_casecmpn(type, form, sizeof(form) - 1);
}

static int has_nothing_to_end(request_rec *r, const ik_visit_t *visit, ik_session_state_t state)
{
    if (state == IK_SESSION_UNREADABLE)
        ik_log_request(r, IK_LOG_INFO, "IK0170", 0, "asked to sign out with a cookie that is not sealed here: nothing "
                       "was ended. client=%s", r->useragent_ip);
    if (visit->cookie && !r->header_only)
        ik_cookie_clear(r);
    return show_signed_out(r, visit);
}

/* Also a session that gives no access here may be alive elsewhere, in a copy that was used since (sso/session.h). */
static int decide(request_rec *r, const ik_visit_t *visit, const char *token)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    const ik_identity_t *who;
    ik_session_state_t state = ik_session_read(&who, &ctx, visit->cookie);

    if (state == IK_SESSION_UNCERTAIN)
        return ik_reply_failure(r, 0, IK_VISIT_UNCERTAIN, STILL_SIGNED_IN);
    if (!who)
        return has_nothing_to_end(r, visit, state);
    if (!may_sign_out(r, visit, who, token))
        return ask(r, visit, who);
    return r->header_only ? show_signed_out(r, visit) : sign_out(r, visit, who);
}

int ik_ep_logout(request_rec *r, ik_visit_t *visit)
{
    apr_table_t *fields;
    int status;

    /* Not kept and not used: the browser asks again once somebody really goes there. */
    if (is_prefetch(r)) {
        apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
        return HTTP_SERVICE_UNAVAILABLE;
    }
    if (!has_form(r))
        return decide(r, visit, NULL);
    status = ik_body_form(r, &fields);
    return fields ? decide(r, visit, ik_form_get(fields, IK_FORM_TOKEN_FIELD)) : status;
}
