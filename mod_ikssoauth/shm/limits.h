/* SPDX-License-Identifier: Apache-2.0 */
/* How often the same caller may ask: bounded memory, shared by all processes of the machine. */
#ifndef IK_SHM_LIMITS_H
#define IK_SHM_LIMITS_H

#include <apr_pools.h>
#include <apr_time.h>

/* What is counted; each has a rate and a burst of its own (a row in limits.c). */
typedef enum { IK_LIMIT_ADDRESS, IK_LIMIT_EMAIL, IK_LIMIT_FETCH, IK_LIMIT_COUNT } ik_limit_t;

typedef struct ik_limits_t ik_limits_t;

/* Creates them, in p, in anonymous shared memory of fixed size. Keys are hashed with a random secret. */
apr_status_t ik_limits_create(ik_limits_t **limits, apr_pool_t *p);

/*
 * Counts one try of key (len bytes). 0 if it may go on; else for how long (microseconds) it has to wait. GCRA in one
 * atomic word per slot; where many callers share a slot because the table is full the oldest is forgotten: an attacker
 * from many addresses gains tries, nobody is locked out by others. Any process, any thread, no lock. NULL limits: 0.
 */
apr_time_t ik_limits_take(ik_limits_t *limits, ik_limit_t which, const void *key, apr_size_t len, apr_time_t now);

#endif
