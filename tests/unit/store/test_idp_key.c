/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of identity providers: the one that verified last, and warnings of their end, each given once. */
#include "database.h"
#include "store/account.h"
#include "store/idp_key.h"

static void remembers_the_key_that_verified_last(void **state)
{
    const database_t *database = *state;
    const char *fingerprint = "x";
    apr_time_t at = 1;

    assert_int_equal(ik_store_verified_get(&fingerprint, &at, database->db, "acme", database->p), APR_NOTFOUND);
    assert_null(fingerprint);
    assert_int_equal(ik_store_verified_put(database->db, "acme", "aa", 10, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_verified_put(database->db, "globex", "cc", 15, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_verified_put(database->db, "acme", "bb", 20, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_verified_get(&fingerprint, &at, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(fingerprint, "bb");
    assert_int_equal(at, 20);
}

static apr_status_t warn(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_warned_put(db, "acme", arg, 30, 10, p);
}

static void tells_each_warning_once(void **state)
{
    const database_t *database = *state;
    char key[] = "aa";

    assert_int_equal(race(database, warn, key, APR_EEXIST), 1);
    assert_int_equal(warn(database->db, key, database->p), APR_EEXIST);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "aa", 7, 10, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "bb", 30, 10, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "globex", "aa", 30, 10, database->p), APR_SUCCESS);
}

static void gives_the_key_to_who_holds_the_account(void **state)
{
    const database_t *database = *state;
    ik_account_held_t held = { .key = "x" };

    assert_int_equal(ik_store_account_hold_all(&held, database->db, "acme", database->p), APR_SUCCESS);
    assert_null(held.key);
    assert_int_equal(ik_store_verified_put(database->db, "acme", "aa", 10, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_hold_all(&held, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(held.key, "aa");
    assert_int_equal(held.key_at, 10);
    assert_true(held.version > 0);
    assert_int_equal(ik_store_account_hold_all(&held, database->db, "none", database->p), APR_NOTFOUND);
}

static void forgets_warnings_of_what_is_long_over(void **state)
{
    const database_t *database = *state;
    const apr_time_t now = 2 * IK_WARNED_KEPT;
    int gone = 0;

    assert_int_equal(ik_store_warned_put(database->db, "acme", "aa", 30, now - IK_WARNED_KEPT - 1, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "bb", 30, now - IK_WARNED_KEPT, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_expire(&gone, database->db, now, 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_warned WHERE fingerprint = 'bb'"), 1);
}

static void goes_with_its_account(void **state)
{
    const database_t *database = *state;
    const char *fingerprint;
    apr_time_t at;

    assert_int_equal(ik_store_verified_put(database->db, "acme", "aa", 10, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "aa", 7, 10, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_verified_get(&fingerprint, &at, database->db, "acme", database->p), APR_NOTFOUND);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_warned"), 0);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    const char *fingerprint;
    apr_time_t at;
    ik_db_t *dbs[3];

    acquire_fresh(dbs, 3, database);
    run_sql(database, "DROP TABLE ik_verified");
    run_sql(database, "DROP TABLE ik_warned");
    assert_int_equal(ik_store_verified_put(dbs[0], "acme", "aa", 10, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_verified_get(&fingerprint, &at, dbs[1], "acme", database->p), APR_EGENERAL);
    assert_int_equal(ik_store_warned_put(dbs[2], "acme", "aa", 7, 10, database->p), APR_EGENERAL);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(remembers_the_key_that_verified_last),
        ON_TWO(tells_each_warning_once),
        ON_TWO(gives_the_key_to_who_holds_the_account),
        ON_TWO(forgets_warnings_of_what_is_long_over),
        ON_TWO(goes_with_its_account),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
