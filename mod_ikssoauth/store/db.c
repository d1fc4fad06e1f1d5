/* SPDX-License-Identifier: Apache-2.0 */
/* A database with its pool of connections, and transactions on them. */
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_reslist.h>
#include <apr_strings.h>

#include "store/connection.h"
#include "store/conninfo.h"
#include "store/run.h"

#define ACQUIRE_TIMEOUT apr_time_from_sec(5)
#define IDLE_TTL apr_time_from_sec(300)
#define SLOW apr_time_from_msec(100)    /* whoever is refused sooner has lost nothing: the next one tries again */
#define RETRY_AFTER apr_time_from_sec(1)

struct ik_store_t {
    apr_pool_t *p;                      /* its own, without a parent: only this file allocates in it, under a lock */
    pid_t pid;
    const apr_dbd_driver_t *driver;
    const ik_dialect_t *dialect;
    const char *params;
    apr_reslist_t *places;              /* place_t */
    atomic_int busy;                    /* connections on loan, and callers on their way to or from one */
    atomic_int left;                    /* ik_store_leave */
    apr_thread_mutex_t *writer;
    apr_thread_mutex_t *problem_lock;   /* for what follows */
    apr_uint32_t failures;              /* how often a connection could not be opened */
    apr_status_t failure;               /* the last time; APR_SUCCESS once one could be opened again */
    apr_time_t retry;                   /* by the monotonic clock: not before then; 0: at once */
    int trying;                         /* somebody has gone to see whether it can be opened again */
    char problem[512];
};

/*
 * The place of a connection, opened when somebody needs it: not by the pool, which lets all others wait meanwhile, one
 * after the other, for a server that does not answer.
 */
typedef struct place_t {
    apr_pool_t *p;
    ik_store_t *store;
    ik_db_t *db;                        /* NULL: not connected */
} place_t;

/*
 * apr_dbd's SQLite driver holds one process-wide lock while SQLite waits for the write lock. If the thread that has
 * the write lock were in the same process, it could not go on to its commit until that wait is over. So the threads
 * of a process take turns in writing to a file, by this lock; other processes may hold the write lock meanwhile.
 * It belongs to the process' root pool, because several stores may have the same file.
 */
static apr_status_t find_writer(apr_thread_mutex_t **writer, const char *params, apr_pool_t *p)
{
    apr_pool_t *root = p;
    const char *key = apr_pstrcat(p, "ik_store_writer ", params, NULL);
    void *found = NULL;
    apr_status_t rv;

    while (apr_pool_parent_get(root))
        root = apr_pool_parent_get(root);
    apr_pool_userdata_get(&found, key, root);
    *writer = found;
    if (found)
        return APR_SUCCESS;
    rv = apr_thread_mutex_create(writer, APR_THREAD_MUTEX_DEFAULT, root);
    return rv ? rv : apr_pool_userdata_set(*writer, key, NULL, root);
}

/* Not the time of day, which may be set while somebody waits. */
static apr_time_t since_boot(void)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return apr_time_from_sec(now.tv_sec) + now.tv_nsec / 1000;
}

/* What an attempt to open a connection came to that was begun then. */
static void note_attempt(ik_store_t *store, apr_time_t begun, apr_status_t rv, const char *problem)
{
    const apr_time_t now = since_boot();

    apr_thread_mutex_lock(store->problem_lock);
    store->failure = rv;
    store->trying = 0;
    if (rv != APR_SUCCESS) {
        store->failures++;
        store->retry = now - begun < SLOW ? 0 : now + RETRY_AFTER;
        apr_cpystrn(store->problem, problem, sizeof(store->problem));
    }
    apr_thread_mutex_unlock(store->problem_lock);
}

static apr_uint32_t ask_failures(ik_store_t *store)
{
    apr_uint32_t failures;

    apr_thread_mutex_lock(store->problem_lock);
    failures = store->failures;
    apr_thread_mutex_unlock(store->problem_lock);
    return failures;
}

/*
 * APR_SUCCESS if the caller is to open a connection, else why it would fail: because one that happened while it waited
 * for a place (before, failures were so many) is its own too, or because somebody else has waited in vain just now, or
 * does: a server that does not answer costs one thread its time, not all.
 */
