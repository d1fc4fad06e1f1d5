/* SPDX-License-Identifier: Apache-2.0 */
/* The consume endpoint: a response in, a session cookie and a redirect out; ep_arrival.c has what else comes here. */
#include "httpd/ep_consume.h"

#include <apr_strings.h>

#include "base/form.h"
#include "base/redact.h"
#include "httpd/body.h"
#include "httpd/depart.h"
#include "httpd/ep_arrival.h"
#include "httpd/log_sink.h"
#include "httpd/pending_cookies.h"
#include "httpd/reply.h"
#include "httpd/rounds.h"
#include "httpd/signed_in.h"
#include "model/account.h"
#include "sso/arrival.h"
#include "sso/consume.h"
#include "sso/whose.h"

/* One response on its way. */
typedef struct consuming_t {
    request_rec *r;
    ik_visit_t *visit;
    ik_ctx_t ctx;
    ik_login_t login;
    ik_refusal_t why;
} consuming_t;

static void log_tolerated(const consuming_t *c)
{
    const ik_identity_t *who = c->login.identity;

    if (c->login.tolerated_dummy)
        ik_log_request(c->r, IK_LOG_NOTICE, "IK0233", 0, "tolerated a made-up InResponseTo: account=\"%s\" issuer=\"%s\"",
                       who->account, ik_log_quote(c->r, who->idp));
    if (c->login.tolerated_sha1)
        ik_log_request(c->r, IK_LOG_NOTICE, "IK0248", 0, "tolerated a signature with SHA-1: account=\"%s\" issuer=\"%s\"",
                       who->account, ik_log_quote(c->r, who->idp));
}

static void log_login(const consuming_t *c)
{
    const ik_identity_t *who = c->login.identity;

    ik_count(c->visit->host->counters, IK_COUNT_LOGINS);
    if (c->login.user_created)
        ik_count(c->visit->host->counters, IK_COUNT_USERS_CREATED);
    ik_log_request(c->r, IK_LOG_INFO, "IK0130", 0, "signed in: account=\"%s\" email=\"%s\" role=\"%s\" issuer=\"%s\" "
                   "session=%s client=%s%s", who->account, ik_log_quote(c->r, who->email),
                   ik_log_quote(c->r, who->role), ik_log_quote(c->r, who->idp), who->session, c->r->useragent_ip,
                   c->login.user_created ? " (new user)" : "");
    log_tolerated(c);
}

static void log_target(const consuming_t *c)
{
    if (c->login.target_refused)
        ik_log_request(c->r, IK_LOG_NOTICE, "IK0131", 0, "RelayState is no place this host sends people to, the default "
                       "target is used: account=\"%s\" target=\"%s\"", c->login.account,
                       ik_log_quote(c->r, c->login.target_refused));
}

/* A replay that does no harm is one nevertheless. */
static void log_led_on(const consuming_t *c, const char *how)
{
    ik_log_request(c->r, IK_LOG_INFO, "IK0200", 0, "%s: reason=%s account=\"%s\" issuer=\"%s\" client=%s detail: %s",
                   how, ik_reason_row(c->why.reason)->id, ik_log_quote(c->r, c->login.account),
                   ik_log_quote(c->r, c->login.issuer ? c->login.issuer : ""), c->r->useragent_ip,
                   ik_log_quote(c->r, ik_redact(c->r->pool, c->why.detail)));
}

static int go_on(consuming_t *c)
{
    return ik_reply_redirect(c->r, HTTP_SEE_OTHER, c->login.target);
}

/* Both sessions are there from now on, one in the browser's cookie and one that waits: the person decides. */
static int ask_first(consuming_t *c)
{
    const char *value;
    apr_status_t rv = ik_arrival_seal(&value, &c->ctx, c->login.identity, c->login.target);
    const ik_host_t *host = c->visit->host;
    const char *refused_target;

    /* A target that does not fit beside the session is given up for the default one: the login has happened. */
    if (rv == APR_ERANGE)
        rv = ik_arrival_seal(&value, &c->ctx, c->login.identity, ik_login_target(&c->ctx, NULL, &refused_target));
    if (rv != APR_SUCCESS)
        return ik_reply_failure(c->r, rv, "a session that has to wait cannot be sealed", NULL);
    ik_cookie_set(c->r, IK_COOKIE_ARRIVAL, value);
    return ik_reply_redirect(c->r, HTTP_SEE_OTHER, apr_pstrcat(c->r->pool, host->settings.origin.text,
                                                               host->conf->consume_path, NULL));
}

