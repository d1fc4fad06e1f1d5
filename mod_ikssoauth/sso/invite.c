/* SPDX-License-Identifier: Apache-2.0 */
/* Makes invitations, looks at them, uses them up once, revokes them. */
#include "sso/invite.h"

#include <string.h>

#include <apr_strings.h>

#include "seal/random.h"
#include "sso/account_change.h"
#include "sso/audit.h"
#include "sso/connect.h"
#include "sso/guest.h"
#include "store/account.h"
#include "store/invite.h"
#include "store/replay.h"

#define NAMESPACE "invite"      /* keeps the id from being the digest of anything else */

/* One thing that is done with the invitations of an account. */
typedef struct inviting_t {
    ik_account_task_t task;     /* the first member: account_task.c hands its address over */
    apr_int64_t lifetime;
    const char *author, *token;
    const char *id;             /* of an invitation */
    int count;
} inviting_t;

/* One link that somebody follows. */
typedef struct looking_t {
    const ik_ctx_t *ctx;
    const char *token;
    ik_invite_state_t state;
    ik_invite_t *invite;
    const char *cookie;
} looking_t;

const char *ik_invite_id(const char *token, apr_pool_t *p)
{
    return ik_store_digest(NAMESPACE, token, p);
}

apr_status_t ik_invite_begin(const char **token, ik_invite_t *invite, const ik_ctx_t *ctx, const char *account,
                             const char *author)
{
    *token = ik_random_id(ctx->p, IK_GUEST_RANDOM_BYTES);
    if (!*token)
        return APR_EGENERAL;
    *invite = (ik_invite_t){ .id = ik_invite_id(*token, ctx->p), .account = account, .author = author,
                             .made = ctx->now };
    return invite->id ? APR_SUCCESS : APR_EGENERAL;
}

static apr_status_t refuse_more(inviting_t *i)
{
    return ik_account_refuse(i->task.result, "too_many_invites",
                             apr_psprintf(i->task.ctx->p, "%d invitations of the account are open already: revoke those "
                                          "that nobody needs.", IK_INVITES_MAX));
}

static apr_status_t make(ik_db_t *db, void *arg, apr_pool_t *p)
{
    inviting_t *i = arg;
    const ik_ctx_t *ctx = i->task.ctx;
    ik_invite_t invite;
    apr_status_t rv = ik_account_task_hold(&i->task.result->account, &i->task, db);

    if (rv == APR_SUCCESS)
        rv = ik_invite_begin(&i->token, &invite, ctx, i->task.id, i->author);
    if (rv != APR_SUCCESS)
        return rv;
    invite.expires = ctx->now + apr_time_from_sec(i->lifetime);
    ik_account_task_tell(&i->task, IK_EVENT_INVITE_MADE)->subject = invite.id;
    rv = ik_store_invite_put(&invite, db, ctx->now, p);
    return rv == APR_ENOSPC ? refuse_more(i) : rv;
}

apr_status_t ik_invite_make(const char **token, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                            apr_int64_t lifetime, const char *author)
{
    inviting_t i = { .task = { .ctx = ctx, .result = result, .id = id }, .lifetime = lifetime, .author = author };
    apr_status_t rv;

    *token = NULL;
    *result = (ik_accounts_result_t){ 0 };
    if (lifetime < IK_INVITE_MIN || lifetime > IK_INVITE_MAX)
        return ik_account_refuse(result, "lifetime_invalid",
                                 "An invitation is good for one minute at least and 30 days at most: choose a time "
                                 "between.");
    rv = ik_account_task_run(&i.task, make, IK_TASK_CHANGES);
    if (rv == APR_SUCCESS)
        *token = i.token;
    return rv;
}

static apr_status_t look(ik_db_t *db, looking_t *l)
{
    const char *id = ik_invite_id(l->token, l->ctx->p);
    ik_invite_state_t best = IK_INVITE_REVOKED;
    apr_status_t rv = id ? ik_store_invite_get(&l->invite, db, id, l->ctx->p) : APR_EGENERAL;

    l->state = IK_INVITE_UNKNOWN;
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    rv = ik_invite_account(&best, db, l->ctx, l->invite->account);
    l->state = ik_invite_state(l->invite, l->ctx->now);
    if (l->state == IK_INVITE_OPEN)
        l->state = best;
    return rv;
}

apr_status_t ik_invite_look(ik_invite_state_t *state, const ik_invite_t **invite, const ik_ctx_t *ctx,
                            const char *token)
{
    looking_t l = { .ctx = ctx, .token = token };
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = look(db, &l);
    ik_disconnect(brief);
    *state = l.state;
    *invite = l.invite;
    return rv;
}

