/* SPDX-License-Identifier: Apache-2.0 */
/* The logout endpoint: ends a session at once, but never because another site has sent the browser here. */
#include "httpd/ep_logout.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "base/encode.h"
#include "base/form.h"
#include "httpd/body.h"
#include "httpd/client.h"
#include "httpd/ep_arrival.h"
#include "httpd/ep_slo.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "httpd/rounds.h"
#include "httpd/signed_in.h"
#include "sso/form_token.h"
#include "sso/logout.h"
#include "sso/session.h"
#include "sso/slo.h"

#define FORM "logout"
#define STILL_SIGNED_IN "You are still signed in: signing out is not possible just now. Please try again in a moment."

static int show_signed_out(request_rec *r, const ik_visit_t *visit)
{
    return ik_ep_slo_signed_out(r, visit, IK_SIGNED_OUT_HERE);
}

/* Programs are told the way: they follow no redirect to another host, or should not. */
static int tell_way(request_rec *r, const ik_outgoing_t *out)
{
    if (!out->redirect)
        return ik_reply_json(r, "{\"signed_out\":true}\n");
    return ik_reply_json(r, apr_pstrcat(r->pool, "{\"signed_out\":true,\"logout_url\":",
                                        ik_encode_json(r->pool, out->redirect), "}\n", NULL));
}

/* The session here has ended; that at the identity provider is the account's choice, and never a condition. */
static int go_on(request_rec *r, const ik_visit_t *visit, const ik_ctx_t *ctx, const ik_identity_t *who)
{
    ik_outgoing_t *out;
    apr_status_t rv = ctx->trusts ? ik_slo_start(&out, ctx, who) : APR_NOTFOUND;

    if (rv == APR_SUCCESS)
        return ik_client_wants_json(r) ? tell_way(r, out) : ik_ep_slo_depart(r, visit, out);
    if (rv != APR_NOTFOUND)
        ik_log_request(r, IK_LOG_ERROR, "IK0211", rv, "signed out here only, the identity provider cannot be told: "
                       "account=\"%s\"", who->account);
    return show_signed_out(r, visit);
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
    ik_signed_out(r);
    ik_ep_arrival_drop(r, visit);
    ik_rounds_end(r, visit);
    return go_on(r, visit, &ctx, who);
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
    form.token = ik_form_token(&ctx, who->session, FORM);
    if (!form.token)
        return ik_reply_failure(r, APR_EGENERAL, "the token of a form cannot be sealed", STILL_SIGNED_IN);
    return ik_reply_form_page(r, HTTP_OK, ik_html_sign_out(r->pool, &visit->host->brand, &form));
}

/* A token is good whatever the browser says: under our own Referrer-Policy older ones send "Origin: null". */
static int may_sign_out(request_rec *r, const ik_visit_t *visit, const ik_identity_t *who, const char *token)
{
    ik_ctx_t ctx;

    if (ik_client_is_own(r, &visit->host->settings.origin))
        return 1;
    ctx = ik_host_ctx(visit->host, r, r->pool);
    return ik_form_token_is_valid(&ctx, who->session, FORM, token);
}

/* The browser opens the page in advance: nobody has asked for it yet. */
static int is_prefetch(const request_rec *r)
{
    const char *purpose = apr_table_get(r->headers_in, "Sec-Purpose");

    if (!purpose)
        purpose = apr_table_get(r->headers_in, "Purpose");
    return purpose && ap_strcasestr(purpose, "prefetch");
}

static int has_nothing_to_end(request_rec *r, const ik_visit_t *visit, ik_session_state_t state)
{
    if (state == IK_SESSION_UNREADABLE)
        ik_log_request(r, IK_LOG_INFO, "IK0170", 0, "asked to sign out with a cookie that is not sealed here: nothing "
                       "was ended. client=%s", r->useragent_ip);
    if (visit->cookie && !r->header_only)
        ik_signed_out(r);
    if (!r->header_only)
        ik_ep_arrival_drop(r, visit);
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
    if (ik_slo_in_soap(r))
        return ik_ep_slo_soap(r, visit);
    if (!ik_client_has_form(r))
        return ik_slo_in_query(r) ? ik_ep_slo_query(r, visit) : decide(r, visit, NULL);
    status = ik_body_form(r, &fields);
    if (!fields)
        return status;
    if (ik_form_get(fields, "SAMLRequest") || ik_form_get(fields, "SAMLResponse"))
        return ik_ep_slo_form(r, visit, fields);
    return decide(r, visit, ik_form_get(fields, IK_FORM_TOKEN_FIELD));
}
