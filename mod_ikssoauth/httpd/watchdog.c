/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs that are done beside requests, run by mod_watchdog in every child. */
#include "httpd/watchdog.h"

#include <apr_optional.h>
#include <apr_signal.h>
#include <apr_thread_mutex.h>
#include <mod_watchdog.h>

#include "httpd/backend.h"
#include "httpd/log_sink.h"
#include "sso/housekeeping.h"
#include "sso/revoke.h"

#define NAME "_ikssoauth_"                          /* an instance, and so a thread, of our own */
#define EVERY AP_WD_TM_SLICE                        /* as often as mod_watchdog looks: whose turn it is costs nothing */
#define POLL_EVERY apr_time_from_msec(250)          /* so that a revocation is known within a second */
#define PATIENCE apr_time_from_sec(3)               /* for the job under way when a child ends; jobs take about one */
#define PAUSE apr_time_from_msec(5)

/* Does a job; on failure *problem is what the database said, or NULL. */
typedef apr_status_t work_t(const char **problem, const ik_backend_t *backend, const ik_ctx_t *ctx);

static apr_status_t poll(const char **problem, const ik_backend_t *backend, const ik_ctx_t *ctx)
{
    ik_db_t *db;
    apr_status_t rv = ik_store_acquire(&db, backend->store, ctx->p);

    if (rv != APR_SUCCESS) {
        *problem = ik_store_problem(backend->store, ctx->p);
        return rv;
    }
    rv = ik_revoke_sync(ctx, db);
    if (rv != APR_SUCCESS)
        *problem = ik_db_problem(db);
    return rv;
}

static apr_status_t keep_house(const char **problem, const ik_backend_t *backend, const ik_ctx_t *ctx)
{
    ik_housekept_t done = { 0 };
    apr_status_t rv = ik_housekeeping(&done, ctx, problem);

    if (done.assertions || done.revocations || done.entries)
        ik_log_server(backend->server, IK_LOG_DEBUG, "IK0161", 0, "removed what has expired: %d used assertions, "
                      "%d revocations, %d entries of the table", done.assertions, done.revocations, done.entries);
    return rv;
}

static const struct {
    apr_time_t interval;
    work_t *work;
    const char *name;
} jobs[IK_TURN_COUNT] = {
    [IK_TURN_POLL] = { POLL_EVERY, poll, "reading revocations" },
    [IK_TURN_HOUSEKEEPING] = { IK_HOUSEKEEPING_EVERY, keep_house, "removing what has expired" },
};

/* Every attempt would fill the log: one line when it begins to fail, and one when it works again. */
static void report(const ik_backend_t *backend, ik_turn_t job, apr_status_t rv, const char *problem)
{
    if (!ik_tables_note(backend->tables, job, rv != APR_SUCCESS))
        return;
    if (rv == APR_SUCCESS)
        ik_log_server(backend->server, IK_LOG_NOTICE, "IK0162", 0, "the database works again: %s", jobs[job].name);
    else
        ik_log_server(backend->server, IK_LOG_WARNING, "IK0163", rv, "the database fails: %s%s%s", jobs[job].name,
                      problem && *problem ? ": " : "", problem ? problem : "");
}

static void take_turn(const ik_backend_t *backend, ik_turn_t job, apr_pool_t *p)
{
    const char *problem = NULL;
    ik_ctx_t ctx;
    apr_pool_t *own;
    apr_status_t rv;

    if (!ik_turns_take(backend->tables->turns, job, apr_time_now(), jobs[job].interval)
        || apr_pool_create(&own, p) != APR_SUCCESS)
        return;
    ctx = ik_backend_ctx(backend, own);
    rv = jobs[job].work(&problem, backend, &ctx);
    report(backend, job, rv, problem);
    apr_pool_destroy(own);
}

static void take_turns(const apr_array_header_t *backends, apr_pool_t *p)
{
    int i, job;

    for (i = 0; i < backends->nelts; i++) {
        const ik_backend_t *backend = APR_ARRAY_IDX(backends, i, const ik_backend_t *);

        for (job = 0; backend->store && job < IK_TURN_COUNT; job++)
            take_turn(backend, job, p);
    }
}

struct ik_watchdog_t {
    const apr_array_header_t *backends;     /* ik_backend_t * */
    apr_thread_mutex_t *working;            /* held by the thread while it does jobs */
    int over;                               /* under the lock; of this process */
};

static apr_status_t run(int state, void *data, apr_pool_t *p)
{
    ik_watchdog_t *watchdog = data;

    /* prefork's children end in a signal's handler, which must not run in this thread and wait for itself. */
    if (state == AP_WATCHDOG_STATE_STARTING) {
        apr_setup_signal_thread();
    } else if (state == AP_WATCHDOG_STATE_RUNNING) {
        apr_thread_mutex_lock(watchdog->working);
        if (!watchdog->over)
            take_turns(watchdog->backends, p);
        apr_thread_mutex_unlock(watchdog->working);
    }
    return APR_SUCCESS;
}

/*
 * A child of prefork ends in the handler of a signal that has interrupted a request, perhaps in the middle of a login
 * that the job is waiting for: so this does not wait for ever. What is in use then is not closed (store/db.c).
 */
static apr_status_t end(void *arg)
{
    ik_watchdog_t *watchdog = arg;
    apr_interval_time_t waited;

    for (waited = 0; apr_thread_mutex_trylock(watchdog->working) != APR_SUCCESS; waited += PAUSE) {
        if (waited >= PATIENCE)
            return APR_TIMEUP;
        apr_sleep(PAUSE);
    }
    watchdog->over = 1;
    apr_thread_mutex_unlock(watchdog->working);
    return APR_SUCCESS;
}

void ik_watchdog_end_with(ik_watchdog_t *watchdog, apr_pool_t *pchild)
{
    apr_pool_pre_cleanup_register(pchild, watchdog, end);
}

const char *ik_watchdog_start(ik_watchdog_t **made, const apr_array_header_t *backends, apr_pool_t *p)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ik_watchdog_t *watchdog = apr_pcalloc(p, sizeof(*watchdog));
    ap_watchdog_t *theirs;

    if (!get || !add)
        return "mod_ikssoauth needs mod_watchdog: add \"LoadModule watchdog_module modules/mod_watchdog.so\"";
    watchdog->backends = backends;
    if (apr_thread_mutex_create(&watchdog->working, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS
        || get(&theirs, NAME, 0, 0, p) != APR_SUCCESS || add(theirs, EVERY, watchdog, run) != APR_SUCCESS)
        return "mod_watchdog does not take the jobs of mod_ikssoauth";
    *made = watchdog;
    return NULL;
}
