/* SPDX-License-Identifier: Apache-2.0 */
/* The logout endpoint: ends a session at once, but never because another site has sent the browser here. */
#include "httpd/ep_logout.h"

#include <http_protocol.h>

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/client.h"
#include "httpd/cookie.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "sso/form_token.h"
#include "sso/logout.h"

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
    apr_status_t rv = ctx.store ? ik_logout(&ctx, who, NULL) : APR_EGENERAL;

    if (rv != APR_SUCCESS)
        return ik_reply_failure(r, rv, "the database cannot record that a session has ended", STILL_SIGNED_IN);
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

/* A host beside ours (same-site) may belong to somebody else. Browsers older than Sec-Fetch-Site tell by Origin. */
static int is_own(const request_rec *r, const ik_origin_t *own)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(r->headers_in, "Origin");

    if (site)
        return is_one_of(site, "same-origin", "none");
    return !origin || !strcmp(origin, own->text);
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

static int decide(request_rec *r, ik_visit_t *visit, const char *token)
{
    const ik_identity_t *who = ik_visit_identity(visit);

    if (visit->unavailable)
        return ik_reply_failure(r, 0, visit->unavailable, STILL_SIGNED_IN);
    if (!who) {
        if (visit->cookie && !r->header_only)
            ik_cookie_clear(r);
        return show_signed_out(r, visit);
    }
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
