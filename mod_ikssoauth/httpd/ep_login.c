/* SPDX-License-Identifier: Apache-2.0 */
/* The login endpoint: from an e-mail address, an account or a demand to the identity provider. */
#include "httpd/ep_login.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "base/form.h"
#include "html/notice.h"
#include "httpd/body.h"
#include "httpd/client.h"
#include "httpd/depart.h"
#include "httpd/limit.h"
#include "httpd/query.h"
#include "httpd/reply.h"
#include "httpd/rounds.h"
#include "sso/login.h"

#define AGAIN "There is no such account for this address. Check the ID, or ask your administrator."

/* One request to sign in: what was asked for, whether in the query or in a form. */
typedef struct asking_t {
    request_rec *r;
    ik_visit_t *visit;
    const char *email, *account, *step, *target;
    const char *fragment;       /* '#' and what is behind it, which only the browser knows */
    const char *done;           /* word for what led here */
    const char *hint;           /* the address again, where it decides nothing: an account was asked for */
} asking_t;

static asking_t ask(request_rec *r, ik_visit_t *visit, const apr_table_t *fields)
{
    asking_t a = { .r = r, .visit = visit };

    a.email = ik_form_get(fields, "email");
    a.account = ik_form_get(fields, "account");
    a.step = ik_form_get(fields, "step");
    a.target = ik_form_get(fields, "target");
    a.fragment = ik_form_get(fields, "fragment");
    a.hint = ik_form_get(fields, "hint");
    a.done = ik_form_get(fields, "done");
    return a;
}

/* A target with the fragment that belongs to it. */
static const char *with_fragment(const asking_t *a, const char *target)
{
    const ik_settings_t *settings = &a->visit->host->settings;
    const char *to = target ? target : settings->default_target, *whole;

    if (!a->fragment || a->fragment[0] != '#' || strchr(to, '#'))
        return target;
    whole = apr_pstrcat(a->r->pool, to, a->fragment, NULL);
    return ik_url_target(a->r->pool, whole, &settings->origin, settings->redirect_hosts) ? whole : target;
}

/* Other notices are of pages that only administrators see: a link that anybody made must not say them here. */
static const char *what_was_done(const asking_t *a)
{
    return a->done && strcmp(a->done, "left") == 0 ? ik_notice_sentence(a->done) : NULL;
}

static int show_form(const asking_t *a, int asks_account, const char *problem)
{
    const ik_sign_in_t form = {
        .action = a->visit->host->conf->login_path, .email = a->email, .target = a->target,
        .asks_account = asks_account, .account = asks_account ? a->account : NULL, .problem = problem,
        .said = what_was_done(a),
    };

    return ik_reply_form_page(a->r, HTTP_OK, ik_html_sign_in(a->r->pool, &a->visit->host->brand, &form));
}

/* A page that posts itself: so the fragment comes along, and nothing is started by what only fetches addresses. */
static int show_wait(const asking_t *a)
{
    const ik_hidden_t fields[] = {
        { "step", a->step }, { "account", a->account }, { "hint", a->email }, { "target", a->target }, { NULL, NULL }
    };

    return ik_reply_form_page(a->r, HTTP_OK, ik_html_wait(a->r->pool, &a->visit->host->brand,
                                                          a->visit->host->conf->login_path, fields));
}

static int wants_other_account(const asking_t *a, const ik_identity_t *who)
{
    return a->account && strcmp(a->account, who->account) != 0;
}

static int lead_on(const asking_t *a)
{
    ik_ctx_t ctx = ik_host_ctx(a->visit->host, a->r, a->r->pool);
    const char *refused;

    ik_rounds_end(a->r, a->visit);
    return ik_reply_redirect(a->r, HTTP_SEE_OTHER, ik_login_target(&ctx, a->target, &refused));
}

static int show(const asking_t *a)
{
    const ik_identity_t *who = ik_visit_identity(a->visit);

    if (a->visit->unavailable)
        return ik_reply_failure(a->r, 0, a->visit->unavailable, NULL);
    if (who && !a->step && !wants_other_account(a, who))
        return lead_on(a);
    return a->step || a->account || a->visit->host->settings.only_account ? show_wait(a) : show_form(a, 0, NULL);
}

/* How long this client, or whoever asks for this address, has to wait; 0: not at all. */
static apr_time_t must_wait(const asking_t *a)
{
    apr_time_t wait = ik_limit_address(a->r, a->visit->host);

    return wait ? wait : ik_limit_email(a->r, a->visit->host, a->email);
}

static int refuse(const asking_t *a, const ik_refusal_t *why)
{
    return ik_reply_refusal(a->r, why, NULL, NULL);
}

static int fail(const asking_t *a, apr_status_t rv)
{
    return ik_reply_failure(a->r, rv, "where somebody signs in could not be looked up", NULL);
}

