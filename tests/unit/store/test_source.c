/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of metadata: one of an account, due in time, fetched by one caller. */
#include <apr_strings.h>

#include "database.h"
#include "store/account.h"
#include "store/source.h"

static const ik_source_t usual = { .account = "acme", .url = "https://idp.example/metadata", .etag = "\"x\"",
                                   .next = 100, .fetched = 50, .failure = "it did not answer", .failing_since = 60 };

static void put(const database_t *database, const char *account, apr_time_t next)
{
    ik_source_t source = usual;

    source.account = account;
    source.next = next;
    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
}

static void gives_back_what_was_put(void **state)
{
    const database_t *database = *state;
    ik_source_t *source;

    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_NOTFOUND);
    assert_null(source);
    put(database, "acme", 100);
    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(source->account, "acme");
    assert_string_equal(source->url, usual.url);
    assert_string_equal(source->etag, "\"x\"");
    assert_string_equal(source->failure, "it did not answer");
    assert_string_equal(source->cause, "it did not answer");
    assert_true(source->next == 100 && source->fetched == 50 && source->failing_since == 60);
}

static void keeps_apart_what_only_the_operator_may_know(void **state)
{
    const database_t *database = *state;
    ik_source_t given = usual, *source;

    given.cause = "its address is 10.1.2.3";
    assert_int_equal(ik_store_source_put(&given, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(source->failure, "it did not answer");
    assert_string_equal(source->cause, "its address is 10.1.2.3");
    source->failure = source->cause = "";
    assert_int_equal(ik_store_source_put(source, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(source->failure, "");
    assert_string_equal(source->cause, "");
}

static void has_one_source_of_an_account(void **state)
{
    static const ik_source_t bare = { .account = "acme", .url = "https://other.example/", .next = 7 };
    const database_t *database = *state;
    ik_source_t *source;

    put(database, "acme", 100);
    assert_int_equal(ik_store_source_put(&bare, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(source->url, "https://other.example/");
    assert_string_equal(source->etag, "");
    assert_string_equal(source->failure, "");
    assert_true(source->next == 7 && source->fetched == 0 && source->failing_since == 0);
}

static void forgets_a_source(void **state)
{
    const database_t *database = *state;
    ik_source_t *source;

    put(database, "acme", 100);
    put(database, "globex", 100);
    assert_int_equal(ik_store_source_forget(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_forget(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_NOTFOUND);
    assert_int_equal(ik_store_source_get(&source, database->db, "globex", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_delete(database->db, "globex", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_get(&source, database->db, "globex", database->p), APR_NOTFOUND);
}

static void lists_whose_time_has_come(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *sources;

    put(database, "acme", 100);
    put(database, "globex", 99);
    assert_int_equal(ik_store_source_due(&sources, database->db, 98, 5, database->p), APR_SUCCESS);
    assert_int_equal(sources->nelts, 0);
    assert_int_equal(ik_store_source_due(&sources, database->db, 100, 5, database->p), APR_SUCCESS);
    assert_int_equal(sources->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(sources, 0, ik_source_t *)->account, "globex");
    assert_int_equal(ik_store_source_due(&sources, database->db, 100, 1, database->p), APR_SUCCESS);
    assert_int_equal(sources->nelts, 1);
}

static void gives_the_turn_for_what_was_seen_only(void **state)
{
    const database_t *database = *state;
    ik_source_t *seen, moved = usual;

    put(database, "acme", 100);
    assert_int_equal(ik_store_source_get(&seen, database->db, "acme", database->p), APR_SUCCESS);
    moved.url = "https://moved.example/";
    assert_int_equal(ik_store_source_take(database->db, &moved, 200, database->p), APR_NOTFOUND);
    assert_int_equal(ik_store_source_take(database->db, seen, 200, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_take(database->db, seen, 200, database->p), APR_NOTFOUND);
    assert_int_equal(ik_store_source_get(&seen, database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(seen->next, 200);
    assert_int_equal(seen->fetched, 50);
}

static apr_status_t take(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_source_take(db, arg, 200, p);
}

static void gives_the_turn_to_one_process(void **state)
{
    ik_source_t source = usual;

    put(*state, "acme", 100);
    assert_int_equal(race(*state, take, &source, APR_NOTFOUND), 1);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *sources;
    ik_source_t *source;
    ik_db_t *dbs[5];

    acquire_fresh(dbs, 5, database);
    run_sql(database, "DROP TABLE ik_source");
    assert_int_equal(ik_store_source_put(&usual, dbs[0], database->p), APR_EGENERAL);
    assert_int_equal(ik_store_source_get(&source, dbs[1], "acme", database->p), APR_EGENERAL);
    assert_int_equal(ik_store_source_due(&sources, dbs[2], 100, 5, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_source_take(dbs[3], &usual, 200, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_source_forget(dbs[4], "acme", database->p), APR_EGENERAL);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(gives_back_what_was_put),
        ON_TWO(keeps_apart_what_only_the_operator_may_know),
        ON_TWO(has_one_source_of_an_account),
        ON_TWO(forgets_a_source),
        ON_TWO(lists_whose_time_has_come),
        ON_TWO(gives_the_turn_for_what_was_seen_only),
        ON_TWO(gives_the_turn_to_one_process),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
