/* SPDX-License-Identifier: Apache-2.0 */
/* Counts tries by the generic cell rate algorithm: one number per caller, the time at which its allowance is whole again. */
#include "shm/limits.h"

#include <stdatomic.h>

#include <apr_general.h>
#include <apr_siphash.h>

#include "shm/segment.h"

#define BUCKETS 8192            /* per limit; a power of two */
#define SLOTS 8                 /* of a bucket: 64 bytes, a line of the processor's cache */
#define TIME_BITS 44            /* milliseconds: until the year 2527 */
#define TIME_MASK ((APR_UINT64_C(1) << TIME_BITS) - 1)

/* How often: one per interval, and that many at once. */
static const struct {
    apr_uint64_t interval, burst;   /* milliseconds; tries */
} rates[IK_LIMIT_COUNT] = {
    [IK_LIMIT_ADDRESS] = { 1000, 60 },  /* a whole company may sit behind one address */
    [IK_LIMIT_EMAIL] = { 6000, 10 },
    [IK_LIMIT_FETCH] = { 10000, 1 },    /* of metadata, per account, in a request that waits for it */
};

/* A slot: the upper bits of the key's hash, and when its allowance is whole again. All zero: free. */
typedef _Atomic apr_uint64_t slot_t;

struct ik_limits_t {
    unsigned char key[APR_SIPHASH_KSIZE];
    slot_t (*buckets)[SLOTS];       /* BUCKETS of each limit */
};

apr_status_t ik_limits_create(ik_limits_t **limits, apr_pool_t *p)
{
    ik_limits_t *made = apr_pcalloc(p, sizeof *made);
    void *base;
    apr_status_t rv = ik_segment_create(&base, sizeof(slot_t[IK_LIMIT_COUNT][BUCKETS][SLOTS]), p);

    if (rv == APR_SUCCESS)
        rv = apr_generate_random_bytes(made->key, sizeof made->key);
    if (rv != APR_SUCCESS)
        return rv;
    made->buckets = base;
    *limits = made;
    return APR_SUCCESS;
}

/* The slot with that tag; else the one whose allowance is whole first: free, or the one that is missed least. */
static slot_t *find(slot_t *bucket, apr_uint64_t tag, apr_uint64_t *value)
{
    slot_t *best = bucket;
    apr_uint64_t best_value = atomic_load(best), v;
    int i;

    for (i = 0; i < SLOTS; i++) {
        v = atomic_load(&bucket[i]);
        if (v && v >> TIME_BITS == tag) {
            *value = v;
            return &bucket[i];
        }
        if ((v & TIME_MASK) < (best_value & TIME_MASK)) {
            best = &bucket[i];
            best_value = v;
        }
    }
    *value = best_value;
    return best;
}

/* When the allowance is whole again as far as it counts: never in the past, and not after a clock that was set back. */
static apr_uint64_t whole_at(apr_uint64_t value, apr_uint64_t tag, apr_uint64_t now, apr_uint64_t longest)
{
    apr_uint64_t time = value & TIME_MASK;

    return value >> TIME_BITS == tag && time > now && time <= now + longest ? time : now;
}

apr_time_t ik_limits_take(ik_limits_t *limits, ik_limit_t which, const void *key, apr_size_t len, apr_time_t now)
{
    const apr_uint64_t ms = (apr_uint64_t)apr_time_as_msec(now) & TIME_MASK;
    const apr_uint64_t interval = rates[which].interval, longest = interval * rates[which].burst;
    apr_uint64_t hash, tag, value, whole;
    slot_t *bucket, *slot;

    if (!limits)
        return 0;
    hash = apr_siphash24(key, len, limits->key);
    tag = hash >> TIME_BITS;
    bucket = limits->buckets[(apr_size_t)which * BUCKETS + (hash & (BUCKETS - 1))];
    do {    /* again if another try was counted meanwhile: soon there are no more that may be */
        slot = find(bucket, tag, &value);
        whole = whole_at(value, tag, ms, longest);
        if (whole + interval > ms + longest)
            return apr_time_from_msec((apr_time_t)(whole + interval - ms - longest));
    } while (!atomic_compare_exchange_strong(slot, &value, tag << TIME_BITS | (whole + interval)));
    return 0;
}
