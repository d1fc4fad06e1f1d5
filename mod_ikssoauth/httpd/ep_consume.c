/* SPDX-License-Identifier: Apache-2.0 */
/* The consume endpoint: a form in, a session cookie and a redirect out. */
#include "httpd/ep_consume.h"

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/cookie.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "sso/consume.h"

static int accepted(request_rec *r, const ik_host_t *host, const ik_login_t *login)
{
    const ik_identity_t *who = login->identity;

    ik_count(host->counters, IK_COUNT_LOGINS);
    if (login->user_created)
        ik_count(host->counters, IK_COUNT_USERS_CREATED);
    ik_log_request(r, IK_LOG_INFO, "IK0130", 0, "signed in: account=\"%s\" email=\"%s\" role=\"%s\" issuer=\"%s\" "
                   "session=%s client=%s%s", who->account, ik_log_quote(r, who->email), ik_log_quote(r, who->role),
                   ik_log_quote(r, who->idp), who->session, r->useragent_ip,
                   login->user_created ? " (new user)" : "");
    if (login->target_refused)
        ik_log_request(r, IK_LOG_NOTICE, "IK0131", 0, "RelayState is no place this host sends people to, the default "
                       "target is used: account=\"%s\" target=\"%s\"", who->account,
                       ik_log_quote(r, login->target_refused));
    ik_cookie_set(r, login->cookie);
    return ik_reply_redirect(r, HTTP_SEE_OTHER, login->target);
}

static int consume(request_rec *r, const ik_host_t *host, const apr_table_t *fields)
{
    ik_ctx_t ctx = ik_host_ctx(host, r, r->pool);
    ik_refusal_t why = { .p = r->pool, .reason = IK_REASON_MALFORMED };
    ik_login_t login = { 0 };
    ik_consume_in_t in = { 0 };
    apr_status_t rv;

    in.saml_response = ik_form_get(fields, "SAMLResponse");
    in.relay_state = ik_form_get(fields, "RelayState");
    if (!in.saml_response)
        return ik_reply_wrong_request(r, HTTP_BAD_REQUEST, "form has no field SAMLResponse");
    if (!ctx.store || !ctx.trusts)
        return ik_reply_failure(r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    rv = ik_consume(&login, &ctx, &in, &why);
    if (rv == APR_SUCCESS && login.outcome != IK_CONSUME_SESSION)
        rv = ik_refuse(&why, IK_REASON_REQUEST_UNKNOWN, "this is not provided for yet");
    if (rv == APR_SUCCESS)
        return accepted(r, host, &login);
    if (rv == IK_REFUSED)
        return ik_reply_refusal(r, &why, login.account, login.issuer);
    return ik_reply_failure(r, rv, "the response could not be decided upon", NULL);
}

int ik_ep_consume(request_rec *r, ik_visit_t *visit)
{
    apr_table_t *fields;
    int status = ik_body_form(r, &fields);

    return fields ? consume(r, visit->host, fields) : status;
}
