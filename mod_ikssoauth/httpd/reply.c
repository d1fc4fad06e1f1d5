/* SPDX-License-Identifier: Apache-2.0 */
/* What this module answers itself: pages, JSON, redirects; never stored, never framed, never replaced. */
#include "httpd/reply.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_core.h>

#include "base/encode.h"
#include "base/redact.h"
#include "html/admin.h"
#include "httpd/client.h"
#include "httpd/log_sink.h"
#include "httpd/routes.h"
#include "model/account.h"
#include "seal/random.h"
#include "sso/audit.h"
#include "sso/trace.h"

#define HTML "text/html; charset=utf-8"
#define JSON "application/json"
#define RETRY_AFTER "10"    /* seconds */
#define NOT_NOW "This is not possible just now. Please try again in a moment."
#define SLOW_DOWN "There were too many tries. Please try again when the time in Retry-After is over."
#define TRACE_BYTES 16

static const struct {
    const char *name, *value;
} protections[] = {
    { "Cache-Control", "no-store" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "no-referrer" },
};

static void protect(apr_table_t *headers, const char *csp)
{
    apr_size_t i;

    for (i = 0; i < sizeof(protections) / sizeof(*protections); i++)
        apr_table_setn(headers, protections[i].name, protections[i].value);
    apr_table_setn(headers, "Content-Security-Policy", csp);
}

/* The status is r's own, not a hook's return value: so no ErrorDocument takes the body's place. */
static int send_with(request_rec *r, int status, const char *type, const char *csp, const char *body)
{
    apr_size_t len = strlen(body);

    protect(r->headers_out, csp);
    r->status = status;
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)len);
    if (!r->header_only)
        ap_rwrite(body, (int)len, r);
    return OK;
}

static int send_body(request_rec *r, int status, const char *type, const char *body)
{
    return send_with(r, status, type, ik_html_csp, body);
}

static const char *new_trace(request_rec *r)
{
    const char *trace = ik_random_id(r->pool, TRACE_BYTES);

    return trace ? trace : "unavailable";
}

static const char *json(request_rec *r, const char *error, const char *message, const char *trace, const char *login)
{
    apr_pool_t *p = r->pool;

    return apr_pstrcat(p, "{\"error\":", ik_encode_json(p, error), ",\"message\":", ik_encode_json(p, message),
                       login ? ",\"login\":" : "", login ? ik_encode_json(p, login) : "",
                       ",\"trace\":", ik_encode_json(p, trace), "}\n", NULL);
}

/* Who is only sent to sign in was refused nothing: every page that somebody opens too late would be in the audit log. */
static void audit_refusal(request_rec *r, const ik_refusal_t *why, const char *trace, const char *account,
                          const char *issuer)
{
    ik_event_t event = ik_event_of(IK_EVENT_REFUSAL, NULL);
    ik_ctx_t ctx;

    if (why->reason == IK_REASON_NOT_SIGNED_IN || !ik_host_of(r)->conf->audit)
        return;
    ctx = ik_host_ctx(ik_host_of(r), r, r->pool);
    event.account = account ? ik_redact(r->pool, account) : NULL;
    event.idp = issuer ? ik_redact(r->pool, issuer) : NULL;
    event.reason = ik_reason_row(why->reason)->id;
    event.trace = trace;
    event.detail = why->detail ? ik_redact(r->pool, why->detail) : NULL;
    ik_audit(&ctx, &event);
}

static void log_refusal(request_rec *r, ik_log_level_t level, const char *id, const ik_refusal_t *why,
                        const char *trace, const char *account, const char *issuer)
{
    const ik_reason_row_t *row = ik_reason_row(why->reason);

    ik_log_request(r, level, id, 0, "refused: trace=%s reason=%s actor=\"%s\" account=\"%s\" issuer=\"%s\" client=%s "
                   "detail=\"%s\"", trace, row->id, ik_actor_name(row->actor), ik_log_quote(r, account),
                   ik_log_quote(r, issuer ? ik_redact(r->pool, issuer) : NULL), r->useragent_ip,
                   ik_log_quote(r, ik_redact(r->pool, why->detail)));
    ik_count_refusal(ik_host_of(r)->counters, why->reason);
    audit_refusal(r, why, trace, account, issuer);
}

