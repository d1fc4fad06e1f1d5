/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs that are done beside requests, run by mod_watchdog in every child. */
#include "httpd/watchdog.h"

#include <apr_optional.h>
#include <apr_signal.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <mod_watchdog.h>

#include "httpd/backend.h"
#include "httpd/log_sink.h"
#include "httpd/refreshing.h"
#include "sso/housekeeping.h"
#include "sso/outbox.h"
#include "sso/revoke.h"
#include "sso/trace.h"

#define PATIENCE apr_time_from_sec(3)               /* for the jobs under way when a child ends; they take about one */
#define PAUSE apr_time_from_msec(5)

/* Does a job; on failure *problem is what the database said, or NULL. */
typedef apr_status_t work_t(const char **problem, ik_backend_t *backend, const ik_ctx_t *ctx);

/*
 * So the command line knows where people find the hosts of this database, and which of them are gone. A child that has the
 * turn writes down all of them once, and then only that they are served: it may be one that is about to end, with the
 * configuration of before.
 */
static apr_status_t announce(ik_backend_t *backend, const ik_ctx_t *ctx, ik_db_t *db)
{
    apr_time_t passed = ctx->now - backend->announced;
    apr_status_t rv = APR_SUCCESS;

    if (backend->announced && passed >= 0 && passed < IK_HOST_SEEN_EVERY)
        return APR_SUCCESS;
    for (int i = 0; i < backend->hosts->nelts && rv == APR_SUCCESS; i++) {
        ik_known_host_t host = APR_ARRAY_IDX(backend->hosts, i, ik_known_host_t);

        host.seen = ctx->now;
        rv = backend->announced ? ik_store_host_seen(db, host.origin, ctx->now, ctx->p) : ik_store_host_put(db, &host, ctx->p);
    }
    if (rv == APR_SUCCESS)
        backend->announced = ctx->now;
    return rv;
}

static apr_status_t poll(const char **problem, ik_backend_t *backend, const ik_ctx_t *ctx)
{
    ik_db_t *db;
    apr_status_t rv = ik_store_acquire(&db, backend->store, ctx->p);

    if (rv != APR_SUCCESS) {
        *problem = ik_store_problem(backend->store, ctx->p);
        return rv;
    }
    rv = ik_revoke_sync(ctx, db);
    if (rv == APR_SUCCESS)
        rv = announce(backend, ctx, db);
    if (rv == APR_SUCCESS)
        rv = ik_outbox_empty(ctx, db);
    if (rv != APR_SUCCESS)
        *problem = ik_db_problem(db);
    return rv;
}

static apr_status_t keep_house(const char **problem, ik_backend_t *backend, const ik_ctx_t *ctx)
{
    ik_housekept_t done = { 0 };
    apr_status_t rv = ik_housekeeping(&done, ctx, problem);

    if (done.assertions || done.revocations || done.held || done.drafts || done.invites || done.traces || done.warnings
        || done.entries)
        ik_log_server(backend->server, IK_LOG_DEBUG, "IK0161", 0, "removed what has expired: %d used assertions, "
                      "%d revocations, %d held forms, %d drafts, %d invitations, %d traces, %d notes of who was told, %d entries "
                      "of the table", done.assertions, done.revocations, done.held, done.drafts, done.invites, done.traces,
                      done.warnings, done.entries);
    return rv;
}

static apr_status_t write_traces(const char **problem, ik_backend_t *backend, const ik_ctx_t *ctx)
{
    (void)backend;
    return ik_trace_flush(ctx, problem);
}

/*
 * What is done, how often on this machine, how often a process looks whether it has the turn, which costs nothing, and
 * how many times in a row it must work before it counts as working again: one child may fail while others do not, and
 * the jobs go round. Then there is a line or two in the log every few minutes, not every second.
 */
static const struct {
    apr_time_t interval, look;
    work_t *work;
    int steady;
    const char *id, *name;
} jobs[IK_TURN_COUNT] = {
    /* so that a revocation is known within a second */
    [IK_TURN_POLL] = { apr_time_from_msec(250), AP_WD_TM_SLICE, poll, 20, "poll", "reading revocations" },
    [IK_TURN_HOUSEKEEPING] = { IK_HOUSEKEEPING_EVERY, AP_WD_TM_INTERVAL, keep_house, 4, "housekeeping",
                               "removing what has expired" },
    /* so that a trace is there when somebody looks for it */
    [IK_TURN_TRACES] = { apr_time_from_msec(250), AP_WD_TM_SLICE, write_traces, 20, "traces",
                         "writing traces of refused logins" },
    /* one source at a time and process; while it is slow, other processes take the next */
    [IK_TURN_REFRESH] = { apr_time_from_sec(1), AP_WD_TM_INTERVAL, ik_refreshing, 20, "refresh", "fetching metadata by URL" },
};

