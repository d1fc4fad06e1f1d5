/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a login: a request for the identity provider, and what the browser keeps until the answer comes. */
#include "sso/login_request.h"

#include <apr_strings.h>

#include "saml/request.h"

/* One start. */
typedef struct starting_t {
    const ik_ctx_t *ctx;
    const ik_start_t *start;
    const ik_trust_t *trust;
    ik_pending_t *pending;
} starting_t;

const char *ik_login_target(const ik_ctx_t *ctx, const char *wanted, const char **refused)
{
    const ik_settings_t *settings = ctx->settings;
    const char *target = NULL;

    *refused = NULL;
    if (wanted && *wanted) {
        target = ik_url_target(ctx->p, wanted, &settings->origin, settings->redirect_hosts);
        *refused = target ? NULL : wanted;
    }
    if (target)
        return target;
    /* Not allowed means replaced, never followed (R14). The default one is the administrator's, and on our own host. */
    return ik_url_target(ctx->p, settings->default_target, &settings->origin, settings->redirect_hosts);
}

static apr_status_t make_pending(starting_t *s)
{
    const ik_start_t *start = s->start;
    const char *refused;

    s->pending = apr_pcalloc(s->ctx->p, sizeof *s->pending);
    s->pending->account = start->account->id;
    s->pending->idp = s->trust->idp->entity_id;
    s->pending->target = ik_login_target(s->ctx, start->target, &refused);
    s->pending->force_authn = start->account->options.force_authn || start->wanted.age;
    s->pending->wanted = start->wanted;
    s->pending->draft = start->draft ? start->draft : "";
    s->pending->made = s->ctx->now;
    return ik_pending_name(s->pending, s->ctx);
}

/* A target that does not fit into a cookie is given up for the default one: the login goes on. */
static apr_status_t seal(const char **cookie, const starting_t *s)
{
    const char *refused;
    apr_status_t rv = ik_pending_seal(cookie, s->ctx, s->pending);

    if (rv != APR_ERANGE)
        return rv;
    s->pending->target = ik_login_target(s->ctx, NULL, &refused);
    return ik_pending_seal(cookie, s->ctx, s->pending);
}

static apr_status_t build(ik_outgoing_t **out, const starting_t *s, ik_refusal_t *why)
{
    const ik_account_t *account = s->start->account;
    const ik_authn_request_t request = {
        .id = s->pending->request, .now = s->ctx->now, .entity_id = ik_ctx_entity_id(s->ctx, account),
        .acs = ik_ctx_acs(s->ctx, account), .force_authn = s->pending->force_authn,
        .contexts = s->pending->wanted.contexts, .login_hint = s->start->email,
        .sign = account->options.sign_requests,
    };
    const char *problem = NULL;
    apr_status_t rv = ik_request_build(out, &request, s->trust->idp, s->ctx->settings->spkeys, s->pending->handle,
                                       s->ctx->p, &problem);

    return rv != APR_SUCCESS && problem ? ik_refuse(why, IK_REASON_SSO_DISABLED, "%s", problem) : rv;
}

/* A draft has the id and version of the account that it may replace: what is tried never meets what counts. */
static apr_status_t find_trust(starting_t *s, ik_refusal_t *why)
{
    const ik_account_t *account = s->start->account;
    ik_trust_t *tried;
    apr_status_t rv;

    if (!s->start->draft)
        return ik_trust_cache_get(&s->trust, s->ctx->trusts, account, s->ctx->p, why);
    rv = ik_trust_build(&tried, account->metadata, s->ctx->p, why);
    if (rv == APR_SUCCESS)
        s->trust = tried;
    return rv;
}

apr_status_t ik_login_start(ik_outgoing_t **out, const ik_pending_t **pending, const char **cookie,
                            const ik_ctx_t *ctx, const ik_start_t *start, ik_refusal_t *why)
{
    starting_t s = { .ctx = ctx, .start = start };
    apr_status_t rv = find_trust(&s, why);

    if (rv == APR_SUCCESS)
        rv = make_pending(&s);
    if (rv == APR_SUCCESS)
        rv = build(out, &s, why);
    if (rv == APR_SUCCESS)
        rv = seal(cookie, &s);
    if (rv == APR_SUCCESS)
        *pending = s.pending;
    return rv;
}
