/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes of users that do not fit into a cookie, kept by a process; bounded. */
#ifndef IK_SSO_ATTRIBUTE_CACHE_H
#define IK_SSO_ATTRIBUTE_CACHE_H

#include <apr_pools.h>
#include <apr_time.h>

typedef struct ik_attribute_cache_t ik_attribute_cache_t;   /* any thread */

#define IK_ATTRIBUTE_CACHE_MAX (8 * 1024 * 1024)        /* bytes of texts per process; the ones unused longest go */
#define IK_ATTRIBUTE_CACHE_FRESH apr_time_from_sec(60)  /* how long an entry may be used without asking again */
#define IK_ATTRIBUTE_CACHE_PATIENCE apr_time_from_sec(5)    /* how long nobody else asks after somebody went to ask */
#define IK_ATTRIBUTE_CACHE_SILENCE apr_time_from_sec(10)    /* between two complaints about a database */

/* An empty cache of at most max bytes, gone with p. */
apr_status_t ik_attribute_cache_create(ik_attribute_cache_t **cache, apr_size_t max, apr_pool_t *p);

/* As ik_store_leave: nothing is freed any more, since the process ends while somebody may be using the cache. */
void ik_attribute_cache_leave(ik_attribute_cache_t *cache);

/*
 * The text of a user in p, of that version or a later one; NULL if the cache has none. *fresh is 0 if it is older than
 * IK_ATTRIBUTE_CACHE_FRESH: then ask the database, and use it only if that cannot answer. Of those who come at about
 * the same time one is told so: a database that is slow or away is not asked by everybody at once.
 */
const char *ik_attribute_cache_get(int *fresh, ik_attribute_cache_t *cache, const char *account, const char *email,
                                   apr_int64_t version, apr_time_t now, apr_pool_t *p);

/* Keeps a text, unless a later version is there that is fresh: one that is not was lost by a restore of the database. */
void ik_attribute_cache_put(ik_attribute_cache_t *cache, const char *account, const char *email, apr_int64_t version,
                            const char *text, apr_time_t now);

/* 1 if the log may be told that the database did not answer: every request would fill it. */
int ik_attribute_cache_may_complain(ik_attribute_cache_t *cache, apr_time_t now);

/* Drops what the database does not have any more. */
void ik_attribute_cache_forget(ik_attribute_cache_t *cache, const char *account, const char *email, apr_pool_t *p);

#endif
