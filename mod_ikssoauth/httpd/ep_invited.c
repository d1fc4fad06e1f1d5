/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what an invitation is for. Opening the link uses nothing up, for programs that scan mail open it too. */
#include "httpd/ep_invited.h"

#include <apr_strings.h>

#include "html/admin.h"
#include "httpd/client.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "sso/invite.h"

/* One look at an invitation. */
typedef struct looking_t {
    request_rec *r;
    ik_visit_t *visit;
    ik_ctx_t ctx;
    const char *token;
    const ik_invite_t *invite;
} looking_t;

static int fail(const looking_t *l, apr_status_t rv)
{
    return ik_reply_failure(l->r, rv, "an invitation could not be looked up", NULL);
}

static int tell_over(const looking_t *l, ik_invite_state_t state)
{
    const ik_host_t *host = l->visit->host;

    return ik_reply_admin_page(l->r, HTTP_FORBIDDEN,
                               ik_html_invite_over(l->r->pool, &host->brand, state, host->conf->login_path));
}

static int show(const looking_t *l)
{
    const ik_host_t *host = l->visit->host;
    ik_accounts_result_t result;
    apr_status_t rv = ik_accounts_get(&result, &l->ctx, l->invite->account);

    if (rv == IK_REFUSED)
        return tell_over(l, IK_INVITE_UNKNOWN);
    if (rv != APR_SUCCESS)
        return fail(l, rv);
    return ik_reply_admin_page(l->r, HTTP_OK, ik_html_invited(l->r->pool, &host->brand, result.account->id,
                                                              result.account->name, host->conf->settings_path, l->token));
}

static int refuse(const looking_t *l, ik_reason_t reason, const char *detail)
{
    const ik_refusal_t why = { .p = l->r->pool, .reason = reason, .detail = detail };

    return ik_reply_refusal(l->r, &why, l->invite->account, NULL);
}

/* Else whoever has pressed the button would go on looking after their own account, and not notice. */
static int is_of_other_account(const looking_t *l)
{
    const ik_identity_t *who = ik_visit_identity(l->visit);

    return who && strcmp(who->account, l->invite->account) != 0;
}

static int redeem(looking_t *l)
{
    const ik_host_t *host = l->visit->host;
    const char *cookie, *settings = apr_pstrcat(l->r->pool, host->settings.origin.text, host->conf->settings_path, NULL);
    ik_invite_state_t state;
    apr_status_t rv;

    /* Another site could make somebody type their company's settings into an account of its own. */
    if (!ik_client_is_own(l->r, &host->settings.origin))
        return refuse(l, IK_REASON_CSRF, "another site redeems the invitation");
    if (is_of_other_account(l))
        return refuse(l, IK_REASON_NOT_ALLOWED, "signed in to another account than the invitation is for: sign out first");
    l->visit->by.kind = IK_BY_GUEST;
    rv = ik_invite_redeem(&cookie, &state, &l->ctx, l->token);
    if (rv != APR_SUCCESS)
        return fail(l, rv);
    if (state != IK_INVITE_OPEN)
        return tell_over(l, state);
    ik_cookie_set(l->r, IK_COOKIE_GUEST, cookie);
    ik_log_request(l->r, IK_LOG_INFO, "IK0240", 0, "invitation redeemed: account=\"%s\" client=%s", l->invite->account,
                   l->r->useragent_ip);
    return ik_reply_redirect(l->r, HTTP_SEE_OTHER, settings);
}

int ik_ep_invited(request_rec *r, ik_visit_t *visit, const char *token, int redeems)
{
    looking_t l = { .r = r, .visit = visit, .ctx = ik_host_ctx(visit->host, r, r->pool), .token = token };
    ik_invite_state_t state;
    apr_status_t rv;

    if (!l.ctx.store)
        return ik_reply_failure(r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    rv = ik_invite_look(&state, &l.invite, &l.ctx, token);
    if (rv != APR_SUCCESS)
        return fail(&l, rv);
    if (state != IK_INVITE_OPEN)
        return tell_over(&l, state);
    return redeems ? redeem(&l) : show(&l);
}
