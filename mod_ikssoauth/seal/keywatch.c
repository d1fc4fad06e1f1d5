/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at the key file with every use of its ring, and reads it when it is another than the one read before. */
#include "seal/keywatch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <apr_user.h>

#include "base/watching.h"
#include "seal/stamp.h"

/*
 * A file written twice within one tick of its file system's clock may look the same after the second time. So what
 * was read is read once more when that much time has passed; and what could not be read is tried again as often.
 */
#define AGAIN_AFTER apr_time_from_sec(2)
#define NEVER APR_INT64_MAX

/* The file as it was found, and the ring in force since. Read-only once published. */
typedef struct view_t {
    ik_stamp_t stamp;
    const ik_keyring_t *ring;
} view_t;

struct ik_keywatch_t {
    const char *path;
    ik_keyshare_t *share;
    apr_thread_mutex_t *mutex;      /* of reading the file: of everything below but the atomics */
    apr_pool_t *own;                /* used with the mutex only; every view and ring, until the watch goes */
    _Atomic(const view_t *) view;
    _Atomic(apr_int64_t) again;     /* monotonic time from which on the file is read though it looks the same */
    _Atomic(apr_uint32_t) *told;    /* shared with all children: the state of the file that was logged, or 0 */
};

static int same_keys(const ik_keyring_t *a, const ik_keyring_t *b)
{
    int i;

    if (a->keys->nelts != b->keys->nelts)
        return 0;
    for (i = 0; i < a->keys->nelts; i++) {
        const ik_key_t *one = &APR_ARRAY_IDX(a->keys, i, ik_key_t), *other = &APR_ARRAY_IDX(b->keys, i, ik_key_t);

        if (one->from != other->from || memcmp(one->id, other->id, sizeof one->id) != 0
            || memcmp(one->key, other->key, sizeof one->key) != 0)
            return 0;
    }
    return 1;
}

static void publish(ik_keywatch_t *watch, const ik_stamp_t *stamp, const ik_keyring_t *ring)
{
    view_t *view = apr_palloc(watch->own, sizeof *view);

    view->stamp = *stamp;
    view->ring = ring;
    atomic_store_explicit(&watch->view, view, memory_order_release);
}

static apr_status_t unmap(void *told)
{
    munmap(told, sizeof(_Atomic(apr_uint32_t)));
    return APR_SUCCESS;
}

