/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the built keys of accounts, so that a login does not parse metadata again. */
#include "sso/trust_cache.h"

#include <stdatomic.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

/* One built trust in a pool of its own. The cache and every reader hold it; the last to let go frees it. */
typedef struct entry_t {
    apr_pool_t *p;
    const char *account;
    apr_int64_t version;
    ik_trust_t *trust;
    ik_trust_cache_t *cache;
    int holders;                /* guarded by the mutex, as everything below */
    apr_uint64_t used;          /* when it was last asked for, in turns of the cache */
} entry_t;

struct ik_trust_cache_t {
    apr_thread_mutex_t *mutex;
    apr_hash_t *entries;        /* account id to entry_t */
    apr_uint64_t turn;
    atomic_int left;
};

static void let_go(entry_t *entry)
{
    if (--entry->holders == 0)
        apr_pool_destroy(entry->p);
}

static void drop(ik_trust_cache_t *cache, entry_t *entry)
{
    apr_hash_set(cache->entries, entry->account, APR_HASH_KEY_STRING, NULL);
    let_go(entry);
}

static apr_status_t empty(void *arg)
{
    ik_trust_cache_t *cache = arg;
    apr_hash_index_t *hi;

    if (atomic_load(&cache->left))
        return APR_SUCCESS;
    for (hi = apr_hash_first(NULL, cache->entries); hi; hi = apr_hash_next(hi))
        drop(cache, apr_hash_this_val(hi));
    return APR_SUCCESS;
}

apr_status_t ik_trust_cache_create(ik_trust_cache_t **cache, apr_pool_t *p)
{
    ik_trust_cache_t *c = apr_pcalloc(p, sizeof *c);
    apr_status_t rv = apr_thread_mutex_create(&c->mutex, APR_THREAD_MUTEX_DEFAULT, p);

    if (rv != APR_SUCCESS)
        return rv;
    c->entries = apr_hash_make(p);
    apr_pool_cleanup_register(p, c, empty, apr_pool_cleanup_null);
    *cache = c;
    return APR_SUCCESS;
}

void ik_trust_cache_leave(ik_trust_cache_t *cache)
{
    atomic_store(&cache->left, 1);
}

static apr_status_t release(void *arg)
{
    entry_t *entry = arg;
    apr_thread_mutex_t *mutex = entry->cache->mutex;

    if (atomic_load(&entry->cache->left))
        return APR_SUCCESS;
    apr_thread_mutex_lock(mutex);
    let_go(entry);
    apr_thread_mutex_unlock(mutex);
    return APR_SUCCESS;
}

/* Under the mutex: one more holder, until p goes. */
static void hold(entry_t *entry, apr_pool_t *p)
{
    entry->holders++;
    entry->used = ++entry->cache->turn;
    apr_pool_cleanup_register(p, entry, release, apr_pool_cleanup_null);
}

static void drop_least_used(ik_trust_cache_t *cache)
{
    apr_hash_index_t *hi;
    entry_t *entry, *oldest = NULL;

    for (hi = apr_hash_first(NULL, cache->entries); hi; hi = apr_hash_next(hi)) {
        entry = apr_hash_this_val(hi);
        if (!oldest || entry->used < oldest->used)
            oldest = entry;
    }
    if (oldest)
        drop(cache, oldest);
}

/* Under the mutex: replaces what the cache has of this account. */
static void insert(ik_trust_cache_t *cache, entry_t *entry)
{
    entry_t *before = apr_hash_get(cache->entries, entry->account, APR_HASH_KEY_STRING);

    if (before)
        drop(cache, before);
    else if (apr_hash_count(cache->entries) >= IK_TRUST_CACHE_MAX)
        drop_least_used(cache);
    entry->holders++;
    apr_hash_set(cache->entries, entry->account, APR_HASH_KEY_STRING, entry);
}

/* Outside the mutex, for it takes a while. */
static apr_status_t build(entry_t **built, ik_trust_cache_t *cache, const ik_account_t *account, ik_refusal_t *why)
{
    entry_t *entry;
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create_unmanaged_ex(&p, NULL, NULL);

    if (rv != APR_SUCCESS)
        return rv;
    entry = apr_pcalloc(p, sizeof *entry);
    entry->p = p;
    entry->account = apr_pstrdup(p, account->id);
    entry->version = account->version;
    entry->cache = cache;
    rv = ik_trust_build(&entry->trust, account->metadata, p, why);
    if (rv != APR_SUCCESS)
        apr_pool_destroy(p);
    *built = entry;
    return rv;
}

static entry_t *find(ik_trust_cache_t *cache, const ik_account_t *account, apr_pool_t *p)
{
    entry_t *entry;

    apr_thread_mutex_lock(cache->mutex);
    entry = apr_hash_get(cache->entries, account->id, APR_HASH_KEY_STRING);
    if (entry && entry->version != account->version)
        entry = NULL;
    if (entry)
        hold(entry, p);
    apr_thread_mutex_unlock(cache->mutex);
    return entry;
}

apr_status_t ik_trust_cache_get(const ik_trust_t **trust, ik_trust_cache_t *cache, const ik_account_t *account,
                                apr_pool_t *p, ik_refusal_t *why)
{
    entry_t *entry;
    apr_status_t rv;

    if (!account->metadata)
        return ik_refuse(why, IK_REASON_SSO_DISABLED, "account \"%s\" has no metadata", account->id);
    entry = find(cache, account, p);
    if (!entry) {
        rv = build(&entry, cache, account, why);
        if (rv != APR_SUCCESS)
            return rv;
        apr_thread_mutex_lock(cache->mutex);
        hold(entry, p);
        insert(cache, entry);
        apr_thread_mutex_unlock(cache->mutex);
    }
    *trust = entry->trust;
    return APR_SUCCESS;
}
