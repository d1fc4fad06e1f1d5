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

apr_status_t ik_invite_account(int *worth, ik_db_t *db, const ik_ctx_t *ctx, const char *account)
{
    const char *only = ctx->settings ? ctx->settings->only_account : NULL;
    ik_account_t *found;
    apr_status_t rv = ik_store_account_get(&found, db, account, ctx->p);

    *worth = rv == APR_SUCCESS && found->enabled && (!only || strcmp(only, account) == 0);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* The row decides, on every request: it may have been revoked on another machine. */
static apr_status_t check(const ik_guest_t *guest, const char *id, const ik_ctx_t *ctx, ik_db_t *db)
{
    ik_invite_t *invite;
    int worth = 0;
    apr_status_t rv = ik_store_invite_get(&invite, db, id, ctx->p);

    if (rv == APR_NOTFOUND)
        return APR_EINVAL;
    if (rv != APR_SUCCESS)
        return rv;
    if (!invite->used || invite->revoked || strcmp(invite->account, guest->account) != 0)
        return APR_EINVAL;
    rv = ik_invite_account(&worth, db, ctx, guest->account);
    return rv == APR_SUCCESS && !worth ? APR_EINVAL : rv;
}

apr_status_t ik_guest_open(const ik_guest_t **guest, const ik_ctx_t *ctx, const char *cookie)
{
    ik_guest_t *g = apr_pcalloc(ctx->p, sizeof *g);
    ik_unpack_t from;
    apr_time_t made;
    apr_pool_t *brief;
    ik_db_t *db;
    const char *id;
    apr_status_t rv = ik_sealed_open(&from, &made, ctx, &kind, cookie);

    if (rv != APR_SUCCESS)
        return rv;
    id = ik_unpack_text(&from, ctx->p);
    g->invite = id;
    g->account = ik_unpack_text(&from, ctx->p);
    g->session = ik_unpack_text(&from, ctx->p);
    g->expires = made + IK_GUEST_LIFETIME;
    if (!ik_unpack_done(&from))
        return APR_EINVAL;
    rv = ik_connect(&db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = check(g, id, ctx, db);
    ik_disconnect(brief);
    if (rv == APR_SUCCESS)
        *guest = g;
    return rv;
}

apr_status_t ik_guest_leave(const ik_ctx_t *ctx, const char *cookie)
{
    const ik_guest_t *guest;
    apr_pool_t *brief;
    ik_db_t *db;
    int count;
    apr_status_t rv = ik_guest_open(&guest, ctx, cookie);

    if (rv != APR_SUCCESS)
        return rv == APR_EINVAL ? APR_SUCCESS : rv;
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
