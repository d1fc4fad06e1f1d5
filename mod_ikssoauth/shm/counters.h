/* SPDX-License-Identifier: Apache-2.0 */
/* How often things happened since the server started, summed over all its processes. */
#ifndef IK_SHM_COUNTERS_H
#define IK_SHM_COUNTERS_H

#include <apr_pools.h>

#include "model/refusal.h"

/* One row per counter that is not a refusal: name, label. Refusals have one counter per reason. */
#define IK_COUNTERS(X) \
    X(LOGINS, "logins") \
    X(LOGOUTS, "logouts") \
    X(USERS_CREATED, "users_created") \
    X(FAILURES, "failures") \
    X(SESSIONS_OPENED, "sessions_opened") \
    X(SESSIONS_REJECTED, "sessions_rejected") \
    X(TRACES_LOST, "traces_lost")

#define IK_COUNTER_ENUM(NAME, label) IK_COUNT_##NAME,
typedef enum { IK_COUNTERS(IK_COUNTER_ENUM) IK_COUNTER_COUNT } ik_counter_t;

typedef struct ik_counters_t ik_counters_t;     /* an array of 64-bit atomics in shared memory */

/* Creates them, all zero, in p. */
apr_status_t ik_counters_create(ik_counters_t **counters, apr_pool_t *p);

/* Adds one. Any process, any thread, no lock. NULL counters: nothing happens (the command line has none). */
void ik_count(ik_counters_t *counters, ik_counter_t which);
void ik_count_refusal(ik_counters_t *counters, ik_reason_t reason);

/* Hands every counter to each(arg, label, value), a refusal's label as "refused_" and its reason. */
void ik_counters_each(const ik_counters_t *counters, void (*each)(void *arg, const char *label, apr_uint64_t value),
                      void *arg, apr_pool_t *p);

#endif