/* What log_refusal wrote is to be found by the id on the page, too. */
static void note_trace(request_rec *r, const char *id, const ik_refusal_t *why, const char *account, const char *issuer)
{
    const ik_host_t *host = ik_host_of(r);
    const ik_visit_t *visit = ik_step(r)->visit;
    ik_ctx_t ctx = ik_backend_ctx(host->backend, r->pool);
    const ik_trace_t trace = {
        .id = id, .account = account, .at = ctx.now, .reason = why->reason, .issuer = issuer, .detail = why->detail,
        .endpoint = visit->route ? visit->route->name : "", .client = r->useragent_ip, .verified = visit->verified,
    };

    ctx.counters = host->counters;
    ik_trace_note(&ctx, &trace);
}

/* Where somebody who was refused tries again: at their own account, if it is known. */
static const char *way_back_in(request_rec *r, const ik_host_t *host, const char *account)
{
    if (!account || !ik_account_id_is_valid(account))
        return host->conf->login_path;
    return apr_pstrcat(r->pool, host->conf->login_path, "?account=", account, NULL);
}

static int send_refusal(request_rec *r, ik_reason_t reason, int status, const char *trace, int as_json,
                        const char *account, const char *login)
{
    const ik_host_t *host = ik_host_of(r);
    const ik_reason_row_t *row = ik_reason_row(reason);

    if (as_json)
        return send_body(r, status, JSON, json(r, row->id, row->sentence, trace, login));
    return send_body(r, status, HTML, ik_html_refusal(r->pool, &host->brand, row, trace,
                                               way_back_in(r, host, account)));
}

int ik_reply_page(request_rec *r, const char *html)
{
    return send_body(r, HTTP_OK, HTML, html);
}

int ik_reply_json(request_rec *r, const char *body)
{
    return send_body(r, HTTP_OK, JSON, body);
}

int ik_reply_form_page(request_rec *r, int status, const char *html)
{
    return send_with(r, status, HTML, ik_html_csp_form, html);
}

int ik_reply_admin_page(request_rec *r, int status, const char *html)
{
    return send_with(r, status, HTML, ik_html_csp_admin, html);
}

int ik_reply_answer_page(request_rec *r, const char *html)
{
    return send_with(r, HTTP_OK, HTML, ik_html_csp_answer, html);
}

int ik_reply_content(request_rec *r, const char *type, const char *body)
{
    return send_body(r, HTTP_OK, type, body);
}

int ik_reply_slow_down(request_rec *r, apr_time_t wait)
{
    const ik_host_t *host = ik_host_of(r);
    int seconds = (int)apr_time_sec(wait + APR_USEC_PER_SEC - 1);
    const char *trace = new_trace(r);

    ik_log_request(r, IK_LOG_INFO, "IK0231", 0, "asked to slow down: trace=%s client=%s", trace, r->useragent_ip);
    apr_table_setn(r->headers_out, "Retry-After", apr_psprintf(r->pool, "%d", seconds));
    if (ik_client_wants_json(r))
        return send_body(r, HTTP_TOO_MANY_REQUESTS, JSON, json(r, "too_many_requests", SLOW_DOWN, trace, NULL));
    return send_body(r, HTTP_TOO_MANY_REQUESTS, HTML,
                     ik_html_slow_down(r->pool, &host->brand, seconds, host->conf->login_path));
}

int ik_reply_refusal_cookies(request_rec *r, const ik_refusal_t *why, const char *account, const char *issuer,
                             const char *again)
{
    const char *trace;

    if (ik_client_wants_json(r))
        return ik_reply_refusal(r, why, account, issuer);
    trace = new_trace(r);
    log_refusal(r, IK_LOG_NOTICE, "IK0232", why, trace, account, issuer);
    note_trace(r, trace, why, account, issuer);
    return send_body(r, ik_reason_row(why->reason)->http_status, HTML,
                     ik_html_cookies(r->pool, &ik_host_of(r)->brand, trace, again));
}

static int refuse(request_rec *r, const ik_refusal_t *why, int status, const char *account, const char *issuer)
{
    const char *trace = new_trace(r), *login = NULL;

    log_refusal(r, IK_LOG_NOTICE, "IK0120", why, trace, account, issuer);
    note_trace(r, trace, why, account, issuer);
    if (status == HTTP_UNAUTHORIZED) {
        apr_table_setn(r->headers_out, "WWW-Authenticate", "IkSSO");
        login = ik_host_of(r)->login_url;
    }
    return send_refusal(r, why->reason, status, trace, ik_client_wants_json(r), account, login);
}

int ik_reply_refusal(request_rec *r, const ik_refusal_t *why, const char *account, const char *issuer)
{
    return refuse(r, why, ik_reason_row(why->reason)->http_status, account, issuer);
}