/* Nobody chose this: the page before posted itself. */
static int start_unasked(const asking_t *a, const ik_start_t *start)
{
    const char *again = a->visit->host->conf->login_path;

    if (ik_rounds_is_one(a->r, a->visit) && ik_rounds_count(a->r, a->visit, IK_ROUND_SIGN_IN))
        return ik_reply_page(a->r, ik_html_cookies(a->r->pool, &a->visit->host->brand, NULL, again));
    return ik_depart_login(a->r, a->visit, start);
}

static int start_step(const asking_t *a, const ik_ctx_t *ctx)
{
    ik_start_t start = { .email = NULL };
    ik_refusal_t why = { .p = a->r->pool, .reason = IK_REASON_CSRF, .detail = "the demand is not ours, or old" };
    const char *account, *target;
    apr_status_t rv = ik_assurance_open(&account, &start.wanted, &target, ctx, a->step);

    if (rv != APR_SUCCESS)
        return refuse(a, &why);
    rv = ik_login_account(&start.account, ctx, account, &why);
    if (rv != APR_SUCCESS)
        return rv == IK_REFUSED ? refuse(a, &why) : fail(a, rv);
    start.target = with_fragment(a, target);
    return start_unasked(a, &start);
}

static int start_account(const asking_t *a, const ik_ctx_t *ctx, const char *id)
{
    ik_start_t start = { .target = a->target, .email = a->hint };
    ik_refusal_t why = { .p = a->r->pool };
    apr_status_t rv = ik_login_account(&start.account, ctx, id, &why);

    if (rv != APR_SUCCESS)
        return rv == IK_REFUSED ? refuse(a, &why) : fail(a, rv);
    return start_unasked(a, &start);
}

/* The id that was typed, or else the account signed in to the last time, decides between several (and names none). */
static int start_email(const asking_t *a, const ik_ctx_t *ctx)
{
    const char *hint = a->account && *a->account ? a->account : a->visit->cookies.value[IK_COOKIE_ACCOUNT];
    const char *again = a->visit->host->conf->login_path;
    ik_start_t start = { .target = a->target, .email = a->email };
    ik_where_t where;
    apr_status_t rv = ik_login_find(&where, &start.account, ctx, a->email, hint);

    if (rv != APR_SUCCESS)
        return fail(a, rv);
    switch (where) {
    case IK_WHERE_ACCOUNT:
        return ik_depart_login(a->r, a->visit, &start);
    case IK_WHERE_SEVERAL:
        return show_form(a, 1, a->account ? AGAIN : NULL);
    default:
        return ik_reply_page(a->r, ik_html_first_sign_in(a->r->pool, &a->visit->host->brand, again));
    }
}

/* Another site may send people here, but not find out for them, and in their name, where an address leads. */
static int is_foreign(const asking_t *a)
{
    return a->email && !a->step && !ik_client_is_own(a->r, &a->visit->host->settings.origin);
}

static int start(const asking_t *a)
{
    ik_ctx_t ctx = ik_host_ctx(a->visit->host, a->r, a->r->pool);
    apr_time_t wait;

    if (is_foreign(a))
        return show_form(a, a->account != NULL, NULL);
    wait = must_wait(a);
    if (wait)
        return ik_reply_slow_down(a->r, wait);
    if (!ctx.store || !ctx.trusts)
        return ik_reply_failure(a->r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    if (a->step)
        return start_step(a, &ctx);
    if (ctx.settings->only_account)
        return start_account(a, &ctx, ctx.settings->only_account);
    if (a->email && *a->email)
        return start_email(a, &ctx);
    return a->account ? start_account(a, &ctx, a->account) : show_form(a, 0, NULL);
}

int ik_ep_login(request_rec *r, ik_visit_t *visit)
{
    apr_table_t *fields;
    asking_t a;
    int status;

    if (r->method_number != M_POST) {
        a = ask(r, visit, ik_query(r));
        return show(&a);
    }
    status = ik_body_form(r, &fields);
    if (!fields)
        return status;
    a = ask(r, visit, fields);
    a.target = with_fragment(&a, a.target);
    return start(&a);
}

/* Path and query of the request as they were sent; NULL for what is no path ("*"). */
static const char *asked_for(const request_rec *r)
{
    const char *line = r->unparsed_uri, *slash;

    if (!line || *line == '/')
        return line;
    slash = strstr(line, "://");
    return slash ? strchr(slash + 3, '/') : NULL;
}

const char *ik_ep_login_target(request_rec *r, const ik_host_t *host)
{
    const char *target = asked_for(r);
    const ik_settings_t *settings = &host->settings;

    return target && ik_url_target(r->pool, target, &settings->origin, settings->redirect_hosts) ? target : NULL;
}

const char *ik_ep_login_url(request_rec *r, const ik_host_t *host)
{
    const char *target = ik_ep_login_target(r, host);

    if (!target)
        return host->login_url;
    return apr_pstrcat(r->pool, host->login_url, "?target=", apr_pescape_urlencoded(r->pool, target), NULL);
}