/* Every attempt would fill the log: one line when it begins to fail, and one when it works again. */
static void report(const ik_backend_t *backend, ik_turn_t job, apr_status_t rv, const char *problem)
{
    if (!ik_tables_note(backend->tables, job, rv != APR_SUCCESS, jobs[job].steady))
        return;
    if (rv == APR_SUCCESS)
        ik_log_server(backend->server, IK_LOG_NOTICE, "IK0162", 0, "the database works again: %s", jobs[job].name);
    else
        ik_log_server(backend->server, IK_LOG_WARNING, "IK0163", rv, "the database fails: %s%s%s", jobs[job].name,
                      problem && *problem ? ": " : "", problem ? problem : "");
}

static void take_turn(ik_backend_t *backend, ik_turn_t job, apr_pool_t *p)
{
    const char *problem = NULL;
    ik_ctx_t ctx;
    apr_pool_t *own;
    apr_status_t rv;

    if (!ik_turns_take(backend->tables->turns, job, apr_time_now(), jobs[job].interval)
        || apr_pool_create(&own, p) != APR_SUCCESS)
        return;
    ik_backend_enter(backend, own);
    ctx = ik_backend_ctx(backend, own);
    rv = jobs[job].work(&problem, backend, &ctx);
    report(backend, job, rv, problem);
    apr_pool_destroy(own);
}

/*
 * A job for a database. Each has a thread of its own: a database that is slow must not hold up the poll of another, nor
 * a long sweep that of its own.
 */
typedef struct worker_t {
    ik_backend_t *backend;
    ik_turn_t job;
    apr_thread_mutex_t *working;            /* held by the thread while it does the job */
    int over;                               /* under the lock; of this process */
} worker_t;

struct ik_watchdog_t {
    worker_t *workers;
    int count;
};

static apr_status_t run(int state, void *data, apr_pool_t *p)
{
    worker_t *worker = data;

    /* prefork's children end in a signal's handler, which must not run in this thread and wait for itself. */
    if (state == AP_WATCHDOG_STATE_STARTING) {
        apr_setup_signal_thread();
    } else if (state == AP_WATCHDOG_STATE_RUNNING) {
        apr_thread_mutex_lock(worker->working);
        if (!worker->over && worker->backend->store)
            take_turn(worker->backend, worker->job, p);
        apr_thread_mutex_unlock(worker->working);
    }
    return APR_SUCCESS;
}

/* 1 if the job is not under way, and will not be again. *left is how long to wait for that. */
static int dismiss(worker_t *worker, apr_interval_time_t *left)
{
    for (; apr_thread_mutex_trylock(worker->working) != APR_SUCCESS; *left -= PAUSE) {
        if (*left <= 0)
            return 0;
        apr_sleep(PAUSE);
    }
    worker->over = 1;
    apr_thread_mutex_unlock(worker->working);
    return 1;
}

/*
 * A child of prefork ends in the handler of a signal that has interrupted a request, perhaps in the middle of a login
 * that the job is waiting for: so this does not wait for ever. What is in use then is not closed (httpd/backend.c).
 */
static apr_status_t end(void *arg)
{
    const ik_watchdog_t *watchdog = arg;
    apr_interval_time_t left = PATIENCE;
    int i, ended = 0;

    for (i = 0; i < watchdog->count; i++)
        atomic_store(&watchdog->workers[i].backend->leaving, 1);
    for (i = 0; i < watchdog->count; i++)
        ended += dismiss(&watchdog->workers[i], &left);
    return ended == watchdog->count ? APR_SUCCESS : APR_TIMEUP;
}

void ik_watchdog_end_with(ik_watchdog_t *watchdog, apr_pool_t *pchild)
{
    apr_pool_pre_cleanup_register(pchild, watchdog, end);
}

/* mod_watchdog makes a thread for every name. */
static int employ(worker_t *worker, int number, apr_pool_t *p)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    const char *name = apr_psprintf(p, "_ikssoauth_%s_%d_", jobs[worker->job].id, number);
    ap_watchdog_t *theirs;

    return apr_thread_mutex_create(&worker->working, APR_THREAD_MUTEX_DEFAULT, p) == APR_SUCCESS
        && get(&theirs, name, 0, 0, p) == APR_SUCCESS
        && add(theirs, jobs[worker->job].look, worker, run) == APR_SUCCESS;
}

const char *ik_watchdog_start(ik_watchdog_t **made, const apr_array_header_t *backends, apr_pool_t *p)
{
    ik_watchdog_t *watchdog = apr_pcalloc(p, sizeof(*watchdog));
    int i;

    if (!APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance)
        || !APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback))
        return "mod_ikssoauth needs mod_watchdog: add \"LoadModule watchdog_module modules/mod_watchdog.so\"";
    watchdog->count = backends->nelts * IK_TURN_COUNT;
    watchdog->workers = apr_pcalloc(p, sizeof(worker_t) * (apr_size_t)watchdog->count);
    for (i = 0; i < watchdog->count; i++) {
        worker_t *worker = &watchdog->workers[i];

        worker->backend = APR_ARRAY_IDX(backends, i / IK_TURN_COUNT, ik_backend_t *);
        worker->job = (ik_turn_t)(i % IK_TURN_COUNT);
        if (!employ(worker, i / IK_TURN_COUNT, p))
            return "mod_watchdog does not take the jobs of mod_ikssoauth";
    }
    *made = watchdog;
    return NULL;
}
