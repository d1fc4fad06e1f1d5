/* SPDX-License-Identifier: Apache-2.0 */
/* Forms that wait: each is taken once, by one, in time; and there is an end to how many are kept. */
#include <string.h>

#include <apr_strings.h>

#include "database.h"
#include "store/held.h"

#define NOW apr_time_from_sec(1700000000)
#define UNTIL (NOW + apr_time_from_sec(900))
#define FORM "b1.c2VhbGVk_form-"

static void keep(const database_t *database, const char *handle, const char *text, apr_time_t until)
{
    assert_int_equal(ik_store_held_put(database->db, handle, text, until, database->p), APR_SUCCESS);
}

static apr_status_t take(const char **text, const database_t *database, const char *handle, apr_time_t now)
{
    *text = "untouched";
    return ik_store_held_take(text, database->db, handle, now, database->p);
}

static void gives_each_form_once(void **state)
{
    const database_t *database = *state;
    const char *text;

    keep(database, "one", FORM "1", UNTIL);
    keep(database, "two", FORM "2", UNTIL);
    assert_int_equal(take(&text, database, "one", NOW), APR_SUCCESS);
    assert_string_equal(text, FORM "1");
    assert_int_equal(take(&text, database, "one", NOW), APR_NOTFOUND);
    assert_null(text);
    assert_int_equal(take(&text, database, "two", UNTIL - 1), APR_SUCCESS);
    assert_string_equal(text, FORM "2");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_held"), 0);
}

static void finds_exactly_the_handle(void **state)
{
    static const char *const others[] = { "", "on", "one ", "ONE", "o%", "on_", "' OR ''='", "one'; DELETE" };
    const database_t *database = *state;
    const char *text;

    keep(database, "one", FORM, UNTIL);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(take(&text, database, others[i], NOW), APR_NOTFOUND);
        assert_null(text);
    }
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_held"), 1);
}

static void gives_none_that_is_too_old(void **state)
{
    const database_t *database = *state;
    const char *text;

    keep(database, "one", FORM, UNTIL);
    assert_int_equal(take(&text, database, "one", UNTIL), APR_NOTFOUND);
    assert_null(text);
    assert_int_equal(take(&text, database, "one", UNTIL + apr_time_from_sec(86400)), APR_NOTFOUND);
    assert_int_equal(take(&text, database, "one", UNTIL - 1), APR_SUCCESS);
}

/* As long as a sealed form of 60 KiB gets, and more. */
static void keeps_large_forms_whole(void **state)
{
    const database_t *database = *state;
    char *large = apr_pcalloc(database->p, 200001);
    const char *text;

    for (int i = 0; i < 200000; i++)
        large[i] = "abcdefghijklmnopqrstuvwxyz-_0123456789"[i * 7919 % 38];
    keep(database, "large", large, UNTIL);
    assert_int_equal(take(&text, database, "large", NOW), APR_SUCCESS);
    assert_string_equal(text, large);
}

static void overwrites_no_handle(void **state)
{
    const database_t *database = *state;

    keep(database, "one", FORM, UNTIL);
    assert_int_not_equal(ik_store_held_put(database->db, "one", "other", UNTIL, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_held WHERE text = '" FORM "'"), 1);
}

static void fill(const database_t *database, int rows, apr_time_t expires)
{
    const char *numbers = database->path
        ? "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        : "WITH n (i) AS (SELECT generate_series(1, 20000)) ";

    run_sql(database, apr_psprintf(database->p, "%sINSERT INTO ik_held SELECT 'h' || i, 'text', %" APR_INT64_T_FMT
                                   " FROM n LIMIT %d", numbers, expires, rows));
}

static void keeps_no_more_than_so_many(void **state)
{
    const database_t *database = *state;
    const char *text;

    fill(database, IK_HELD_ROWS_MAX - 1, UNTIL);
    keep(database, "last", FORM, UNTIL);
    assert_int_equal(ik_store_held_put(database->db, "over", FORM, UNTIL, database->p), APR_ENOSPC);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_held"), IK_HELD_ROWS_MAX);
    assert_int_equal(take(&text, database, "last", NOW), APR_SUCCESS);
    keep(database, "again", FORM, UNTIL);
}

static void removes_what_is_over_in_batches(void **state)
{
    const database_t *database = *state;
    const char *text;
    int gone = -1;

    fill(database, 7, UNTIL);
    keep(database, "older", FORM, UNTIL - 1);
    keep(database, "newer", FORM, UNTIL + 1);
    assert_int_equal(ik_store_held_expire(&gone, database->db, UNTIL - 2, 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_held_expire(&gone, database->db, UNTIL, 1, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_held WHERE handle = 'older'"), 0);
    assert_int_equal(ik_store_held_expire(&gone, database->db, UNTIL, 5, database->p), APR_SUCCESS);
    assert_int_equal(gone, 5);
    assert_int_equal(ik_store_held_expire(&gone, database->db, UNTIL, 5, database->p), APR_SUCCESS);
    assert_int_equal(gone, 2);
    assert_int_equal(take(&text, database, "newer", UNTIL), APR_SUCCESS);
}

static apr_status_t take_one(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const char *text;
    apr_status_t rv = ik_store_held_take(&text, db, arg, NOW, p);

    return rv == APR_SUCCESS && strcmp(text, FORM) != 0 ? APR_EGENERAL : rv;
}

static void falls_to_one_of_many_at_the_same_time(void **state)
{
    const database_t *database = *state;

    keep(database, "one", FORM, UNTIL);
    assert_int_equal(race(database, take_one, "one", APR_NOTFOUND), 1);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    const char *text;
    ik_db_t *db[2];
    int gone = 0;

    acquire_fresh(db, 2, database);
    run_sql(database, "DROP TABLE ik_held");
    assert_int_equal(ik_store_held_put(database->db, "one", FORM, UNTIL, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_held_take(&text, db[0], "one", NOW, database->p), APR_EGENERAL);
    assert_null(text);
    assert_int_equal(ik_store_held_expire(&gone, db[1], UNTIL, 5, database->p), APR_EGENERAL);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(gives_each_form_once),
        ON_FRESH(finds_exactly_the_handle),
        ON_FRESH(gives_none_that_is_too_old),
        ON_FRESH(keeps_large_forms_whole),
        ON_FRESH(overwrites_no_handle),
        ON_FRESH(keeps_no_more_than_so_many),
        ON_FRESH(removes_what_is_over_in_batches),
        ON_FRESH(falls_to_one_of_many_at_the_same_time),
        ON_FRESH(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
