/* SPDX-License-Identifier: Apache-2.0 */
/* Counts events in memory that all processes share, without a lock. */
#include "shm/counters.h"

#include <stdalign.h>
#include <stdatomic.h>

#include <apr_strings.h>

#include "shm/segment.h"

#define SLOTS (IK_COUNTER_COUNT + IK_REASON_COUNT)
#define CACHE_LINE 64

/* An atomic that hides a lock would lock within one process only. */
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "64-bit atomics need a lock here");

/*
 *   slot[0] … the counters of IK_COUNTERS, then slot[IK_COUNTER_COUNT] … one per reason of IK_REASONS
 *   each on a cache line of its own, so that processors do not take one another's away
 */
struct ik_counters_t {
    struct {
        alignas(CACHE_LINE) atomic_ullong value;
    } slot[SLOTS];
};

#define COUNTER_LABEL(NAME, label) label,
static const char *const labels[] = { IK_COUNTERS(COUNTER_LABEL) };

apr_status_t ik_counters_create(ik_counters_t **counters, apr_pool_t *p)
{
    void *base;
    apr_status_t rv = ik_segment_create(&base, sizeof(ik_counters_t), p);

    if (rv == APR_SUCCESS)
        *counters = base;
    return rv;
}

static void add_one(ik_counters_t *counters, unsigned slot)
{
    /* nothing is read or written on the strength of a counter, so the order does not matter */
    atomic_fetch_add_explicit(&counters->slot[slot].value, 1, memory_order_relaxed);
}

void ik_count(ik_counters_t *counters, ik_counter_t which)
{
    if (counters && (unsigned)which < IK_COUNTER_COUNT)
        add_one(counters, which);
}

void ik_count_refusal(ik_counters_t *counters, ik_reason_t reason)
{
    if (counters && (unsigned)reason < IK_REASON_COUNT)
        add_one(counters, (unsigned)IK_COUNTER_COUNT + reason);
}

static const char *label_of(unsigned slot, apr_pool_t *p)
{
    if (slot < IK_COUNTER_COUNT)
        return labels[slot];
    return apr_pstrcat(p, "refused_", ik_reason_row(slot - IK_COUNTER_COUNT)->id, NULL);
}

void ik_counters_each(const ik_counters_t *counters, void (*each)(void *arg, const char *label, apr_uint64_t value),
                      void *arg, apr_pool_t *p)
{
    unsigned i;

    for (i = 0; counters && i < SLOTS; i++)
        each(arg, label_of(i, p), atomic_load_explicit(&counters->slot[i].value, memory_order_relaxed));
}
