/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same-site step after a response. The identity provider's POST comes without the session cookie, so a response
 * could put one person's session in the place of another's (login CSRF): here both are seen, and the person is asked.
 */
#include "httpd/ep_arrival.h"

#include <apr_strings.h>

#include "base/form.h"
#include "httpd/hold.h"
#include "httpd/log_sink.h"
#include "httpd/query.h"
#include "httpd/reply.h"
#include "httpd/rounds.h"
#include "httpd/signed_in.h"
#include "sso/arrival.h"
#include "sso/form_token.h"
#include "sso/logout.h"
#include "sso/login_request.h"
#include "sso/session.h"
#include "sso/whose.h"

/* The form names the session that arrives: of another one that came meanwhile the person has seen nothing. */
#define FORM "arrival "

/* One arrival. */
typedef struct arriving_t {
    request_rec *r;
    ik_visit_t *visit;
    ik_ctx_t ctx;
    const ik_identity_t *who;       /* whose session waits */
    const ik_identity_t *present;   /* who is signed in; NULL: nobody */
    const char *target;
} arriving_t;

static int go_to_login(request_rec *r, const ik_visit_t *visit)
{
    return ik_reply_redirect(r, HTTP_SEE_OTHER, visit->host->login_url);
}

/* 0 if nothing waits. */
static int open_arrival(arriving_t *a)
{
    const char *value = a->visit->cookies.value[IK_COOKIE_ARRIVAL];

    a->ctx = ik_host_ctx(a->visit->host, a->r, a->r->pool);
    a->present = ik_visit_identity(a->visit);
    return value && ik_arrival_open(&a->who, &a->target, &a->ctx, value) == APR_SUCCESS;
}

/* The waiting session takes its place; it may have been revoked meanwhile, and then opens nothing. */
static int take_place(const arriving_t *a)
{
    const char *value;
    apr_status_t rv = ik_session_seal(&value, &a->ctx, a->who);

    if (rv != APR_SUCCESS)
        return ik_reply_failure(a->r, rv, "a session cannot be sealed", NULL);
    ik_cookie_clear(a->r, IK_COOKIE_ARRIVAL);
    ik_rounds_end(a->r, a->visit);
    ik_signed_in(a->r, a->visit->host, a->who, value);
    return ik_reply_redirect(a->r, HTTP_SEE_OTHER, a->target);
}

static int ask(const arriving_t *a)
{
    const ik_switch_t form = {
        .present = a->present->email, .present_account = a->present->account,
        .arriving = a->who->email, .arriving_account = a->who->account,
        .action = a->visit->host->conf->consume_path, .field = IK_FORM_TOKEN_FIELD,
        .token = ik_form_token(&a->ctx, a->present->session, apr_pstrcat(a->r->pool, FORM, a->who->session, NULL)),
    };

    if (!form.token)
        return ik_reply_failure(a->r, APR_EGENERAL, "the token of a form cannot be sealed", NULL);
    return ik_reply_form_page(a->r, HTTP_OK, ik_html_switch(a->r->pool, &a->visit->host->brand, &form));
}

int ik_ep_arrival(request_rec *r, ik_visit_t *visit)
{
    arriving_t a = { .r = r, .visit = visit };
    const char *held = ik_form_get(ik_query(r), "held");

    /* What looks ahead with HEAD uses up neither. */
    if (r->header_only)
        return go_to_login(r, visit);
    if (held)
        return ik_hold_send_on(r, visit, held);
    if (!open_arrival(&a))
        return go_to_login(r, visit);
    if (visit->unavailable)
        return ik_reply_failure(r, 0, visit->unavailable, NULL);
    return a.present && !ik_whose_same_user(a.present, a.who) ? ask(&a) : take_place(&a);
}

/* The session that is given up ends for good, like that of somebody who signs out. */
static int end_other(const arriving_t *a, const ik_identity_t *other)
{
    const char *problem;

    return a->ctx.store && ik_logout(&a->ctx, other, &problem) == APR_SUCCESS;
}

static int cannot_end(const arriving_t *a)
{
    return ik_reply_failure(a->r, APR_EGENERAL, "the database cannot record that a session has ended", NULL);
}

static int stay(const arriving_t *a)
{
    const char *refused;

    if (!end_other(a, a->who))
        return cannot_end(a);
    ik_cookie_clear(a->r, IK_COOKIE_ARRIVAL);
    ik_log_request(a->r, IK_LOG_INFO, "IK0234", 0, "stayed signed in: account=\"%s\" email=\"%s\", instead of "
                   "account=\"%s\" email=\"%s\"", a->present->account, ik_log_quote(a->r, a->present->email), a->who->account,
                   ik_log_quote(a->r, a->who->email));
    return ik_reply_redirect(a->r, HTTP_SEE_OTHER, ik_login_target(&a->ctx, NULL, &refused));
}

int ik_ep_arrival_choice(request_rec *r, ik_visit_t *visit, const apr_table_t *fields)
{
    arriving_t a = { .r = r, .visit = visit };
    ik_refusal_t why = { .p = r->pool, .reason = IK_REASON_CSRF, .detail = "the choice of a session has no token" };
    const char *choice = ik_form_get(fields, "choice"), *form;

    if (!open_arrival(&a) || !a.present)
        return visit->unavailable ? ik_reply_failure(r, 0, visit->unavailable, NULL) : go_to_login(r, visit);
    form = apr_pstrcat(r->pool, FORM, a.who->session, NULL);
    if (!ik_form_token_is_valid(&a.ctx, a.present->session, form, ik_form_get(fields, IK_FORM_TOKEN_FIELD)))
        return ik_reply_refusal(r, &why, a.present->account, a.present->idp);
    if (strcmp(choice, "switch") != 0)
        return stay(&a);
    return end_other(&a, a.present) ? take_place(&a) : cannot_end(&a);
}

void ik_ep_arrival_drop(request_rec *r, const ik_visit_t *visit)
{
    arriving_t a = { .r = r };
    const char *value = visit->cookies.value[IK_COOKIE_ARRIVAL];

    if (!value)
        return;
    a.ctx = ik_host_ctx(visit->host, r, r->pool);
    if (ik_arrival_open(&a.who, &a.target, &a.ctx, value) == APR_SUCCESS && !end_other(&a, a.who))
        ik_log_request(r, IK_LOG_ERROR, "IK0236", 0, "a session that waits could not be ended at the sign-out");
    ik_cookie_clear(r, IK_COOKIE_ARRIVAL);
}