static apr_status_t may_open(ik_store_t *store, apr_uint32_t failures)
{
    apr_status_t rv;

    apr_thread_mutex_lock(store->problem_lock);
    rv = store->failure;
    if (rv != APR_SUCCESS && store->failures == failures
        && (store->retry == 0 || (!store->trying && since_boot() >= store->retry))) {
        store->trying = 1;
        rv = APR_SUCCESS;
    }
    apr_thread_mutex_unlock(store->problem_lock);
    return rv;
}

static apr_status_t construct(void **made, void *arg, apr_pool_t *p)
{
    apr_pool_t *own;
    place_t *place;
    apr_status_t rv = apr_pool_create(&own, NULL);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    place = apr_palloc(own, sizeof(*place));
    *place = (place_t){ .p = own, .store = arg };
    *made = place;
    return APR_SUCCESS;
}

static void disconnect(place_t *place)
{
    if (place->db)
        ik_connection_close(place->db);
    place->db = NULL;
}

static apr_status_t destruct(void *made, void *arg, apr_pool_t *p)
{
    place_t *place = made;

    (void)arg;
    (void)p;
    disconnect(place);
    apr_pool_destroy(place->p);
    return APR_SUCCESS;
}

/* failures: how many there were when the caller came. */
static apr_status_t connect_place(place_t *place, apr_uint32_t failures, apr_pool_t *p)
{
    ik_store_t *store = place->store;
    const char *problem = NULL;
    const apr_time_t begun = since_boot();
    apr_status_t rv = may_open(store, failures);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_connection_open(&place->db, store->driver, store->dialect, store->params, p, &problem);
    if (rv == APR_SUCCESS)
        place->db->writer = store->writer;
    else
        place->db = NULL;
    note_attempt(store, begun, rv, problem);
    return rv;
}

/*
 * A child of a fork must not close what its parent goes on using: it lets go of it. And a process that is told to end
 * at once may do so while requests still have connections, which apr_reslist's own cleanup answers with abort(), or are
 * about to get one, with its lock held: then they are left to the end of the process. So this takes no lock itself.
 */
static apr_status_t close_store(void *arg)
{
    ik_store_t *store = arg;

    if (store->pid == getpid() && !atomic_load(&store->left) && atomic_load(&store->busy) == 0)
        apr_pool_destroy(store->p);
    return APR_SUCCESS;
}

static apr_status_t find_driver(ik_store_t *store, const char *spec, apr_pool_t *p, const char **problem)
{
    const char *colon = strchr(spec, ':');
    const char *name = colon ? apr_pstrmemdup(p, spec, (apr_size_t)(colon - spec)) : spec;
    apr_status_t rv;

    store->dialect = ik_dialect_find(name);
    if (!store->dialect || !colon || !colon[1]) {
        *problem = apr_psprintf(p, "There is no database \"%s\": write sqlite3:PATH or pgsql:CONNINFO.", name);
        return APR_EINVAL;
    }
    store->params = store->dialect->is_file ? apr_pstrdup(store->p, colon + 1)
                                            : ik_conninfo_bounded(colon + 1, store->p);
    rv = apr_dbd_init(p);
    if (rv == APR_SUCCESS)
        rv = apr_dbd_get_driver(p, name, &store->driver);
    if (rv != APR_SUCCESS)
        *problem = apr_psprintf(p, "The driver for %s databases cannot be loaded: install the package %s.",
                                name, store->dialect->package);
    return rv;
}

static apr_status_t make_pool(ik_store_t *store, int max)
{
    apr_status_t rv = apr_thread_mutex_create(&store->problem_lock, APR_THREAD_MUTEX_DEFAULT, store->p);

    if (rv == APR_SUCCESS && store->dialect->one_writer)
        rv = find_writer(&store->writer, store->params, store->p);
    if (rv == APR_SUCCESS)
        rv = apr_reslist_create(&store->places, 0, max, max, IDLE_TTL, construct, destruct, store, store->p);
    if (rv == APR_SUCCESS)
        apr_reslist_timeout_set(store->places, ACQUIRE_TIMEOUT);
    return rv;
}

apr_status_t ik_store_open(ik_store_t **store, const char *spec, int max, apr_pool_t *p, const char **problem)
{
    apr_pool_t *own;
    apr_status_t rv = apr_pool_create(&own, NULL);

    *problem = "There is not enough memory to open the database.";
    if (rv != APR_SUCCESS)
        return rv;
    *store = apr_pcalloc(own, sizeof(**store));
    (*store)->p = own;
    (*store)->pid = getpid();
    rv = find_driver(*store, spec, p, problem);
    if (rv == APR_SUCCESS)
        rv = make_pool(*store, max);
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(own);
        *store = NULL;
        return rv;
    }
    apr_pool_cleanup_register(p, *store, close_store, apr_pool_cleanup_null);
    *problem = NULL;
    return APR_SUCCESS;
}

