/* SPDX-License-Identifier: Apache-2.0 */
/* Loads our own key pairs from their directory, and again when its list is another: no step of a rotation needs a restart. */
#include "sso/own_keys.h"

#include <stdatomic.h>
#include <string.h>

#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "base/permissions.h"
#include "base/watching.h"
#include "seal/stamp.h"

#define TRIES 3                             /* of a list that changes while it is read */
#define AGAIN_AFTER apr_time_from_sec(2)    /* what could not be read */
#define NEVER APR_INT64_MAX

static apr_status_t load(ik_spkeys_t **keys, const char *path, apr_pool_t *p, const char **problem)
{
    ik_spkeys_t *set = ik_spkeys_make(p);
    ik_keydir_t *dir;
    apr_status_t rv = ik_keydir_read(&dir, path, p, problem);

    *keys = set;
    for (int i = 0; rv == APR_SUCCESS && i < dir->pairs->nelts; i++) {
        const ik_keydir_pair_t *pair = &APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t);

        set->old += pair->state == IK_KEYDIR_OLD;
        rv = ik_spkeys_add(set, pair->certificate, pair->key, p, problem);
    }
    return rv;
}

apr_status_t ik_own_keys_check(const ik_keydir_pair_t *pair, apr_pool_t *p, const char **problem)
{
    apr_status_t rv = ik_keydir_look_at_key(pair, p, problem);

    return rv == APR_SUCCESS ? ik_spkeys_add(ik_spkeys_make(p), pair->certificate, pair->key, p, problem) : rv;
}

/* A pair that is retired meanwhile is missing only as long as the list read before counts. */
apr_status_t ik_own_keys_load(ik_spkeys_t **keys, const char *path, apr_pool_t *p, const char **problem)
{
    const char *list = ik_keydir_list(path, p);
    apr_status_t rv = APR_EGENERAL;

    for (int i = 0; i < TRIES; i++) {
        ik_stamp_t before = ik_stamp_of(list), after;

        rv = load(keys, path, p, problem);
        after = ik_stamp_of(list);
        if (rv == APR_SUCCESS || ik_stamp_same(&before, &after))
            break;
    }
    return rv;
}

static const char *not_safe(const ik_keydir_t *dir, uid_t user, apr_pool_t *p)
{
    const char *bad = ik_permissions_keys(dir->list, user, p);

    for (int i = 0; i < dir->pairs->nelts && !bad; i++)
        bad = ik_permissions_keys(APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).key, user, p);
    return bad;
}

static const char *not_readable(const ik_keydir_t *dir, uid_t user, gid_t group, apr_pool_t *p)
{
    const char *bad = ik_permissions_readable(dir->list, user, group, p);

    for (int i = 0; i < dir->pairs->nelts && !bad; i++) {
        const ik_keydir_pair_t *pair = &APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t);

        bad = ik_permissions_readable(pair->key, user, group, p);
        if (!bad)
            bad = ik_permissions_readable(pair->certificate, user, group, p);
    }
    return bad;
}

const char *ik_own_keys_permissions(const char *path, uid_t user, gid_t group, apr_pool_t *p)
{
    ik_keydir_t *dir;
    const char *problem, *bad;

    if (ik_keydir_read(&dir, path, p, &problem) != APR_SUCCESS)
        return NULL;
    bad = not_safe(dir, user, p);
    return bad ? bad : not_readable(dir, user, group, p);
}

/* ---- following changes */

/* The list as it was found, and the pairs in force since. Read-only once published. */
typedef struct view_t {
    ik_stamp_t stamp;
    const ik_spkeys_t *keys;
} view_t;

struct ik_own_keys_t {
    const char *path, *list;
    apr_thread_mutex_t *mutex;      /* of reading: of everything below but the atomics */
    apr_pool_t *own;                /* every view and its keys, until the process ends: requests may still use them */
    _Atomic(const view_t *) view;
    _Atomic(apr_int64_t) again;     /* monotonic time from which on the list is read though it looks the same */
};

/* A certificate stands for its key: they were found to belong together. */
static int same_pairs(const ik_spkeys_t *a, const ik_spkeys_t *b)
{
    if (a->old != b->old || a->certificates->nelts != b->certificates->nelts)
        return 0;
    for (int i = 0; i < a->certificates->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(a->certificates, i, const ik_certificate_t *)->fingerprint,
                   APR_ARRAY_IDX(b->certificates, i, const ik_certificate_t *)->fingerprint) != 0)
            return 0;
    return 1;
}