int ik_reply_wrong_request(request_rec *r, int status, const char *detail)
{
    ik_refusal_t why = {
        .p = r->pool,
        .reason = status == HTTP_REQUEST_ENTITY_TOO_LARGE ? IK_REASON_TOO_LARGE : IK_REASON_MALFORMED,
        .detail = detail,
    };

    return refuse(r, &why, status, NULL, NULL);
}

static int send_failure(request_rec *r, const char *sentence, const char *trace, int as_json)
{
    const ik_host_t *host = ik_host_of(r);

    if (as_json)
        return send_body(r, HTTP_SERVICE_UNAVAILABLE, JSON, json(r, "unavailable", sentence, trace, NULL));
    return send_body(r, HTTP_SERVICE_UNAVAILABLE, HTML, ik_html_failure(r->pool, &host->brand, sentence, trace));
}

int ik_reply_failure(request_rec *r, apr_status_t rv, const char *what, const char *sentence)
{
    const char *trace = new_trace(r);

    ik_count(ik_host_of(r)->counters, IK_COUNT_FAILURES);
    ik_log_request(r, IK_LOG_ERROR, "IK0121", rv, "failed: trace=%s client=%s: %s", trace, r->useragent_ip, what);
    apr_table_setn(r->headers_out, "Retry-After", RETRY_AFTER);
    return send_failure(r, sentence ? sentence : NOT_NOW, trace, ik_client_wants_json(r));
}

int ik_reply_redirect(request_rec *r, int status, const char *url)
{
    /* httpd keeps only these headers when it writes the answer to a redirect. */
    protect(r->err_headers_out, ik_html_csp);
    apr_table_setn(r->headers_out, "Location", url);
    return status;
}

/* Sub-requests must not write into their parent, and the error document of another answer must not replace it. */
static int may_answer(const request_rec *r)
{
    return !r->main && (!r->prev || r->prev->status == HTTP_OK);
}

/* 1 if a hook's status alone will do: httpd answers with the administrator's ErrorDocument, or a page of its own. */
static int leave_to_httpd(request_rec *r, int status, int as_json)
{
    return !may_answer(r) || (!as_json && ap_response_code_string(r, ap_index_of_response(status)));
}

static int no_access(request_rec *r, ik_reason_t reason, const char *detail, const char *login)
{
    int status = ik_reason_row(reason)->http_status;
    int as_json = !ik_client_wants_html(r);
    ik_refusal_t why = { .p = r->pool, .reason = reason, .detail = detail };
    const ik_identity_t *identity = ik_visit_identity(ik_step(r)->visit);
    const char *trace = new_trace(r);

    log_refusal(r, IK_LOG_INFO, "IK0122", &why, trace, identity ? identity->account : NULL,
                identity ? identity->idp : NULL);
    if (leave_to_httpd(r, status, as_json))
        return status;
    /* No handler will run: let modules that add headers to errors (mod_headers) do it here. */
    ap_run_insert_error_filter(r);
    if (status == HTTP_UNAUTHORIZED)
        apr_table_setn(r->headers_out, "WWW-Authenticate", "IkSSO");
    send_refusal(r, reason, status, trace, as_json, NULL, login);
    return DONE;
}

int ik_reply_no_access(request_rec *r, ik_reason_t reason, const char *detail)
{
    return no_access(r, reason, detail, reason == IK_REASON_NOT_SIGNED_IN ? ik_host_of(r)->login_url : NULL);
}

int ik_reply_step_up(request_rec *r, const char *login)
{
    return no_access(r, IK_REASON_NOT_SIGNED_IN, "the authentication is too old, or not of the kind demanded", login);
}

int ik_reply_unavailable(request_rec *r, const char *what)
{
    int as_json = !ik_client_wants_html(r);
    const char *trace = new_trace(r);

    /* No error: that is in the log once, when it began (httpd/watchdog.c), and not with every request. */
    ik_count(ik_host_of(r)->counters, IK_COUNT_FAILURES);
    ik_log_request(r, IK_LOG_NOTICE, "IK0160", 0, "answered 503: trace=%s client=%s: %s", trace, r->useragent_ip, what);
    apr_table_setn(r->err_headers_out, "Retry-After", RETRY_AFTER);
    if (leave_to_httpd(r, HTTP_SERVICE_UNAVAILABLE, as_json))
        return HTTP_SERVICE_UNAVAILABLE;
    ap_run_insert_error_filter(r);
    send_failure(r, NOT_NOW, trace, as_json);
    return DONE;
}