/* Somebody else was faster: what has become of it is said, but never that it is open. */
static apr_status_t look_again(ik_db_t *db, looking_t *l)
{
    apr_status_t rv = look(db, l);

    if (rv == APR_SUCCESS && l->state == IK_INVITE_OPEN)
        l->state = IK_INVITE_USED;
    return rv;
}

/* With the account held, so that whoever disables it a moment later has disabled what this opens, too. */
static apr_status_t redeem(ik_db_t *db, void *arg, apr_pool_t *p)
{
    looking_t *l = arg;
    apr_int64_t version = 0;
    apr_status_t rv = look(db, l);

    if (rv != APR_SUCCESS || l->state != IK_INVITE_OPEN)
        return rv;
    rv = ik_store_account_hold(&version, db, l->invite->account, p);
    if (rv == APR_SUCCESS && version)
        rv = ik_store_invite_use(db, l->invite->id, l->ctx->now, p);
    if (rv == APR_NOTFOUND || (rv == APR_SUCCESS && !version))
        return look_again(db, l);
    return rv == APR_SUCCESS ? ik_guest_seal(&l->cookie, l->ctx, l->invite) : rv;
}

static void tell_used(const looking_t *l)
{
    ik_event_t event = ik_event_of(IK_EVENT_INVITE_USED, l->invite->account);

    event.subject = l->invite->id;
    ik_audit(l->ctx, &event);
}

apr_status_t ik_invite_redeem(const char **cookie, ik_invite_state_t *state, const ik_ctx_t *ctx, const char *token)
{
    looking_t l = { .ctx = ctx, .token = token };
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, redeem, &l, ctx->p);
    ik_disconnect(brief);
    if (rv == APR_SUCCESS && l.cookie)
        tell_used(&l);
    *state = l.state;
    *cookie = rv == APR_SUCCESS ? l.cookie : NULL;
    return rv;
}

static apr_status_t list(ik_db_t *db, void *arg, apr_pool_t *p)
{
    inviting_t *i = arg;
    const ik_ctx_t *ctx = i->task.ctx;
    apr_status_t rv = ik_account_task_load(&i->task.result->account, &i->task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    return ik_store_invite_list(&i->task.list, db, i->task.id, ctx->now, IK_GUEST_LIFETIME, ctx->p);
}

apr_status_t ik_invite_list(apr_array_header_t **invites, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                            const char *id)
{
    inviting_t i = { .task = { .ctx = ctx, .result = result, .id = id } };
    apr_status_t rv = ik_account_task_run(&i.task, list, IK_TASK_LOOKS);

    *invites = i.task.list;
    return rv;
}

static void tell_revoked(inviting_t *i)
{
    ik_event_t *event = ik_account_task_tell(&i->task, IK_EVENT_INVITE_REVOKED);

    event->subject = i->id;
    event->count = i->count;
}

static apr_status_t revoke_one(ik_db_t *db, void *arg, apr_pool_t *p)
{
    inviting_t *i = arg;
    apr_status_t rv = ik_account_task_hold(&i->task.result->account, &i->task, db);

    if (rv == APR_SUCCESS)
        rv = ik_store_invite_revoke(&i->count, db, i->task.id, i->id, i->task.ctx->now, p);
    if (rv == APR_SUCCESS && !i->count)
        return ik_account_refuse(i->task.result, "invite_not_found",
                                 "There is no such invitation any more: it has been revoked, or is gone for long.");
    tell_revoked(i);
    return rv;
}

/* What has ended by itself is revoked with the rest, but nobody wants to hear of it. */
static apr_status_t revoke_all(ik_db_t *db, void *arg, apr_pool_t *p)
{
    inviting_t *i = arg;
    int rows;
    apr_status_t rv = ik_account_task_hold(&i->task.result->account, &i->task, db);

    if (rv == APR_SUCCESS)
        rv = list(db, i, p);
    if (rv != APR_SUCCESS)
        return rv;
    i->count = i->task.list->nelts;
    if (i->count)
        tell_revoked(i);
    return ik_store_invite_revoke(&rows, db, i->task.id, NULL, i->task.ctx->now, p);
}

apr_status_t ik_invite_revoke(int *count, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                              const char *invite)
{
    inviting_t i = { .task = { .ctx = ctx, .result = result, .id = id }, .id = invite };
    apr_status_t rv = ik_account_task_run(&i.task, invite ? revoke_one : revoke_all, IK_TASK_CHANGES);

    *count = rv == APR_SUCCESS ? i.count : 0;
    return rv;
}

const char *ik_invite_link(const ik_known_host_t *host, const char *token, apr_pool_t *p)
{
    return apr_pstrcat(p, host->origin, host->settings_path, "?" IK_INVITE_PARAMETER "=", token, NULL);
}

apr_status_t ik_invite_hosts(apr_array_header_t **hosts, const ik_ctx_t *ctx)
{
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = ik_store_host_list(hosts, db, ctx->p);
    ik_disconnect(brief);
    return rv;
}
