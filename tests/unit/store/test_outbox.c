/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for the audit log: taken out in their order, and each by one. */
#include <apr_strings.h>

#include "database.h"
#include "store/outbox.h"

static void put(const database_t *database, const char *line)
{
    assert_int_equal(ik_store_outbox_put(database->db, line, database->p), APR_SUCCESS);
}

static const apr_array_header_t *take(const database_t *database, int limit)
{
    apr_array_header_t *lines;

    assert_int_equal(ik_store_outbox_take(&lines, database->db, limit, database->p), APR_SUCCESS);
    return lines;
}

static void gives_lines_out_in_their_order_once(void **state)
{
    const database_t *database = *state;
    const apr_array_header_t *lines;

    assert_int_equal(take(database, 10)->nelts, 0);
    put(database, "{\"a\":\"\xc3\xa4\"}\n");
    put(database, "two\n");
    put(database, "three\n");
    lines = take(database, 2);
    assert_int_equal(lines->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(lines, 0, const char *), "{\"a\":\"\xc3\xa4\"}\n");
    assert_string_equal(APR_ARRAY_IDX(lines, 1, const char *), "two\n");
    put(database, "four\n");
    lines = take(database, 10);
    assert_int_equal(lines->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(lines, 0, const char *), "three\n");
    assert_string_equal(APR_ARRAY_IDX(lines, 1, const char *), "four\n");
    assert_int_equal(take(database, 10)->nelts, 0);
}

static apr_status_t take_and_fail(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_array_header_t *lines;

    assert_int_equal(ik_store_outbox_take(&lines, db, 10, p), APR_SUCCESS);
    *(int *)arg = lines->nelts;
    return APR_ENOSPC;
}

static void keeps_what_a_transaction_did_not_commit(void **state)
{
    const database_t *database = *state;
    int seen = 0;

    put(database, "one\n");
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, take_and_fail, &seen, database->p),
                     APR_ENOSPC);
    assert_int_equal(seen, 1);
    assert_int_equal(take(database, 10)->nelts, 1);
}

static void says_whether_there_is_one(void **state)
{
    const database_t *database = *state;
    int waits = 1;

    assert_int_equal(ik_store_outbox_waits(&waits, database->db, database->p), APR_SUCCESS);
    assert_int_equal(waits, 0);
    put(database, "one\n");
    put(database, "two\n");
    assert_int_equal(ik_store_outbox_waits(&waits, database->db, database->p), APR_SUCCESS);
    assert_int_equal(waits, 1);
    assert_int_equal(take(database, 10)->nelts, 2);
}

/* Ids are given in order, and not again: as if that many had been put in between. */
static void keeps_the_newest_where_nobody_takes_them(void **state)
{
    const database_t *database = *state;
    const apr_array_header_t *lines;

    put(database, "first\n");
    put(database, "second\n");
    if (strcmp(tested_driver(), "pgsql") == 0)
        ask_sql(database, apr_psprintf(database->p, "SELECT setval(pg_get_serial_sequence('ik_outbox', 'id'), %d)", IK_OUTBOX_MAX));
    else
        run_sql(database, apr_psprintf(database->p, "UPDATE sqlite_sequence SET seq = %d", IK_OUTBOX_MAX));
    put(database, "just one too many\n");
    lines = take(database, 10);
    assert_int_equal(lines->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(lines, 0, const char *), "second\n");
}

/* The one line is the prize. */
static apr_status_t take_one(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_array_header_t *lines;
    apr_status_t rv = ik_store_outbox_take(&lines, db, 10, p);

    (void)arg;
    return rv == APR_SUCCESS && lines->nelts != 1 ? APR_NOTFOUND : rv;
}

static void gives_each_line_to_one_process(void **state)
{
    put(*state, "one\n");
    assert_int_equal(race(*state, take_one, NULL, APR_NOTFOUND), 1);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *lines;
    ik_db_t *dbs[2];

    acquire_fresh(dbs, 2, database);
    run_sql(database, "DROP TABLE ik_outbox");
    assert_int_equal(ik_store_outbox_put(dbs[0], "one\n", database->p), APR_EGENERAL);
    assert_int_equal(ik_store_outbox_take(&lines, dbs[1], 10, database->p), APR_EGENERAL);
    assert_int_equal(lines->nelts, 0);
}

static void says_that_it_cannot_look(void **state)
{
    const database_t *database = *state;
    int waits = 1;
    ik_db_t *db;

    acquire_fresh(&db, 1, database);
    run_sql(database, "DROP TABLE ik_outbox");
    assert_int_equal(ik_store_outbox_waits(&waits, db, database->p), APR_EGENERAL);
    assert_int_equal(waits, 0);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(gives_lines_out_in_their_order_once),
        ON_FRESH(keeps_what_a_transaction_did_not_commit),
        ON_FRESH(says_whether_there_is_one),
        ON_FRESH(keeps_the_newest_where_nobody_takes_them),
        ON_FRESH(gives_each_line_to_one_process),
        ON_FRESH(says_when_the_database_fails),
        ON_FRESH(says_that_it_cannot_look),
    };

    return run_on_databases(tests);
}
