/* SPDX-License-Identifier: Apache-2.0 */
/* Guests: who used an invitation may change the settings of its account for a while. */
#include "sso/guest.h"

#include <string.h>

#include <apr_strings.h>

#include "seal/random.h"
#include "sso/connect.h"
#include "sso/sealed.h"
#include "store/account.h"
#include "store/invite.h"

static const ik_sealed_kind_t kind = { "guest", IK_GUEST_LIFETIME, 600 };

apr_status_t ik_guest_seal(const char **cookie, const ik_ctx_t *ctx, const ik_invite_t *invite)
{
    const char *session = ik_random_id(ctx->p, IK_GUEST_RANDOM_BYTES);
    ik_pack_t record = ik_sealed_begin(ctx);
    apr_status_t rv = session ? ik_pack_text(&record, invite->id) : APR_EGENERAL;

    if (rv == APR_SUCCESS)
        rv = ik_pack_text(&record, invite->account);
    if (rv == APR_SUCCESS)
        rv = ik_pack_text(&record, session);
    return rv == APR_SUCCESS ? ik_sealed_end(cookie, ctx, &kind, &record) : rv;
}

apr_status_t ik_invite_account(ik_invite_state_t *state, ik_db_t *db, const ik_ctx_t *ctx, const char *account)
{
    const char *only = ctx->settings ? ctx->settings->only_account : NULL;
    ik_account_t *found;
    apr_status_t rv = ik_store_account_get(&found, db, account, ctx->p);

    *state = IK_INVITE_REVOKED;
    if (rv == APR_SUCCESS && (!only || strcmp(only, account) == 0))
        *state = found->enabled ? IK_INVITE_OPEN : IK_INVITE_DISABLED;
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* The row decides, on every request: it may have been revoked on another machine. */
static apr_status_t check(ik_invite_state_t *state, const ik_guest_t *guest, const ik_ctx_t *ctx, ik_db_t *db)
{
    ik_invite_t *invite;
    apr_status_t rv = ik_store_invite_get(&invite, db, guest->invite, ctx->p);

    *state = IK_INVITE_REVOKED;
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    if (!invite->used || invite->revoked || strcmp(invite->account, guest->account) != 0)
        return APR_SUCCESS;
    return ik_invite_account(state, db, ctx, guest->account);
}

/* *guest also for one who may do nothing now; NULL for what is not sealed here, or over. */
static apr_status_t recognise(ik_guest_t **guest, ik_invite_state_t *state, const ik_ctx_t *ctx, const char *cookie)
{
    ik_guest_t *g = apr_pcalloc(ctx->p, sizeof *g);
    ik_unpack_t from;
    apr_time_t made;
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_sealed_open(&from, &made, ctx, &kind, cookie);

    *guest = NULL;
    *state = IK_INVITE_EXPIRED;
    if (rv != APR_SUCCESS)
        return rv == APR_EINVAL ? APR_SUCCESS : rv;
    g->invite = ik_unpack_text(&from, ctx->p);
    g->account = ik_unpack_text(&from, ctx->p);
    g->session = ik_unpack_text(&from, ctx->p);
    g->expires = made + IK_GUEST_LIFETIME;
    if (!ik_unpack_done(&from))
        return APR_SUCCESS;
    rv = ik_connect(&db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = check(state, g, ctx, db);
    ik_disconnect(brief);
    if (rv == APR_SUCCESS)
        *guest = g;
    return rv;
}

apr_status_t ik_guest_open(const ik_guest_t **guest, ik_invite_state_t *state, const ik_ctx_t *ctx, const char *cookie)
{
    ik_guest_t *g;
    apr_status_t rv = recognise(&g, state, ctx, cookie);

    *guest = rv == APR_SUCCESS && *state == IK_INVITE_OPEN ? g : NULL;
    return rv == APR_SUCCESS && !*guest ? APR_EINVAL : rv;
}

/* Also while the account is disabled: when it is enabled, nobody must be in again who has left. */
apr_status_t ik_guest_leave(const ik_ctx_t *ctx, const char *cookie)
{
    ik_invite_state_t state;
    ik_guest_t *guest;
    apr_pool_t *brief;
    ik_db_t *db;
    int count;
    apr_status_t rv = recognise(&guest, &state, ctx, cookie);

    if (rv != APR_SUCCESS || !guest)
        return rv;
    rv = ik_connect(&db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = ik_store_invite_revoke(&count, db, guest->account, guest->invite, ctx->now, ctx->p);
    ik_disconnect(brief);
    return rv;
}

/* One administrator on the way to being a guest. */
typedef struct admitting_t {
    ik_account_task_t task;     /* the first member: account_task.c hands its address over */
    const char *author;
    const char *cookie;
} admitting_t;

static void tell(admitting_t *a, const ik_invite_t *invite)
{
    ik_event_t *event = ik_account_task_tell(&a->task, IK_EVENT_INVITE_USED);

    event->subject = invite->id;
    event->detail = "goes on as a guest: the session has ended with the change";
}

/* An invitation whose token nobody has seen, used as soon as it is made. Sealed before the commit: all of it, or nothing. */
static apr_status_t admit(ik_db_t *db, void *arg, apr_pool_t *p)
{
    admitting_t *a = arg;
    const ik_ctx_t *ctx = a->task.ctx;
    const char *token;
    ik_invite_t invite;
    apr_status_t rv = ik_account_task_hold(&a->task.result->account, &a->task, db);

    if (rv == APR_SUCCESS)
        rv = ik_invite_begin(&token, &invite, ctx, a->task.id, a->author);
    if (rv != APR_SUCCESS)
        return rv;
    invite.used = invite.expires = ctx->now;
    tell(a, &invite);
    rv = ik_store_invite_put(&invite, db, ctx->now, p);
    return rv == APR_SUCCESS ? ik_guest_seal(&a->cookie, ctx, &invite) : rv;
}

apr_status_t ik_guest_admit(const char **cookie, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                            const char *author)
{
    admitting_t a = { .task = { .ctx = ctx, .result = result, .id = id }, .author = author };
    apr_status_t rv = ik_account_task_run(&a.task, admit, IK_TASK_CHANGES);

    *cookie = rv == APR_SUCCESS ? a.cookie : NULL;
    return rv;
}