/* An identity provider that never says what it answers would go on for ever. */
static int bounce(consuming_t *c)
{
    ik_start_t start = { .account = c->login.bounce, .target = c->login.target };

    if (!ik_rounds_count(c->r, c->visit, IK_ROUND_BOUNCE))
        return ik_depart_login(c->r, c->visit, &start);
    ik_refuse(&c->why, IK_REASON_UNSOLICITED_FORBIDDEN, "bounced several times: the identity provider does not answer "
              "requests, but sends responses without InResponseTo");
    return ik_reply_refusal(c->r, &c->why, c->login.account, c->login.issuer);
}

/* Nobody is signed in by a test: on to what it has shown, in the session that has started it. */
static int show_tested(consuming_t *c)
{
    const ik_host_t *host = c->visit->host;

    ik_log_request(c->r, IK_LOG_INFO, "IK0247", 0, "test sign-in %s: account=\"%s\" issuer=\"%s\" client=%s",
                   c->login.tested_passed ? "passed" : "failed", ik_log_quote(c->r, c->login.account),
                   ik_log_quote(c->r, c->login.issuer), c->r->useragent_ip);
    return ik_reply_redirect(c->r, HTTP_SEE_OTHER, apr_pstrcat(c->r->pool, host->settings.origin.text,
                                                               host->conf->settings_path, "?test=", c->login.tested, NULL));
}

static int accepted(consuming_t *c)
{
    if (c->login.answered) {
        ik_cookie_clear_login(c->r, c->login.answered);
        ik_rounds_answered(c->r, c->visit);
    }
    if (c->login.outcome == IK_CONSUME_TESTED)
        return show_tested(c);
    log_target(c);
    switch (c->login.outcome) {
    case IK_CONSUME_BOUNCE:
        if (c->login.answered)
            log_led_on(c, "submitted twice, starts anew");
        return bounce(c);
    case IK_CONSUME_ONWARD:
        log_led_on(c, "signed in already, led on");
        return go_on(c);
    case IK_CONSUME_SWITCH:
        log_login(c);
        return ask_first(c);
    default:
        log_login(c);
        ik_signed_in(c->r, c->visit->host, c->login.identity, c->login.cookie);
        return go_on(c);
    }
}

/* A browser that keeps nothing cannot sign in: starting again would not help it. */
static int refused(consuming_t *c)
{
    const ik_host_t *host = c->visit->host;
    const char *account = c->login.account, *again = host->conf->login_path;

    if (c->why.reason != IK_REASON_REQUEST_UNKNOWN || !ik_cookies_empty(&c->visit->cookies))
        return ik_reply_refusal(c->r, &c->why, account, c->login.issuer);
    if (account && ik_account_id_is_valid(account))
        again = apr_pstrcat(c->r->pool, again, "?account=", account, NULL);
    return ik_reply_refusal_cookies(c->r, &c->why, account, c->login.issuer, again);
}

static int consume(consuming_t *c, const char *response, const char *relay_state)
{
    ik_consume_in_t in = { .saml_response = response, .relay_state = relay_state };
    apr_status_t rv;

    if (!c->ctx.store || !c->ctx.trusts)
        return ik_reply_failure(c->r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    in.pending = ik_pending_cookies_open(c->visit, &c->ctx);
    if (!ik_whose_open(&in.present, &c->ctx, c->visit->cookies.value[IK_COOKIE_WHOSE]))
        in.present = NULL;
    rv = ik_consume(&c->login, &c->ctx, &in, &c->why);
    c->visit->verified = c->login.verified && !c->login.repeated;
    if (rv == APR_SUCCESS)
        return accepted(c);
    return rv == IK_REFUSED ? refused(c) : ik_reply_failure(c->r, rv, "the response could not be decided upon", NULL);
}

int ik_ep_consume(request_rec *r, ik_visit_t *visit)
{
    consuming_t c = { .r = r, .visit = visit, .why = { .p = r->pool, .reason = IK_REASON_MALFORMED } };
    const char *response;
    apr_table_t *fields;
    int status;

    if (r->method_number != M_POST)
        return ik_ep_arrival(r, visit);
    status = ik_body_form(r, &fields);
    if (!fields)
        return status;
    response = ik_form_get(fields, "SAMLResponse");
    if (!response && ik_form_get(fields, "choice"))
        return ik_ep_arrival_choice(r, visit, fields);
    if (!response)
        return ik_reply_wrong_request(r, HTTP_BAD_REQUEST, "form has no field SAMLResponse");
    c.ctx = ik_host_ctx(visit->host, r, r->pool);
    return consume(&c, response, ik_form_get(fields, "RelayState"));
}
