/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enters revocations into their table and frees those whose time is over: one writer at a time, in an order of stores
 * that leaves readers a whole table after each of them, whoever is killed between two.
 */
#include <errno.h>

#include "model/clock.h"
#include "shm/table.h"

#define STRETCH 8       /* blocks that are tidied under one lock: 256 buckets, some microseconds */

/* Where a key stands, or could. */
typedef struct spot_t {
    ik_bucket_t *bucket;        /* NULL: nowhere */
    apr_size_t at, slot;
} spot_t;

/* What a writer that died was changing has all it needs but the count of its block. */
static void repair(ik_revocations_t *table)
{
    apr_uint64_t working = ik_get(&table->head->working);

    if (working == 0)
        return;
    ik_put(&table->occupied[working - 1], (unsigned short)(1 + ik_table_tally(table, working - 1)));
    ik_put(&table->head->working, 0);
}

static apr_status_t lock(ik_revocations_t *table)
{
    int rv = pthread_mutex_lock(&table->head->lock);

    if (rv == EOWNERDEAD)
        rv = pthread_mutex_consistent(&table->head->lock);
    if (rv == 0)
        repair(table);
    return rv;
}

static apr_status_t unlock(ik_revocations_t *table)
{
    return pthread_mutex_unlock(&table->head->lock);
}

static int is_over(ik_bucket_t *bucket, apr_size_t slot, apr_time_t now)
{
    return ik_get(&bucket->entry[slot].expires) <= now - IK_FORGET_AFTER;
}

/* Looks through one bucket: 1 with *spot if the key is there; else 0, with *vacant a slot to use, the first met. */
static int seek_in(const ik_revocations_t *table, apr_size_t at, apr_uint64_t hash, apr_time_t now, spot_t *spot,
                   spot_t *vacant)
{
    ik_bucket_t *bucket = &table->bucket[at];
    apr_size_t i;

    for (i = 0; i < IK_BUCKET_SLOTS; i++) {
        const apr_uint64_t there = ik_get(&bucket->hash[i]);

        if (there == hash) {
            *spot = (spot_t){ bucket, at, i };
            return 1;
        }
        if (!vacant->bucket && (there == 0 || is_over(bucket, i, now)))
            *vacant = (spot_t){ bucket, at, i };
    }
    return 0;
}

/* The key's own spot (1), or one that it may take (0), which is nowhere if all within reach are in use. */
static int seek(spot_t *spot, const ik_revocations_t *table, apr_uint64_t hash, apr_time_t now)
{
    apr_size_t at = ik_table_home(table, hash), steps;
    int further = 1;
    spot_t vacant = { NULL, 0, 0 };

    for (steps = 0; steps < table->reach && (further || !vacant.bucket); steps++, at = ik_table_next(table, at)) {
        if (seek_in(table, at, hash, now, spot, &vacant))
            return 1;
        further = further && (ik_get(&table->bucket[at].mark) & ik_table_bit(hash)) != 0;
    }
    *spot = vacant;
    return 0;
}

/* Its time first: a writer that dies in between must not leave the newer revocation with the end of the older one. */
static void raise_entry(const spot_t *spot, const ik_revocation_t *revocation)
{
    ik_table_raise(&spot->bucket->entry[spot->slot].expires, revocation->expires);
    ik_table_raise(&spot->bucket->entry[spot->slot].position, revocation->position);
}

/* Tells lookups in all buckets before the spot to go on. */
static void mark_the_way(ik_revocations_t *table, apr_uint64_t hash, apr_size_t to)
{
    apr_size_t at;

    for (at = ik_table_home(table, hash); at != to; at = ik_table_next(table, at))
        atomic_fetch_or_explicit(&table->bucket[at].mark, ik_table_bit(hash), memory_order_acq_rel);
}

static void fill(ik_revocations_t *table, const spot_t *spot, apr_uint64_t hash, const ik_revocation_t *revocation)
{
    ik_word_t *word = &spot->bucket->hash[spot->slot];
    const apr_size_t block = spot->at / IK_BLOCK_BUCKETS;
    const unsigned short occupied = ik_get(&table->occupied[block]);

    ik_put(&table->head->working, block + 1);
    mark_the_way(table, hash, spot->at);
    if (ik_get(word) == 0)
        ik_put(&table->occupied[block], (unsigned short)(occupied ? occupied + 1 : 2));
    ik_put(word, 0);
    ik_put(&spot->bucket->entry[spot->slot].position, revocation->position);
    ik_put(&spot->bucket->entry[spot->slot].expires, revocation->expires);
    ik_put(word, hash);
    ik_put(&table->head->working, 0);
}

