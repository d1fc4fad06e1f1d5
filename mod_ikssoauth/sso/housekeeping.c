/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what has expired, batch by batch, so that nobody who signs in meanwhile waits for long. */
#include "sso/housekeeping.h"

#include <stddef.h>

#include "sso/certificates.h"
#include "sso/connect.h"
#include "sso/trace.h"
#include "store/draft.h"
#include "store/held.h"
#include "store/idp_key.h"
#include "store/invite.h"
#include "store/replay.h"
#include "store/revocation.h"
#include "store/trace.h"
#include "store/upkeep.h"

#define ENOUGH apr_time_from_sec(1)     /* after that the rest is left to the next turn */

static apr_status_t expire_traces(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    return ik_store_trace_expire(gone, db, now - IK_TRACE_KEPT, limit, p);
}

static apr_status_t bound_traces(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    (void)now;
    return ik_store_trace_bound_all(gone, db, IK_TRACES_IN_ALL, limit, p);
}

/* What expires: how it is removed, and where it is counted. */
typedef struct broom_t {
    apr_status_t (*expire)(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);
    apr_size_t count;
} broom_t;

static const broom_t brooms[] = {
    { ik_store_replay_expire, offsetof(ik_housekept_t, assertions) },
    { ik_store_revocation_expire, offsetof(ik_housekept_t, revocations) },
    { ik_store_held_expire, offsetof(ik_housekept_t, held) },
    { ik_store_draft_expire, offsetof(ik_housekept_t, drafts) },
    { ik_store_invite_expire, offsetof(ik_housekept_t, invites) },
    { ik_store_warned_expire, offsetof(ik_housekept_t, warnings) },
    { expire_traces, offsetof(ik_housekept_t, traces) },
    { bound_traces, offsetof(ik_housekept_t, traces) },
};

/* One batch. */
typedef struct sweep_t {
    const ik_ctx_t *ctx;
    const broom_t *broom;
    int gone;
} sweep_t;

static apr_status_t sweep_batch(ik_db_t *db, void *arg, apr_pool_t *p)
{
    sweep_t *sweep = arg;

    return sweep->broom->expire(&sweep->gone, db, sweep->ctx->now, IK_HOUSEKEEPING_BATCH, p);
}

/* The loop is timed by the real clock, for ctx->now stands still; one that is set back meanwhile ends it too. */
static int has_time_left(apr_time_t start)
{
    apr_time_t spent = apr_time_now() - start;

    return spent >= 0 && spent < ENOUGH;
}

/* If power is lost, expired rows come back and are removed again: nothing needs to be synced to disk. */
static apr_status_t remove_batch(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, sweep_batch, arg, p);
}

static apr_status_t sweep(const char **said, ik_housekept_t *done, const ik_ctx_t *ctx, const broom_t *broom,
                          apr_time_t start)
{
    sweep_t batch = { .ctx = ctx, .broom = broom };
    int *count = (int *)((char *)done + broom->count);
    apr_status_t rv;

    do {
        rv = ik_connect_run(said, ctx, remove_batch, &batch);
        if (rv == APR_SUCCESS)
            *count += batch.gone;
    } while (rv == APR_SUCCESS && batch.gone >= IK_HOUSEKEEPING_BATCH && has_time_left(start));
    return rv;
}

/* Whose turn it is among all machines. */
typedef struct turn_t {
    const ik_ctx_t *ctx;
    int mine;
} turn_t;

static apr_status_t take_turn(ik_db_t *db, void *arg, apr_pool_t *p)
{
    turn_t *turn = arg;

    return ik_store_upkeep_take(&turn->mine, db, turn->ctx->now, IK_HOUSEKEEPING_EVERY, p);
}

static apr_status_t keep_database(const char **said, ik_housekept_t *done, const ik_ctx_t *ctx)
{
    apr_time_t start = apr_time_now();
    turn_t turn = { .ctx = ctx };
    int told;                           /* each is a line of the log already */
    apr_status_t rv = ik_connect_run(said, ctx, take_turn, &turn);
    apr_size_t i;

    for (i = 0; i < sizeof brooms / sizeof brooms[0] && turn.mine && rv == APR_SUCCESS; i++)
        rv = sweep(said, done, ctx, &brooms[i], start);
    if (turn.mine && rv == APR_SUCCESS)
        rv = ik_certificates_look(&told, ctx, said);
    return rv;
}

apr_status_t ik_housekeeping(ik_housekept_t *done, const ik_ctx_t *ctx, const char **problem)
{
    const char *said = "";
    apr_status_t rv = APR_SUCCESS, of_database;

    *done = (ik_housekept_t){ 0 };
    if (ctx->revocations)
        rv = ik_revocations_expire(&done->entries, ctx->revocations, ctx->now);
    of_database = keep_database(&said, done, ctx);
    if (problem)
        *problem = said;
    return rv == APR_SUCCESS ? of_database : rv;
}
