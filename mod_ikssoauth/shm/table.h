/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the table of revocations lies in memory, for the files that work on it and for the test that damages it.
 *
 *     head | occupied[blocks] | bucket[buckets]          a block: as many buckets as a page of 4 KiB has
 *
 * A bucket's mark and hashes share one cache line, all that a lookup reads of it when the key is absent. The mark is
 * a set of 64: bit n is on if an entry whose hash ends in n was entered further on because this bucket was full.
 */
#ifndef IK_SHM_TABLE_H
#define IK_SHM_TABLE_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

#include "shm/revocations.h"

#define IK_BUCKET_SLOTS 5
#define IK_BLOCK_BUCKETS 32
#define IK_TABLE_REACH 128      /* buckets from its own one in which an entry may stand */
#define IK_TABLE_KEY 16
#define IK_CACHE_LINE 64

/* An atomic that hides a lock would lock within one process only. */
_Static_assert(ATOMIC_LONG_LOCK_FREE == 2 && ATOMIC_SHORT_LOCK_FREE == 2, "atomics need a lock here");

typedef _Atomic apr_uint64_t ik_word_t;
typedef _Atomic apr_int64_t ik_place_t;

typedef struct ik_bucket_t {
    alignas(IK_CACHE_LINE) ik_word_t mark;
    ik_word_t hash[IK_BUCKET_SLOTS];            /* 0: the slot is free */
    struct {
        ik_place_t position, expires;
    } entry[IK_BUCKET_SLOTS];
} ik_bucket_t;

_Static_assert(sizeof(ik_bucket_t) == 2 * IK_CACHE_LINE, "a bucket is two cache lines");

/* What every request reads lies apart from what writers write. */
typedef struct ik_table_head_t {
    unsigned char key[IK_TABLE_KEY];
    ik_place_t position, floor, bell;
    alignas(IK_CACHE_LINE) pthread_mutex_t lock;
    ik_word_t working;      /* 1 + the block that a writer is changing; 0: none. A writer that dies leaves it. */
} ik_table_head_t;

/* One per process that made or inherited it; the arrays are shared. */
struct ik_revocations_t {
    ik_table_head_t *head;
    _Atomic unsigned short *occupied;   /* per block: 0 if it was never written to, else 1 + its entries */
    ik_bucket_t *bucket;
    apr_size_t buckets, blocks, reach;
};

/* Every load acquires, every store releases: what is written first is seen first, also by who outlives a writer. */
#define ik_get(word) atomic_load_explicit(word, memory_order_acquire)
#define ik_put(word, value) atomic_store_explicit(word, value, memory_order_release)

/* The keyed hash of what a revocation is about; never 0. */
apr_uint64_t ik_table_hash(const ik_revocations_t *table, ik_revocation_kind_t kind, const char *account,
                           const char *subject);

/* Raises *word to value, unless it is there already. */
void ik_table_raise(ik_place_t *word, apr_int64_t value);

/* The bucket in which an entry with this hash stands if there is room. */
static inline apr_size_t ik_table_home(const ik_revocations_t *table, apr_uint64_t hash)
{
    return (apr_size_t)((hash >> 32) * table->buckets >> 32);
}

/* Its bit in the mark of a bucket it had to pass by. */
static inline apr_uint64_t ik_table_bit(apr_uint64_t hash)
{
    return APR_UINT64_C(1) << (hash & 63);
}

/* The bucket after this one; the first comes after the last. */
static inline apr_size_t ik_table_next(const ik_revocations_t *table, apr_size_t at)
{
    return at + 1 == table->buckets ? 0 : at + 1;
}

/* How many buckets an entry with this hash that stands at is away from its own. */
static inline apr_size_t ik_table_distance(const ik_revocations_t *table, apr_uint64_t hash, apr_size_t at)
{
    apr_size_t home = ik_table_home(table, hash);

    return at >= home ? at - home : at + table->buckets - home;
}

/* The first bucket that is not of this block. */
static inline apr_size_t ik_table_block_end(const ik_revocations_t *table, apr_size_t block)
{
    apr_size_t end = (block + 1) * IK_BLOCK_BUCKETS;

    return end < table->buckets ? end : table->buckets;
}

/* Entries of a block, counted one by one. */
static inline unsigned short ik_table_tally(const ik_revocations_t *table, apr_size_t block)
{
    apr_size_t at, i;
    unsigned short entries = 0;

    for (at = block * IK_BLOCK_BUCKETS; at < ik_table_block_end(table, block); at++) {
        for (i = 0; i < IK_BUCKET_SLOTS; i++)
            entries += ik_get(&table->bucket[at].hash[i]) != 0;
    }
    return entries;
}

#endif