const char *ik_store_path(const ik_store_t *store)
{
    return store->dialect->is_file ? store->params : NULL;
}

int ik_store_exists(const ik_store_t *store, apr_pool_t *p)
{
    apr_finfo_t info;

    return !store->dialect->is_file || apr_stat(&info, store->params, APR_FINFO_TYPE, p) == APR_SUCCESS;
}

const char *ik_store_problem(ik_store_t *store, apr_pool_t *p)
{
    const char *problem;

    apr_thread_mutex_lock(store->problem_lock);
    problem = apr_pstrdup(p, store->problem);
    apr_thread_mutex_unlock(store->problem_lock);
    return problem;
}

static apr_status_t take_place(place_t **place, ik_store_t *store)
{
    void *got = NULL;
    apr_status_t rv;

    atomic_fetch_add(&store->busy, 1);
    rv = apr_reslist_acquire(store->places, &got);
    if (rv != APR_SUCCESS)
        atomic_fetch_sub(&store->busy, 1);
    *place = got;
    return rv;
}

void ik_store_leave(ik_store_t *store)
{
    atomic_store(&store->left, 1);
}

/* A place that is left empty is as good as another. */
static apr_status_t give_back(void *arg)
{
    place_t *place = arg;
    ik_store_t *store = place->store;
    apr_status_t rv;

    if (atomic_load(&store->left))
        return APR_SUCCESS;
    if (place->db && place->db->failed)
        disconnect(place);
    rv = apr_reslist_release(store->places, place);
    atomic_fetch_sub(&store->busy, 1);
    return rv;
}

apr_status_t ik_store_acquire(ik_db_t **db, ik_store_t *store, apr_pool_t *p)
{
    place_t *place;
    apr_uint32_t failures;
    apr_status_t rv;

    if (store->pid != getpid())
        return APR_EINVAL;
    failures = ask_failures(store);
    rv = take_place(&place, store);
    if (rv != APR_SUCCESS)
        return rv;
    if (place->db && !ik_connection_is_alive(place->db))
        disconnect(place);
    rv = place->db ? APR_SUCCESS : connect_place(place, failures, p);
    if (rv != APR_SUCCESS) {
        give_back(place);
        return rv;
    }
    *db = place->db;
    apr_pool_cleanup_register(p, place, give_back, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

const char *ik_db_problem(const ik_db_t *db)
{
    return db->problem;
}

/* Begins, works, and commits or rolls back; PostgreSQL answers COMMIT with success even if it had to roll back. */
static apr_status_t begin_and_end(ik_db_t *db, ik_work_t *work, void *arg, apr_pool_t *p)
{
    apr_status_t rv = ik_connection_control(db, db->dialect->begin);

    if (rv != APR_SUCCESS)
        return rv;
    db->in_transaction = 1;
    rv = work(db, arg, p);
    db->in_transaction = 0;
    if (rv == APR_SUCCESS && db->failed)
        rv = APR_EGENERAL;
    if (rv == APR_SUCCESS)
        rv = ik_connection_control(db, db->dialect->commit);
    if (rv != APR_SUCCESS)
        ik_connection_control(db, db->dialect->rollback);
    return rv;
}

apr_status_t ik_db_transaction(ik_db_t *db, ik_commit_t commit, ik_work_t *work, void *arg, apr_pool_t *p)
{
    apr_status_t rv;

    if (db->in_transaction)
        return APR_EINVAL;
    if (db->failed)
        return APR_EGENERAL;
    if (db->writer)
        apr_thread_mutex_lock(db->writer);
    rv = ik_connection_level(db, commit);
    if (rv == APR_SUCCESS)
        rv = begin_and_end(db, work, arg, p);
    if (db->writer)
        apr_thread_mutex_unlock(db->writer);
    return rv;
}

apr_status_t ik_db_atomically(ik_db_t *db, ik_work_t *work, void *arg, apr_pool_t *p)
{
    return db->in_transaction ? work(db, arg, p) : ik_db_transaction(db, IK_COMMIT_POWER_SAFE, work, arg, p);
}
