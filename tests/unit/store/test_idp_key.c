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
        ON_TWO(goes_with_its_account),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
