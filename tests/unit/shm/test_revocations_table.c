/* SPDX-License-Identifier: Apache-2.0 */
/* Tests how the table of revocations lies in memory: shm/table.h and shm/revocations_validate.c. */
#include "revoking.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <apr_strings.h>

#include "shm/table.h"

#define S IK_REVOKE_SESSION

static apr_size_t marked_buckets(const ik_revocations_t *table)
{
    apr_size_t at, marked = 0;

    for (at = 0; at < table->buckets; at++)
        marked += ik_get(&table->bucket[at].mark) != 0;
    return marked;
}

static void enter_many(ik_revocations_t *table, int n, apr_pool_t *p)
{
    int i;

    for (i = 0; i < n; i++)
        assert_int_equal(enter(table, S, "acme", apr_itoa(p, i), i), APR_SUCCESS);
}

static void two_tables_have_different_keys(void **state)
{
    ik_revocations_t *one = table_of(100, *state), *two = table_of(100, *state);

    assert_int_not_equal(ik_table_hash(one, S, "acme", "s1"), ik_table_hash(two, S, "acme", "s1"));
    assert_int_equal(ik_table_hash(one, S, "acme", "s1"), ik_table_hash(one, S, "acme", "s1"));
}

/* Half full, as with a million entries in the default size. */
static void half_full_most_lookups_read_one_bucket(void **state)
{
    ik_revocations_t *table = table_of(40000, *state);
    apr_size_t at;
    int bits = 0;

    enter_many(table, 20000, *state);
    for (at = 0; at < table->buckets; at++)
        bits += __builtin_popcountll(ik_get(&table->bucket[at].mark));
    /* a lookup goes on if its bit is on: with the same chance in every bucket */
    assert_true(bits > 0 && (apr_size_t)bits * 100 < table->buckets * 64);
}

/* What the first expiry leaves marked are buckets at the end of the table that led to its beginning. */
static void lookups_are_short_again_after_expiry(void **state)
{
    ik_revocations_t *table = table_of(1000, *state);
    int gone;

    enter_many(table, 850, *state);
    assert_true(marked_buckets(table) > table->buckets / 10);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER)), APR_SUCCESS);
    assert_int_equal(gone, 850);
    enter_many(table, 100, *state);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER)), APR_SUCCESS);
    assert_int_equal(gone, 100);
    assert_true(marked_buckets(table) <= 2);
    assert_in_order(table);
}

static void a_table_filled_to_the_brim_finds_all_it_took(void **state)
{
    ik_revocations_t *table = table_of(4000, *state);
    int i, taken = 0;

    while (enter(table, S, "acme", apr_itoa(*state, taken), 7) == APR_SUCCESS)
        taken++;
    assert_true(taken > 3400 && taken <= 4000);
    assert_int_equal(entries_of(table), taken);
    for (i = 0; i < taken; i++)
        assert_int_equal(check(table, "acme", "zoe@a.test", apr_itoa(*state, i), 7), IK_REVOKED_YES);
    assert_int_equal(check(table, "acme", "zoe@a.test", apr_itoa(*state, taken), 7), IK_REVOKED_NO);
    assert_in_order(table);
}

typedef struct damage_t {
    const char *says;
    void (*plant)(ik_revocations_t *table, apr_size_t at, apr_size_t slot);
} damage_t;

static void erase(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    ik_put(&table->bucket[at].hash[slot], 0);
}

static void unmark(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    ik_put(&table->bucket[ik_table_home(table, ik_get(&table->bucket[at].hash[slot]))].mark, 0);
}

static void copy_to_neighbour(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    apr_size_t other = slot ? slot - 1 : slot + 1;

    ik_put(&table->bucket[at].hash[other], ik_get(&table->bucket[at].hash[slot]));
}

static void move_far(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    apr_uint64_t hash = ik_get(&table->bucket[at].hash[slot]);
    apr_size_t far = (ik_table_home(table, hash) + table->reach) % table->buckets;

    ik_put(&table->bucket[at].hash[slot], 0);
    ik_put(&table->bucket[far].hash[0], hash);
}

