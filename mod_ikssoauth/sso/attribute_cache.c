/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps texts of users in memory, at most so many bytes of them. */
#include "sso/attribute_cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

#define OVERHEAD 128        /* bytes that the hash and the allocator add to an entry, about */

/* One user, in one piece of memory of its own: malloc gives it back, where pools only grow. */
typedef struct entry_t {
    struct entry_t *newer, *older;
    apr_int64_t version;
    apr_time_t read;            /* when the database said so */
    apr_time_t asked;           /* when somebody was last sent to ask it again */
    apr_size_t size;            /* what it counts for */
    const char *key, *text;
} entry_t;

struct ik_attribute_cache_t {
    apr_thread_mutex_t *mutex;  /* guards everything below and all entries */
    apr_pool_t *own;            /* of the hash: used under the mutex only, so not shared with a pool that others use */
    apr_hash_t *entries;        /* key to entry_t */
    entry_t ends;               /* the ring's: ends.older was used last, ends.newer is the next to go */
    apr_size_t size, max;
    apr_time_t complained;
    atomic_int left;
};

static void unlink_entry(entry_t *entry)
{
    entry->newer->older = entry->older;
    entry->older->newer = entry->newer;
}

static void link_as_newest(ik_attribute_cache_t *cache, entry_t *entry)
{
    entry->newer = &cache->ends;
    entry->older = cache->ends.older;
    entry->older->newer = entry;
    cache->ends.older = entry;
}

static void drop(ik_attribute_cache_t *cache, entry_t *entry)
{
    apr_hash_set(cache->entries, entry->key, APR_HASH_KEY_STRING, NULL);
    unlink_entry(entry);
    cache->size -= entry->size;
    free(entry);
}

static apr_status_t empty(void *arg)
{
    ik_attribute_cache_t *cache = arg;

    if (atomic_load(&cache->left))
        return APR_SUCCESS;
    while (cache->ends.newer != &cache->ends)
        drop(cache, cache->ends.newer);
    apr_pool_destroy(cache->own);
    return APR_SUCCESS;
}

void ik_attribute_cache_leave(ik_attribute_cache_t *cache)
{
    atomic_store(&cache->left, 1);
}

apr_status_t ik_attribute_cache_create(ik_attribute_cache_t **cache, apr_size_t max, apr_pool_t *p)
{
    ik_attribute_cache_t *c = apr_pcalloc(p, sizeof(*c));
    apr_status_t rv = apr_thread_mutex_create(&c->mutex, APR_THREAD_MUTEX_DEFAULT, p);

    if (rv == APR_SUCCESS)
        rv = apr_pool_create_unmanaged_ex(&c->own, NULL, NULL);
    if (rv != APR_SUCCESS)
        return rv;
    c->entries = apr_hash_make(c->own);
    c->ends.newer = c->ends.older = &c->ends;
    c->max = max;
    apr_pool_cleanup_register(p, c, empty, apr_pool_cleanup_null);
    *cache = c;
    return APR_SUCCESS;
}

/* Accounts' ids hold no '/'. */
static const char *key_of(const char *account, const char *email, apr_pool_t *p)
{
    return apr_pstrcat(p, account, "/", email, NULL);
}

static int is_due(const entry_t *entry, apr_time_t now)
{
    /* A clock that was set back makes everything look new: then ask, too. */
    return now - entry->read >= IK_ATTRIBUTE_CACHE_FRESH || entry->read - now >= IK_ATTRIBUTE_CACHE_FRESH;
}

/* One of those who come at the same time goes and asks; while it is away, the others need not. */
static int must_ask(entry_t *entry, apr_time_t now)
{
    apr_time_t since = now - entry->asked;

    if (!is_due(entry, now) || (since >= 0 && since < IK_ATTRIBUTE_CACHE_PATIENCE))
        return 0;
    entry->asked = now;
    return 1;
}

const char *ik_attribute_cache_get(int *fresh, ik_attribute_cache_t *cache, const char *account, const char *email,
                                   apr_int64_t version, apr_time_t now, apr_pool_t *p)
{
    const char *key = key_of(account, email, p), *text = NULL;
    entry_t *entry;

    *fresh = 0;
    apr_thread_mutex_lock(cache->mutex);
    entry = apr_hash_get(cache->entries, key, APR_HASH_KEY_STRING);
    if (entry && entry->version >= version) {
        unlink_entry(entry);
        link_as_newest(cache, entry);
        *fresh = !must_ask(entry, now);
        text = apr_pstrdup(p, entry->text);
    }
    apr_thread_mutex_unlock(cache->mutex);
    return text;
}

static entry_t *make(const char *account, const char *email, const char *text)
{
    apr_size_t account_len = strlen(account), email_len = strlen(email), text_len = strlen(text);
    apr_size_t len = sizeof(entry_t) + account_len + 1 + email_len + 1 + text_len + 1;
    entry_t *entry = malloc(len);
    char *to;

    if (!entry)
        return NULL;
    memset(entry, 0, sizeof(*entry));
    entry->size = len + OVERHEAD;
    to = (char *)(entry + 1);
    entry->key = to;
    memcpy(to, account, account_len);
    to[account_len] = '/';
    memcpy(to + account_len + 1, email, email_len + 1);
    to += account_len + 1 + email_len + 1;
    entry->text = to;
    memcpy(to, text, text_len + 1);
    return entry;
}

/*
 * Under the mutex. 0 if the cache has something later, which somebody read meanwhile. If that is old, what was just
 * read is right: an older copy of the database was restored.
 */
static int insert(ik_attribute_cache_t *cache, entry_t *entry)
{
    entry_t *before = apr_hash_get(cache->entries, entry->key, APR_HASH_KEY_STRING);

    if (before && before->version > entry->version && !is_due(before, entry->read))
        return 0;
    if (before)
        drop(cache, before);
    while (cache->size + entry->size > cache->max && cache->ends.newer != &cache->ends)
        drop(cache, cache->ends.newer);
    cache->size += entry->size;
    link_as_newest(cache, entry);
    apr_hash_set(cache->entries, entry->key, APR_HASH_KEY_STRING, entry);
    return 1;
}

void ik_attribute_cache_put(ik_attribute_cache_t *cache, const char *account, const char *email, apr_int64_t version,
                            const char *text, apr_time_t now)
{
    entry_t *entry = make(account, email, text);
    int kept = 0;

    if (!entry)
        return;
    entry->version = version;
    entry->read = now;
    if (entry->size <= cache->max) {
        apr_thread_mutex_lock(cache->mutex);
        kept = insert(cache, entry);
        apr_thread_mutex_unlock(cache->mutex);
    }
    if (!kept)
        free(entry);
}

int ik_attribute_cache_may_complain(ik_attribute_cache_t *cache, apr_time_t now)
{
    apr_time_t since;
    int may;

    apr_thread_mutex_lock(cache->mutex);
    since = now - cache->complained;
    may = since >= IK_ATTRIBUTE_CACHE_SILENCE || since < 0;
    if (may)
        cache->complained = now;
    apr_thread_mutex_unlock(cache->mutex);
    return may;
}

void ik_attribute_cache_forget(ik_attribute_cache_t *cache, const char *account, const char *email, apr_pool_t *p)
{
    const char *key = key_of(account, email, p);
    entry_t *entry;

    apr_thread_mutex_lock(cache->mutex);
    entry = apr_hash_get(cache->entries, key, APR_HASH_KEY_STRING);
    if (entry)
        drop(cache, entry);
    apr_thread_mutex_unlock(cache->mutex);
}