static apr_status_t enter(ik_revocations_t *table, apr_uint64_t hash, const ik_revocation_t *revocation, apr_time_t now)
{
    spot_t spot;

    if (seek(&spot, table, hash, now)) {
        raise_entry(&spot, revocation);
        return APR_SUCCESS;
    }
    if (!spot.bucket) {
        ik_table_raise(&table->head->floor, revocation->position);
        return APR_ENOSPC;
    }
    fill(table, &spot, hash, revocation);
    return APR_SUCCESS;
}

apr_status_t ik_revocations_enter(ik_revocations_t *table, const ik_revocation_t *revocation, apr_time_t now)
{
    const char *subject = revocation->kind == IK_REVOKE_ACCOUNT ? "" : revocation->subject;
    const apr_uint64_t hash = ik_table_hash(table, revocation->kind, revocation->account, subject);
    apr_status_t rv = lock(table), unlocked;

    if (rv != APR_SUCCESS)
        return rv;
    rv = enter(table, hash, revocation, now);
    unlocked = unlock(table);
    return rv != APR_SUCCESS ? rv : unlocked;
}

static int free_expired(ik_revocations_t *table, apr_size_t block, apr_time_t now)
{
    apr_size_t at, i;
    int gone = 0;

    ik_put(&table->head->working, block + 1);
    for (at = block * IK_BLOCK_BUCKETS; at < ik_table_block_end(table, block); at++) {
        ik_bucket_t *bucket = &table->bucket[at];

        for (i = 0; i < IK_BUCKET_SLOTS; i++) {
            if (ik_get(&bucket->hash[i]) == 0 || !is_over(bucket, i, now))
                continue;
            ik_put(&bucket->hash[i], 0);
            gone++;
        }
    }
    ik_put(&table->occupied[block], (unsigned short)(ik_get(&table->occupied[block]) - gone));
    ik_put(&table->head->working, 0);
    return gone;
}

/* The mark that the entries further on need, which passed by the bucket at when they were entered. */
static apr_uint64_t mark_needed(const ik_revocations_t *table, apr_size_t at)
{
    apr_size_t next = at, steps, i;
    apr_uint64_t mark = 0;

    for (steps = 1; steps < table->reach; steps++) {
        next = ik_table_next(table, next);
        for (i = 0; i < IK_BUCKET_SLOTS; i++) {
            apr_uint64_t hash = ik_get(&table->bucket[next].hash[i]);

            if (hash && ik_table_distance(table, hash, next) >= steps)
                mark |= ik_table_bit(hash);
        }
        if (ik_get(&table->bucket[next].mark) == 0)
            break;
    }
    return mark;
}

/*
 * Lookups end early again where what they went on for is gone. Backwards, as the mark of a bucket tells whether those
 * before it have anything behind it.
 */
static void shorten_marks(ik_revocations_t *table, apr_size_t block)
{
    apr_size_t at = ik_table_block_end(table, block);

    while (at-- > block * IK_BLOCK_BUCKETS) {
        apr_uint64_t mark = ik_get(&table->bucket[at].mark);
        apr_uint64_t needed = mark ? mark_needed(table, at) : 0;

        if (needed != mark)
            ik_put(&table->bucket[at].mark, needed);
    }
}

static int has_entries(const ik_revocations_t *table, apr_size_t block)
{
    return ik_get(&table->occupied[block]) > 1;
}

/* Tidies the blocks before *block, as many as one lock is for, and sets *block to the first of them. */
static apr_status_t tidy(int *gone, ik_revocations_t *table, apr_size_t *block, apr_time_t now)
{
    const apr_size_t first = *block > STRETCH ? *block - STRETCH : 0;
    apr_status_t rv = lock(table);

    if (rv != APR_SUCCESS)
        return rv;
    while (*block > first) {
        --*block;
        if (!has_entries(table, *block))
            continue;
        *gone += free_expired(table, *block, now);
        shorten_marks(table, *block);
    }
    return unlock(table);
}

apr_status_t ik_revocations_expire(int *gone, ik_revocations_t *table, apr_time_t now)
{
    apr_size_t block = table->blocks;
    apr_status_t rv = lock(table);      /* at least once: it repairs what a dead writer left */

    *gone = 0;
    if (rv == APR_SUCCESS)
        rv = unlock(table);
    while (rv == APR_SUCCESS && block > 0) {
        if (has_entries(table, block - 1))
            rv = tidy(gone, table, &block, now);
        else
            block--;
    }
    return rv;
}