static void count_one_more(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    (void)slot;
    ik_put(&table->occupied[at / IK_BLOCK_BUCKETS], ik_get(&table->occupied[at / IK_BLOCK_BUCKETS]) + 1);
}

static void call_untouched(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    apr_size_t home = ik_table_home(table, ik_get(&table->bucket[at].hash[slot]));

    ik_put(&table->occupied[home / IK_BLOCK_BUCKETS], 0);
}

static void leave_at_work(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    (void)slot;
    ik_put(&table->head->working, at / IK_BLOCK_BUCKETS + 1);
}

static void lose_position(ik_revocations_t *table, apr_size_t at, apr_size_t slot)
{
    (void)at;
    (void)slot;
    ik_put(&table->head->position, -2);
}

/* An entry that does not stand in its own bucket: 1 with where it does. */
static int find_displaced(const ik_revocations_t *table, apr_size_t *at, apr_size_t *slot)
{
    for (*at = 0; *at < table->buckets; ++*at) {
        for (*slot = 0; *slot < IK_BUCKET_SLOTS; ++*slot) {
            apr_uint64_t hash = ik_get(&table->bucket[*at].hash[*slot]);

            if (hash && ik_table_home(table, hash) != *at)
                return 1;
        }
    }
    return 0;
}

static void validation_finds_planted_damage(void **state)
{
    static const damage_t damages[] = {
        { "count of a block", erase },
        { "no mark", unmark },
        { "twice", copy_to_neighbour },
        { "out of reach", move_far },
        { "count of a block", count_one_more },
        { "never written to", call_untouched },
        { "at work", leave_at_work },
        { "smaller than none", lose_position },
    };
    apr_size_t i, at, slot;

    for (i = 0; i < ROWS(damages); i++) {
        ik_revocations_t *table = table_of(2000, *state);
        const char *wrong;
        int n = 0;

        while (!find_displaced(table, &at, &slot))
            assert_int_equal(enter(table, S, "acme", apr_itoa(*state, n++), 1), APR_SUCCESS);
        assert_in_order(table);
        damages[i].plant(table, at, slot);
        wrong = ik_revocations_validate(table);
        if (!wrong || !strstr(wrong, damages[i].says))
            fail_msg("\"%s\" was planted, \"%s\" found", damages[i].says, wrong ? wrong : "nothing");
    }
}

static void an_empty_table_costs_few_pages(void **state)
{
    ik_revocations_t *table = table_of(IK_REVOCATIONS_SLOTS, *state);
    const apr_size_t page = (apr_size_t)sysconf(_SC_PAGESIZE);
    const apr_size_t size = (apr_size_t)((char *)(table->bucket + table->buckets) - (char *)table->head);
    unsigned char *resident = apr_pcalloc(*state, size / page + 1);
    apr_size_t i, entries, slots, pages = 0;
    apr_int64_t floor;
    int gone;

    assert_true(size < 64 * 1024 * 1024);
    for (i = 0; i < 5000; i++)
        assert_int_equal(check(table, "acme", "zoe@a.test", apr_itoa(*state, (int)i), 0), IK_REVOKED_NO);
    assert_int_equal(enter(table, S, "acme", "1", 1), APR_SUCCESS);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER)), APR_SUCCESS);
    assert_int_equal(gone, 1);
    ik_revocations_count(table, &entries, &slots, &floor);
    assert_int_equal(entries, 0);
    assert_true(slots >= IK_REVOCATIONS_SLOTS);
    assert_int_equal(mincore(table->head, size, resident), 0);
    for (i = 0; i < (size + page - 1) / page; i++)
        pages += resident[i] & 1;
    assert_true(pages > 0 && pages * page < 1024 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(two_tables_have_different_keys),
        pool_test(half_full_most_lookups_read_one_bucket),
        pool_test(lookups_are_short_again_after_expiry),
        pool_test(a_table_filled_to_the_brim_finds_all_it_took),
        pool_test(validation_finds_planted_damage),
        pool_test(an_empty_table_costs_few_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