static void publish(ik_own_keys_t *own, const ik_stamp_t *stamp, const ik_spkeys_t *keys)
{
    view_t *view = apr_palloc(own->own, sizeof *view);

    *view = (view_t){ .stamp = *stamp, .keys = keys };
    atomic_store_explicit(&own->view, view, memory_order_release);
}

apr_status_t ik_own_keys_open(ik_own_keys_t **opened, const char *path, apr_pool_t *p, const char **problem)
{
    ik_own_keys_t *own = apr_pcalloc(p, sizeof *own);
    ik_spkeys_t *keys;
    ik_stamp_t stamp;
    apr_status_t rv = ik_watching_pool(&own->own, p);

    *problem = "no memory to watch the directory of key pairs";
    own->path = apr_pstrdup(p, path);
    own->list = ik_keydir_list(path, p);
    atomic_init(&own->again, NEVER);
    stamp = ik_stamp_of(own->list);
    if (rv == APR_SUCCESS)
        rv = apr_thread_mutex_create(&own->mutex, APR_THREAD_MUTEX_DEFAULT, p);
    if (rv == APR_SUCCESS)
        rv = ik_own_keys_load(&keys, path, own->own, problem);
    if (rv == APR_SUCCESS)
        publish(own, &stamp, keys);
    *opened = own;
    return rv;
}

static void tell(const view_t *view, const ik_stamp_t *stamp, apr_status_t rv, const char *problem, const ik_log_t *log)
{
    if (!ik_stamp_same(stamp, &view->stamp))
        ik_log(log, IK_LOG_WARNING, "IK0324", rv, "%s: the key pairs read before stay in force, and a change of them has no effect until "
               "this is mended, nor would httpd start with it; its group has to be able to read the files", problem);
}

/* Takes over what the list says now; pairs that are those in force go at once. */
static void take(ik_own_keys_t *own, const view_t *view, const ik_stamp_t *stamp, const ik_spkeys_t *keys, apr_pool_t *p, const ik_log_t *log)
{
    const int same = same_pairs(keys, view->keys), was_bad = atomic_load(&own->again) != NEVER;

    if (!same || !ik_stamp_same(stamp, &view->stamp))
        publish(own, stamp, same ? view->keys : keys);
    atomic_store(&own->again, NEVER);
    if (!same || was_bad)
        ik_log(log, IK_LOG_INFO, "IK0325", 0, "\"%s\" %s: its %d key pairs are in force", own->list,
               same ? "can be used again" : "has changed", keys->keys->nelts);
    if (same)
        apr_pool_destroy(p);
}

/* The stamp is from before the list is read: what changes in between looks different the next time. */
static void read_again(ik_own_keys_t *own, const view_t *view, const ik_stamp_t *stamp, const ik_log_t *log)
{
    const char *problem = NULL;
    ik_spkeys_t *keys;
    apr_status_t rv;
    apr_pool_t *p;

    apr_pool_create(&p, own->own);
    rv = ik_own_keys_load(&keys, own->path, p, &problem);
    if (rv == APR_SUCCESS) {
        take(own, view, stamp, keys, p, log);
        return;
    }
    tell(view, stamp, rv, problem, log);
    if (!ik_stamp_same(stamp, &view->stamp))
        publish(own, stamp, view->keys);
    atomic_store(&own->again, ik_watching_now() + AGAIN_AFTER);
    apr_pool_destroy(p);
}

static int is_up_to_date(ik_own_keys_t *own, const view_t *view, const ik_stamp_t *stamp)
{
    const apr_int64_t again = atomic_load(&own->again);

    return ik_stamp_same(stamp, &view->stamp) && (again == NEVER || ik_watching_now() < again);
}

const ik_spkeys_t *ik_own_keys_now(ik_own_keys_t *own, const ik_log_t *log)
{
    const view_t *view = atomic_load_explicit(&own->view, memory_order_acquire);
    ik_stamp_t stamp = ik_stamp_of(own->list);

    if (is_up_to_date(own, view, &stamp))
        return view->keys;
    apr_thread_mutex_lock(own->mutex);
    view = atomic_load_explicit(&own->view, memory_order_relaxed);
    stamp = ik_stamp_of(own->list);
    if (!is_up_to_date(own, view, &stamp))       /* else another thread has been faster */
        read_again(own, view, &stamp, log);
    view = atomic_load_explicit(&own->view, memory_order_relaxed);
    apr_thread_mutex_unlock(own->mutex);
    return view->keys;
}
