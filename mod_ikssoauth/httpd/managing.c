/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out who looks after which account, and answers everybody else. */
#include "httpd/managing.h"

#include <apr_strings.h>

#include "base/form.h"
#include "httpd/client.h"
#include "httpd/ep_login.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "sso/access.h"
#include "sso/form_token.h"
#include "sso/invite.h"

#define FORM "account"

static int refuse(request_rec *r, ik_reason_t reason, const ik_identity_t *who, const char *detail)
{
    const ik_refusal_t why = { .p = r->pool, .reason = reason, .detail = detail };

    return ik_reply_refusal(r, &why, who ? who->account : NULL, who ? who->idp : NULL);
}

/*
 * Not the login page: whoever was invited cannot sign in yet, and would not know what to do there. A disabled account may be
 * enabled again.
 */
static int tell_guest(request_rec *r, const ik_visit_t *visit, ik_invite_state_t state)
{
    const ik_host_t *host = visit->host;
    const int waits = state == IK_INVITE_DISABLED;

    if (!waits)
        ik_cookie_clear(r, IK_COOKIE_GUEST);
    if (!ik_client_wants_html(r))
        return refuse(r, waits ? IK_REASON_ACCOUNT_DISABLED : IK_REASON_NOT_SIGNED_IN, NULL,
                      waits ? "the account of the invitation is disabled" : "what the invitation opened is over");
    return ik_reply_admin_page(r, HTTP_FORBIDDEN,
                               ik_html_invite_over(r->pool, &host->brand, state, host->conf->login_path));
}

static int ask_to_sign_in(request_rec *r, const ik_visit_t *visit)
{
    if (ik_client_navigates(r))
        return ik_reply_redirect(r, HTTP_MOVED_TEMPORARILY, ik_ep_login_url(r, visit->host));
    return refuse(r, IK_REASON_NOT_SIGNED_IN, NULL, "nobody is signed in");
}

/* A page whose forms nobody could send would be no help. */
static int seal_token(ik_managing_t *m)
{
    m->token = ik_form_token(&m->ctx, m->session, FORM);
    if (m->token)
        return OK;
    m->account = NULL;
    return ik_reply_failure(m->r, APR_EGENERAL, "the token of a form cannot be sealed", NULL);
}

/* Without an administrator's session. A guest's session is of one account; somebody signed in to another is no guest. */
static int begin_as_guest(ik_managing_t *m, const ik_identity_t *who)
{
    const char *cookie = m->visit->cookies.value[IK_COOKIE_GUEST];
    const ik_guest_t *guest = NULL;
    ik_invite_state_t state = IK_INVITE_UNKNOWN;
    apr_status_t rv = cookie ? ik_guest_open(&guest, &state, &m->ctx, cookie) : APR_EINVAL;

    if (rv != APR_SUCCESS && rv != APR_EINVAL)
        return ik_reply_failure(m->r, rv, "an invitation could not be looked up", NULL);
    if (guest && (!who || strcmp(who->account, guest->account) == 0)) {
        m->account = guest->account;
        m->session = guest->session;
        m->visit->by.kind = IK_BY_GUEST;
        return seal_token(m);
    }
    if (who)
        return refuse(m->r, IK_REASON_NOT_ALLOWED, who, apr_psprintf(m->r->pool, "the role \"%s\" looks after no account",
                                                                     who->role));
    return cookie ? tell_guest(m->r, m->visit, state) : ask_to_sign_in(m->r, m->visit);
}

static int begin_as_administrator(ik_managing_t *m, const ik_identity_t *who)
{
    m->account = who->account;
    m->session = who->session;
    m->email = who->email;
    m->visit->by.kind = IK_BY_ADMINISTRATOR;
    m->visit->by.who = who->email;
    return seal_token(m);
}

int ik_managing_begin(ik_managing_t *m, request_rec *r, ik_visit_t *visit, const apr_table_t *fields,
                      ik_managing_whom_t whom)
{
    const ik_identity_t *who = ik_visit_identity(visit);

    *m = (ik_managing_t){ .r = r, .visit = visit, .fields = fields, .ctx = ik_host_ctx(visit->host, r, r->pool) };
    if (visit->unavailable)
        return ik_reply_failure(r, 0, visit->unavailable, NULL);
    if (!m->ctx.store || !m->ctx.trusts)
        return ik_reply_failure(r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    if (who && ik_access_is_administrator(who))
        return begin_as_administrator(m, who);
    if (whom == IK_MANAGING_WITH_GUESTS)
        return begin_as_guest(m, who);
    return who ? refuse(r, IK_REASON_NOT_ALLOWED, who, "only administrators look after people") : ask_to_sign_in(r, visit);
}

int ik_managing_has_token(const ik_managing_t *m)
{
    return ik_form_token_is_valid(&m->ctx, m->session, FORM, ik_form_get(m->fields, IK_FORM_TOKEN_FIELD));
}

int ik_managing_refuse_form(const ik_managing_t *m)
{
    const ik_refusal_t why = { .p = m->r->pool, .reason = IK_REASON_CSRF, .detail = "the token of the form is not of this session" };

    return ik_reply_refusal(m->r, &why, m->account, NULL);
}

ik_admin_page_t ik_managing_page(const ik_managing_t *m, const ik_account_t *account)
{
    const ik_conf_t *conf = m->visit->host->conf;

    return (ik_admin_page_t){
        .account = m->account, .account_name = account ? account->name : "", .email = m->email,
        .settings_path = conf->settings_path,
        .users_path = m->email ? conf->users_path : NULL, .way_out = m->email ? conf->default_target : NULL,
        .token = m->token, .done = ik_form_get(m->fields, "done"), .now = m->ctx.now,
    };
}

int ik_managing_reply(const ik_managing_t *m, int status, const char *html)
{
    return ik_reply_admin_page(m->r, status, html);
}

int ik_managing_go_on(const ik_managing_t *m, const char *path, const char *done)
{
    return ik_reply_redirect(m->r, HTTP_SEE_OTHER,
                             apr_pstrcat(m->r->pool, m->visit->host->settings.origin.text, path,
                                         strchr(path, '?') ? "&" : "?", "done=", done, NULL));
}

int ik_managing_fail(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result)
{
    const char *problem = result->problem ? result->problem : "an account could not be managed";
    const ik_refusal_t why = {
        .p = m->r->pool, .detail = problem,
        .reason = result->code && !strcmp(result->code, "not_found") ? IK_REASON_UNKNOWN_ACCOUNT : IK_REASON_MALFORMED,
    };

    if (rv == IK_REFUSED)
        return ik_reply_refusal(m->r, &why, m->account, NULL);
    return ik_reply_failure(m->r, rv, problem, NULL);
}

void ik_managing_log(const ik_managing_t *m, const char *id, const char *deed, const char *object)
{
    ik_log_request(m->r, IK_LOG_INFO, id, 0, "%s: account=\"%s\"%s%s%s by=\"%s\" session=%s client=%s", deed, m->account,
                   object ? " of=\"" : "", object ? ik_log_quote(m->r, object) : "", object ? "\"" : "",
                   m->email ? ik_log_quote(m->r, m->email) : "(a guest)", m->session, m->r->useragent_ip);
}