/* A word that children of this process have in common with it. */
static apr_status_t make_shared(ik_keywatch_t *watch, apr_pool_t *p)
{
    void *word = mmap(NULL, sizeof *watch->told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (word == MAP_FAILED)
        return APR_FROM_OS_ERROR(errno);
    apr_pool_cleanup_register(p, word, unmap, apr_pool_cleanup_null);
    watch->told = word;
    atomic_init(watch->told, 0);
    return APR_SUCCESS;
}

static apr_status_t make(ik_keywatch_t **made, const char *path, ik_keyshare_t *share, apr_pool_t *p)
{
    ik_keywatch_t *watch = apr_pcalloc(p, sizeof *watch);
    apr_status_t rv;

    *made = watch;
    watch->path = apr_pstrdup(p, path);
    watch->share = share;
    atomic_init(&watch->again, ik_watching_now() + AGAIN_AFTER);
    rv = ik_watching_pool(&watch->own, p);
    if (rv == APR_SUCCESS)
        rv = make_shared(watch, p);
    return rv == APR_SUCCESS ? apr_thread_mutex_create(&watch->mutex, APR_THREAD_MUTEX_DEFAULT, p) : rv;
}

/* The ring of the file, in p. What is good is for all processes. */
static apr_status_t load(ik_keyring_t **ring, const ik_keywatch_t *watch, apr_pool_t *p, const char **problem)
{
    ik_keyfile_t file;
    apr_status_t rv = ik_keyfile_read(&file, watch->path, p, problem);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_keyring_parse(ring, file.text, file.len, watch->path, p, problem);
    if (rv == APR_SUCCESS)
        ik_keyshare_put(watch->share, &file);
    ik_keyfile_wipe(&file);
    return rv;
}

/* The ring that some process has read last, in p. */
static apr_status_t recall(ik_keyring_t **ring, const ik_keywatch_t *watch, apr_pool_t *p)
{
    const char *problem;
    ik_keyfile_t file;
    apr_status_t rv = ik_keyshare_get(&file, watch->share, p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_keyring_parse(ring, file.text, file.len, watch->path, p, &problem);
    ik_keyfile_wipe(&file);
    return rv;
}

apr_status_t ik_keywatch_open(ik_keywatch_t **opened, const char *path, ik_keyshare_t *share, apr_pool_t *p,
                              const char **problem)
{
    ik_stamp_t stamp = ik_stamp_of(path);
    ik_keywatch_t *watch;
    ik_keyring_t *ring;
    apr_status_t rv;

    *opened = NULL;
    *problem = "no memory to watch the key file";
    rv = make(&watch, path, share, p);
    if (rv == APR_SUCCESS)
        rv = load(&ring, watch, watch->own, problem);
    if (rv != APR_SUCCESS)
        return rv;
    publish(watch, &stamp, ring);
    *problem = NULL;
    *opened = watch;
    return APR_SUCCESS;
}

apr_status_t ik_keywatch_resume(ik_keywatch_t **opened, const char *path, ik_keyshare_t *share, apr_pool_t *p)
{
    const ik_stamp_t none = { { 0 } };     /* of no file: so it is looked at with the first use */
    ik_keywatch_t *watch;
    ik_keyring_t *ring;
    apr_status_t rv;

    *opened = NULL;
    rv = make(&watch, path, share, p);
    if (rv == APR_SUCCESS)
        rv = recall(&ring, watch, watch->own);
    if (rv != APR_SUCCESS)
        return rv;
    publish(watch, &none, ring);
    *opened = watch;
    return APR_SUCCESS;
}

/* The command that lets this process read the file; "" if its rights are not what keeps it from that. */
static const char *remedy(const char *path, const ik_stamp_t *stamp, apr_pool_t *p)
{
    char *group;

    if (stamp->facts[IK_STAMP_FAULT] == EACCES)
        return apr_psprintf(p, "; let httpd pass through its directories (namei -l %s shows them)", path);
    if (stamp->facts[IK_STAMP_FAULT] || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0)
        return "";
    if (apr_gid_name_get(&group, getegid(), p) != APR_SUCCESS)
        group = apr_psprintf(p, "%lu", (unsigned long)getegid());
    return apr_psprintf(p, "; let httpd's group read it (chgrp %s %s && chmod 0640 %s)", group, path, path);
}

/* Once for each state of the file, by the first process of the server that meets it. */
static void tell(ik_keywatch_t *watch, const ik_stamp_t *stamp, apr_status_t rv, const char *problem, apr_pool_t *p,
                 const ik_log_t *log)
{
    apr_ssize_t len = sizeof *stamp;
    apr_uint32_t state = apr_hashfunc_default((const char *)stamp, &len) | 1;

    if (atomic_exchange(watch->told, state) == state)
        return;
    ik_log(log, IK_LOG_WARNING, "IK0320", rv, "%s: the keys read before stay in force, and a change of keys has no "
           "effect until this is mended or httpd is reloaded%s", problem, remedy(watch->path, stamp, p));
}

/* Takes over what the file holds now; a ring that says the same as the one in force goes at once. */
static void take(ik_keywatch_t *watch, const ik_stamp_t *stamp, const ik_keyring_t *ring, apr_pool_t *p,
                 const ik_log_t *log)
{
    const view_t *view = atomic_load_explicit(&watch->view, memory_order_relaxed);
    int same_file = ik_stamp_same(stamp, &view->stamp), same_ring = same_keys(ring, view->ring);

    atomic_store(watch->told, 0);
    if (!same_file || !same_ring)
        publish(watch, stamp, same_ring ? view->ring : ring);
    if (!same_ring)
        ik_log(log, IK_LOG_INFO, "IK0321", 0, "\"%s\" has changed: its %d keys are in force", watch->path,
               ring->keys->nelts);
    if (same_ring)
        apr_pool_destroy(p);
    atomic_store(&watch->again, same_file ? NEVER : ik_watching_now() + AGAIN_AFTER);
}

/*
 * Leaves the ring in force, or takes the one that another process has read before the file went bad: this one may have
 * had no request since the keys changed.
 */
static void keep(ik_keywatch_t *watch, const ik_stamp_t *stamp, apr_pool_t *p, const ik_log_t *log)
{
    const view_t *view = atomic_load_explicit(&watch->view, memory_order_relaxed);
    ik_keyring_t *ring;

    apr_pool_clear(p);
    if (recall(&ring, watch, p) == APR_SUCCESS && !same_keys(ring, view->ring)) {
        publish(watch, stamp, ring);
        ik_log(log, IK_LOG_INFO, "IK0322", 0, "the %d keys that another process has read from \"%s\" are in force",
               ring->keys->nelts, watch->path);
    } else {
        if (!ik_stamp_same(stamp, &view->stamp))
            publish(watch, stamp, view->ring);
        apr_pool_destroy(p);
    }
    atomic_store(&watch->again, ik_watching_now() + AGAIN_AFTER);
}

/* The stamp is from before the file is read: what changes in between looks different the next time. */
static void read_again(ik_keywatch_t *watch, const ik_stamp_t *stamp, const ik_log_t *log)
{
    const char *problem = NULL;
    ik_keyring_t *ring;
    apr_status_t rv;
    apr_pool_t *p;

    apr_pool_create(&p, watch->own);
    rv = load(&ring, watch, p, &problem);
    if (rv == APR_SUCCESS) {
        take(watch, stamp, ring, p, log);
        return;
    }
    tell(watch, stamp, rv, problem, p, log);
    keep(watch, stamp, p, log);
}

static int is_up_to_date(ik_keywatch_t *watch, const view_t *view, const ik_stamp_t *stamp)
{
    apr_int64_t again = atomic_load(&watch->again);

    return ik_stamp_same(stamp, &view->stamp) && (again == NEVER || ik_watching_now() < again);
}

const ik_keyring_t *ik_keywatch_ring(ik_keywatch_t *watch, const ik_log_t *log)
{
    const view_t *view = atomic_load_explicit(&watch->view, memory_order_acquire);
    ik_stamp_t stamp = ik_stamp_of(watch->path);

    if (is_up_to_date(watch, view, &stamp))
        return view->ring;
    apr_thread_mutex_lock(watch->mutex);
    view = atomic_load_explicit(&watch->view, memory_order_relaxed);
    stamp = ik_stamp_of(watch->path);
    if (!is_up_to_date(watch, view, &stamp))    /* else another thread has been faster */
        read_again(watch, &stamp, log);
    view = atomic_load_explicit(&watch->view, memory_order_relaxed);
    apr_thread_mutex_unlock(watch->mutex);
    return view->ring;
}
