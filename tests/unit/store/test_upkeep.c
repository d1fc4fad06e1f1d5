/* SPDX-License-Identifier: Apache-2.0 */
/* Who keeps house, what a database weighs, and that it stays so. */
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "base/text.h"
#include "database.h"
#include "model/clock.h"
#include "store/account.h"
#include "store/held.h"
#include "store/replay.h"
#include "store/revocation.h"
#include "store/upkeep.h"
#include "store/user.h"

#define EVERY apr_time_from_sec(30)
#define START apr_time_from_sec(1700000000)

static void falls_to_one_caller_per_interval(void **state)
{
    static const struct { apr_time_t after; int mine; } rows[] = {
        { 0, 1 },
        { 0, 0 },
        { EVERY - 1, 0 },
        { EVERY, 1 },               /* whoever had it may have died */
        { EVERY + 1, 0 },
        { 1, 0 },                   /* another machine's clock is behind, by less than an interval */
        { -EVERY, 1 },              /* the clock was set back: nobody waits until it is where it was */
        { -EVERY + 1, 0 },
        { 0, 1 },
    };
    database_t *database = *state;
    apr_time_t last = -1, taken = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int mine = -1;

        assert_int_equal(ik_store_upkeep_last(&last, database->db, database->p), APR_SUCCESS);
        assert_int_equal(last, taken);
        taken = rows[i].mine ? START + rows[i].after : taken;
        assert_int_equal(ik_store_upkeep_take(&mine, database->db, START + rows[i].after, EVERY, database->p), 0);
        assert_int_equal(mine, rows[i].mine);
    }
}

static apr_status_t take_turn(ik_db_t *db, void *arg, apr_pool_t *p)
{
    int mine = 0;
    apr_status_t rv = ik_store_upkeep_take(&mine, db, START, EVERY, p);

    (void)arg;
    return rv == APR_SUCCESS && !mine ? APR_EEXIST : rv;
}

static void falls_to_one_of_many_at_the_same_time(void **state)
{
    assert_int_equal(race(*state, take_turn, NULL, APR_EEXIST), 1);
}

static apr_status_t fill(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_t account = { .id = "acme", .name = "", .enabled = 1, .domains = ik_text_words(p, "") };
    apr_status_t rv = ik_store_account_insert(&account, db, START, p);

    (void)arg;
    for (int i = 0; rv == APR_SUCCESS && i < 4; i++) {
        const char *name = apr_psprintf(p, "%d@b.c", i);
        const ik_user_t user = { .account = "acme", .email = name, .name = "N", .role = "finance", .enabled = 1,
                                 .first_login = 1, .last_login = 1, .attributes = "" };
        ik_revocation_t revocation = { IK_REVOKE_USER, "acme", name, 0, START };

        if (i < 2)
            rv = ik_store_user_save(&user, db, p);
        if (rv == APR_SUCCESS && i < 3)
            rv = ik_store_replay_use(db, "https://idp", name, START, p);
        if (rv == APR_SUCCESS)
            rv = ik_store_revocation_add(&revocation, db, START, p);
    }
    for (int i = 0; rv == APR_SUCCESS && i < 5; i++)
        rv = ik_store_held_put(db, apr_psprintf(p, "%d", i), "text", START, p);
    return rv;
}

static void counts_rows_and_bytes(void **state)
{
    database_t *database = *state;
    ik_sizes_t sizes;

    assert_int_equal(ik_store_sizes(&sizes, database->db, database->p), APR_SUCCESS);
    assert_true(sizes.accounts == 0 && sizes.users == 0 && sizes.assertions == 0 && sizes.revocations == 0);
    assert_int_equal(sizes.held, 0);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, fill, NULL, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_sizes(&sizes, database->db, database->p), APR_SUCCESS);
    assert_int_equal(sizes.accounts, 1);
    assert_int_equal(sizes.users, 2);
    assert_int_equal(sizes.assertions, 3);
    assert_int_equal(sizes.revocations, 4);
    assert_int_equal(sizes.held, 5);
    assert_true(sizes.bytes > 4096);
    if (database->path) {
        struct stat file, wal;

        assert_int_equal(stat(database->path, &file), 0);
        assert_int_equal(stat(apr_pstrcat(database->p, database->path, "-wal", NULL), &wal), 0);
        assert_true(wal.st_size > 0);
        assert_int_equal(sizes.bytes, file.st_size + wal.st_size);
    }
}

