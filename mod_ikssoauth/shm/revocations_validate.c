/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the table of revocations is in order: every entry can be found, once, and is counted. For tests. */
#include "shm/table.h"

static apr_size_t times_within_reach(const ik_revocations_t *table, apr_uint64_t hash)
{
    apr_size_t at = ik_table_home(table, hash), steps, i, times = 0;

    for (steps = 0; steps < table->reach; steps++, at = ik_table_next(table, at)) {
        for (i = 0; i < IK_BUCKET_SLOTS; i++)
            times += ik_get(&table->bucket[at].hash[i]) == hash;
    }
    return times;
}

/* 1 if a lookup comes from the entry's own bucket to the one it stands in. */
static int is_way_marked(const ik_revocations_t *table, apr_uint64_t hash, apr_size_t to)
{
    apr_size_t at;

    for (at = ik_table_home(table, hash); at != to; at = ik_table_next(table, at)) {
        if (!(ik_get(&table->bucket[at].mark) & ik_table_bit(hash)))
            return 0;
    }
    return 1;
}

static const char *check_entry(const ik_revocations_t *table, apr_uint64_t hash, apr_size_t at)
{
    if (ik_table_distance(table, hash, at) >= table->reach)
        return "an entry stands out of reach of its bucket";
    if (!is_way_marked(table, hash, at))
        return "a bucket on the way to an entry has no mark for it";
    if (ik_get(&table->occupied[ik_table_home(table, hash) / IK_BLOCK_BUCKETS]) == 0)
        return "the block that a lookup starts in counts as never written to";
    if (times_within_reach(table, hash) != 1)
        return "an entry stands in the table twice";
    return NULL;
}

static const char *check_bucket(const ik_revocations_t *table, apr_size_t at)
{
    const char *wrong = NULL;
    apr_size_t i;

    for (i = 0; i < IK_BUCKET_SLOTS && !wrong; i++) {
        apr_uint64_t hash = ik_get(&table->bucket[at].hash[i]);

        if (hash)
            wrong = check_entry(table, hash, at);
    }
    return wrong;
}

static const char *check_counts(const ik_revocations_t *table)
{
    apr_size_t block;

    for (block = 0; block < table->blocks; block++) {
        unsigned short occupied = ik_get(&table->occupied[block]);

        if (ik_table_tally(table, block) != (occupied ? occupied - 1 : 0))
            return "the count of a block is not that of its entries";
    }
    return NULL;
}

static const char *check_head(const ik_revocations_t *table)
{
    if (ik_get(&table->head->working) != 0)
        return "a writer is at work, or has died and nobody has written since";
    if (ik_get(&table->head->position) < -1 || ik_get(&table->head->floor) < -1)
        return "a position is smaller than none";
    return NULL;
}

const char *ik_revocations_validate(const ik_revocations_t *table)
{
    const char *wrong = check_head(table);
    apr_size_t at;

    for (at = 0; at < table->buckets && !wrong; at++)
        wrong = check_bucket(table, at);
    return wrong ? wrong : check_counts(table);
}
