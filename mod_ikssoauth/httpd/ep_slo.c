/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What identity providers send to the logout endpoint: signed messages, so no question whether another site is behind
 * them, and no need of a cookie, which a frame of theirs would not send.
 */
#include "httpd/ep_slo.h"

#include <http_protocol.h>

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/client.h"
#include "httpd/depart.h"
#include "httpd/log_sink.h"
#include "httpd/query.h"
#include "httpd/reply.h"
#include "httpd/signed_in.h"
#include "sso/login_request.h"
#include "sso/session.h"
#include "sso/slo.h"

#define HEADING "Signing out"
#define LEAD "If nothing happens in a moment, continue with the button."
#define SOAP_TYPE "text/xml; charset=utf-8"

/* One message on its way. */
typedef struct taking_t {
    request_rec *r;
    ik_visit_t *visit;
    ik_logout_t *message;
    ik_refusal_t why;
} taking_t;

/* Not by the fields: a query that names one twice has to be refused, not taken for a person's (R18). */
static int names_message(const request_rec *r)
{
    return r->args && (strstr(r->args, "SAMLRequest=") || strstr(r->args, "SAMLResponse="));
}

/* Not HEAD: it would use up the message that somebody brings with GET. */
int ik_slo_in_query(const request_rec *r)
{
    return r->method_number == M_GET && !r->header_only && names_message(r);
}

int ik_slo_in_soap(const request_rec *r)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");

    return r->method_number == M_POST && type
           && (!ap_cstr_casecmpn(type, "text/xml", 8) || !ap_cstr_casecmpn(type, "application/soap+xml", 20));
}

int ik_ep_slo_depart(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out)
{
    return ik_depart(r, visit, out, HEADING, LEAD);
}

int ik_ep_slo_signed_out(request_rec *r, const ik_visit_t *visit, ik_signed_out_t how)
{
    if (ik_client_wants_json(r))
        return ik_reply_json(r, "{\"signed_out\":true}\n");
    return ik_reply_page(r, ik_html_signed_out(r->pool, &visit->host->brand, visit->host->conf->login_path, how));
}

/* If the browser that brought the message has a session that it ended, its cookies go too. */
static void clear_own(taking_t *t, const ik_ctx_t *ctx)
{
    const ik_identity_t *who;

    if (t->visit->cookie && ik_session_read(&who, ctx, t->visit->cookie) == IK_SESSION_REVOKED)
        ik_signed_out(t->r);
}

/* Somebody who has signed in again meanwhile, or was sent here with an old response, is not signed out. */
static int show(taking_t *t, const ik_ctx_t *ctx, const ik_slo_done_t *done)
{
    const char *refused;

    if (ik_visit_identity(t->visit) && !ik_client_wants_json(t->r))
        return ik_reply_redirect(t->r, HTTP_SEE_OTHER, ik_login_target(ctx, NULL, &refused));
    return ik_ep_slo_signed_out(t->r, t->visit, done->success ? IK_SIGNED_OUT_EVERYWHERE : IK_SIGNED_OUT_NOT_THERE);
}

static int answer(taking_t *t, const ik_ctx_t *ctx, const ik_slo_done_t *done)
{
    if (!done->is_request)
        return show(t, ctx, done);
    ik_count(t->visit->host->counters, IK_COUNT_LOGOUTS);
    ik_log_request(t->r, IK_LOG_INFO, "IK0210", 0, "signed out by the identity provider: account=\"%s\" name=\"%s\" "
                   "issuer=\"%s\" client=%s", done->account, ik_log_quote(t->r, done->name_id),
                   ik_log_quote(t->r, done->issuer), t->r->useragent_ip);
    clear_own(t, ctx);
    if (done->soap)
        return ik_reply_content(t->r, SOAP_TYPE, done->soap);
    if (done->answer)
        return ik_depart_with_answer(t->r, t->visit, done->answer, HEADING, LEAD);
    return ik_ep_slo_signed_out(t->r, t->visit, IK_SIGNED_OUT_HERE);
}

static int take(taking_t *t, const char *relay_state)
{
    ik_ctx_t ctx = ik_host_ctx(t->visit->host, t->r, t->r->pool);
    ik_slo_done_t done;
    apr_status_t rv;

    if (!ctx.store || !ctx.trusts)
        return ik_reply_failure(t->r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    rv = ik_slo_take(&done, &ctx, t->message, relay_state, &t->why);
    if (rv == IK_REFUSED)
        return ik_reply_refusal(t->r, &t->why, done.account, done.issuer);
    if (rv != APR_SUCCESS)
        return ik_reply_failure(t->r, rv, "a logout message could not be decided upon", NULL);
    return answer(t, &ctx, &done);
}

static int refuse(taking_t *t)
{
    return ik_reply_refusal(t->r, &t->why, NULL, NULL);
}

int ik_ep_slo_query(request_rec *r, ik_visit_t *visit)
{
    taking_t t = { .r = r, .visit = visit, .why = { .p = r->pool, .reason = IK_REASON_MALFORMED } };

    if (ik_logout_parse_redirect(&t.message, r->args, r->pool, &t.why) != APR_SUCCESS)
        return refuse(&t);
    return take(&t, NULL);
}

int ik_ep_slo_form(request_rec *r, ik_visit_t *visit, const apr_table_t *fields)
{
    taking_t t = { .r = r, .visit = visit, .why = { .p = r->pool, .reason = IK_REASON_MALFORMED } };
    const char *request = ik_form_get(fields, "SAMLRequest"), *response = ik_form_get(fields, "SAMLResponse");

    /* Never from body and query at once (R18). */
    if ((request && response) || names_message(r))
        return ik_reply_wrong_request(r, HTTP_BAD_REQUEST, "more than one SAML message");
    if (ik_logout_parse_post(&t.message, request ? request : response, request != NULL, r->pool, &t.why) != APR_SUCCESS)
        return refuse(&t);
    return take(&t, ik_form_get(fields, "RelayState"));
}

int ik_ep_slo_soap(request_rec *r, ik_visit_t *visit)
{
    taking_t t = { .r = r, .visit = visit, .why = { .p = r->pool, .reason = IK_REASON_MALFORMED } };
    const char *body;
    apr_size_t len;
    int status = ik_body_read(r, &body, &len);

    if (status == HTTP_REQUEST_ENTITY_TOO_LARGE)
        return ik_reply_wrong_request(r, status, "body is longer than 1 MiB");
    if (status != OK)
        return status;
    if (ik_logout_parse_soap(&t.message, body, len, r->pool, &t.why) != APR_SUCCESS)
        return refuse(&t);
    return take(&t, NULL);
}