/* One day: thousands log in and out. In one statement per table, past the store, because it is quicker. */
static void live(const database_t *database, int day, apr_pool_t *p)
{
    const char *numbers = database->path
        ? "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
        : "WITH n (i) AS (SELECT generate_series(1, 2000)) ";
    const char *name = apr_psprintf(p, "(i * 7919 %% 1000003) || '-%d-0123456789abcdef'", day);
    const char *expires = apr_psprintf(p, "%" APR_INT64_T_FMT, START + day);

    run_sql(database, apr_pstrcat(p, numbers, "INSERT INTO ik_assertion SELECT ", name, ", ", expires, " FROM n",
                                  NULL));
    run_sql(database, apr_pstrcat(p, numbers, "INSERT INTO ik_revocation SELECT 1, 'acme', ", name, ", ", expires,
                                  " + i, ", expires, " FROM n", NULL));
    run_sql(database, apr_pstrcat(p, numbers, "INSERT INTO ik_held SELECT ", name, ", 'some sealed form', ", expires,
                                  " FROM n", NULL));
}

static void forget(const database_t *database, apr_time_t now, apr_pool_t *p)
{
    int gone;

    now += IK_FORGET_AFTER;
    do {
        assert_int_equal(ik_store_replay_expire(&gone, database->db, now + 1, 500, p), APR_SUCCESS);
    } while (gone == 500);
    do {
        assert_int_equal(ik_store_revocation_expire(&gone, database->db, now, 500, p), APR_SUCCESS);
    } while (gone == 500);
    do {
        assert_int_equal(ik_store_held_expire(&gone, database->db, now, 500, p), APR_SUCCESS);
    } while (gone == 500);
}

/* PostgreSQL needs its autovacuum, which comes when it likes: here it is called. */
static void stays_the_same_size_for_ever(void **state)
{
    database_t *database = *state;
    ik_sizes_t early = { 0 }, late;

    for (int day = 0; day < 14; day++) {
        apr_pool_t *p;

        apr_pool_create(&p, database->p);
        live(database, day, p);
        forget(database, START + day, p);
        apr_pool_destroy(p);
        if (!database->path)
            run_sql(database, "VACUUM");
        if (day == 5)
            assert_int_equal(ik_store_sizes(&early, database->db, database->p), APR_SUCCESS);
    }
    assert_int_equal(ik_store_sizes(&late, database->db, database->p), APR_SUCCESS);
    assert_int_equal(late.assertions, 0);
    assert_int_equal(late.revocations, 0);
    assert_int_equal(late.held, 0);
    if (late.bytes > early.bytes + early.bytes / 4)
        fail_msg("grew from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT " bytes", early.bytes, late.bytes);
}

/* A transaction larger than the limit leaves a large -wal behind: it is cut when it is used again. */
static void cuts_a_journal_that_was_long(void **state)
{
    database_t *database = *state;
    const char *wal;
    struct stat info;
    int gone;

    if (!database->path)
        return;
    wal = apr_pstrcat(database->p, database->path, "-wal", NULL);
    run_sql(database, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000) "
                      "INSERT INTO ik_assertion "
                      "SELECT 'digest ' || (i * 7919 % 1000003) || hex(zeroblob(40)), 5 FROM n");
    assert_int_equal(stat(wal, &info), 0);
    assert_true(info.st_size > 17 * 1024 * 1024);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ik_store_replay_expire(&gone, database->db, START, 10, database->p), APR_SUCCESS);
    assert_int_equal(stat(wal, &info), 0);
    assert_true(info.st_size <= 16 * 1024 * 1024);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(falls_to_one_caller_per_interval),
        ON_FRESH(falls_to_one_of_many_at_the_same_time),
        ON_FRESH(counts_rows_and_bytes),
        ON_FRESH(stays_the_same_size_for_ever),
        ON_FRESH(cuts_a_journal_that_was_long),
    };

    return run_on_databases(tests);
}
