/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what has expired, batch by batch, so that nobody who signs in meanwhile waits for long. */
#include "sso/housekeeping.h"

#include <stddef.h>

#include <apr_strings.h>

#include "store/replay.h"
#include "store/revocation.h"
#include "store/upkeep.h"

#define ENOUGH apr_time_from_sec(1)     /* after that the rest is left to the next turn */

/* What expires: how it is removed, and where it is counted. */
typedef struct broom_t {
    apr_status_t (*expire)(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);
    apr_size_t count;
} broom_t;

static const broom_t brooms[] = {
    { ik_store_replay_expire, offsetof(ik_housekept_t, assertions) },
    { ik_store_revocation_expire, offsetof(ik_housekept_t, revocations) },
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
static apr_status_t sweep(ik_housekept_t *done, const ik_ctx_t *ctx, ik_db_t *db, const broom_t *broom,
                          apr_time_t start)
{
    sweep_t batch = { .ctx = ctx, .broom = broom };
    int *count = (int *)((char *)done + broom->count);
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    do {
        apr_pool_clear(p);
        rv = ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, sweep_batch, &batch, p);
        if (rv == APR_SUCCESS)
            *count += batch.gone;
    } while (rv == APR_SUCCESS && batch.gone >= IK_HOUSEKEEPING_BATCH && has_time_left(start));
    apr_pool_destroy(p);
    return rv;
}

static apr_status_t keep_database(ik_housekept_t *done, const ik_ctx_t *ctx, ik_db_t *db, apr_pool_t *p)
{
    apr_time_t start = apr_time_now();
    int mine = 0;
    apr_status_t rv = ik_store_upkeep_take(&mine, db, ctx->now, IK_HOUSEKEEPING_EVERY, p);

    for (apr_size_t i = 0; i < sizeof brooms / sizeof brooms[0] && mine && rv == APR_SUCCESS; i++)
        rv = sweep(done, ctx, db, &brooms[i], start);
    return rv;
}

/* On a connection of its own; *said is what the database said if that fails. */
static apr_status_t visit_database(ik_housekept_t *done, const ik_ctx_t *ctx, const char **said)
{
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&db, ctx->store, p);
    if (rv != APR_SUCCESS) {
        *said = ik_store_problem(ctx->store, ctx->p);
    } else {
        rv = keep_database(done, ctx, db, p);
        if (rv != APR_SUCCESS)
            *said = apr_pstrdup(ctx->p, ik_db_problem(db));
    }
    apr_pool_destroy(p);
    return rv;
}

apr_status_t ik_housekeeping(ik_housekept_t *done, const ik_ctx_t *ctx, const char **problem)
{
    const char *said = "";
    apr_status_t rv = APR_SUCCESS, of_database;

    *done = (ik_housekept_t){ 0 };
    if (ctx->revocations)
        rv = ik_revocations_expire(&done->entries, ctx->revocations, ctx->now);
    of_database = visit_database(done, ctx, &said);
    if (problem)
        *problem = said;
    return rv == APR_SUCCESS ? of_database : rv;
}
