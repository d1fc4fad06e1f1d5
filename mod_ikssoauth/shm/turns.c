/* SPDX-License-Identifier: Apache-2.0 */
/* Gives a job to one of all processes that ask for it, once per interval. */
#include "shm/turns.h"

#include <stdatomic.h>
#include <stdint.h>

#include "shm/segment.h"

/* An atomic that hides a lock would lock within one process only. */
_Static_assert(ATOMIC_LONG_LOCK_FREE == 2, "64-bit atomics need a lock here");

#define NEVER (INT64_MIN / 2)   /* so long ago that any interval is over, and the difference still is a number */

struct ik_turns_t {
    _Atomic apr_int64_t last[IK_TURN_COUNT];    /* when each turn was taken */
};

apr_status_t ik_turns_create(ik_turns_t **turns, apr_pool_t *p)
{
    void *base;
    apr_status_t rv = ik_segment_create(&base, sizeof(ik_turns_t), p);
    int i;

    if (rv != APR_SUCCESS)
        return rv;
    *turns = base;
    for (i = 0; i < IK_TURN_COUNT; i++)
        atomic_store_explicit(&(*turns)->last[i], NEVER, memory_order_release);
    return APR_SUCCESS;
}

/*
 * A time before the last turn is that of somebody who looked at the clock and was overtaken, unless it is a whole
 * interval before: then the clock was set back, and nobody would have a turn until it is there again.
 */
static int is_due(apr_time_t last, apr_time_t now, apr_time_t interval)
{
    apr_time_t since = now - last;

    return since >= interval || since <= -interval;
}

int ik_turns_take(ik_turns_t *turns, ik_turn_t which, apr_time_t now, apr_time_t interval)
{
    apr_time_t last = atomic_load_explicit(&turns->last[which], memory_order_acquire);

    return is_due(last, now, interval)
        && atomic_compare_exchange_strong_explicit(&turns->last[which], &last, now, memory_order_acq_rel,
                                                   memory_order_acquire);
}
