/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual hosts of a database: one row each, the one that started last first. */
#include <apr_strings.h>

#include "database.h"
#include "store/host.h"

static void start(const database_t *database, const char *origin, const char *path, apr_time_t seen)
{
    const ik_known_host_t host = { .origin = origin, .settings_path = path, .seen = seen };

    assert_int_equal(ik_store_host_put(database->db, &host, database->p), APR_SUCCESS);
}

static const apr_array_header_t *list(const database_t *database)
{
    apr_array_header_t *hosts;

    assert_int_equal(ik_store_host_list(&hosts, database->db, database->p), APR_SUCCESS);
    return hosts;
}

static void check(const apr_array_header_t *hosts, int i, const char *origin, const char *path, apr_time_t seen)
{
    const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, ik_known_host_t *);

    assert_string_equal(host->origin, origin);
    assert_string_equal(host->settings_path, path);
    assert_int_equal(host->seen, seen);
}

static void knows_each_host_as_it_started_last(void **state)
{
    const database_t *database = *state;
    const apr_array_header_t *hosts;

    assert_int_equal(list(database)->nelts, 0);
    start(database, "https://a.example", "/settings", 10);
    start(database, "https://b.example:8443", "/sso", 20);
    hosts = list(database);
    assert_int_equal(hosts->nelts, 2);
    check(hosts, 0, "https://b.example:8443", "/sso", 20);
    check(hosts, 1, "https://a.example", "/settings", 10);
    start(database, "https://a.example", "/moved", 30);
    hosts = list(database);
    assert_int_equal(hosts->nelts, 2);
    check(hosts, 0, "https://a.example", "/moved", 30);
    check(hosts, 1, "https://b.example:8443", "/sso", 20);
}

static void lists_a_hundred_at_most(void **state)
{
    const database_t *database = *state;
    const apr_array_header_t *hosts;

    for (int i = 1; i <= 103; i++)
        start(database, apr_psprintf(database->p, "https://h%d.example", i), "/settings", i);
    hosts = list(database);
    assert_int_equal(hosts->nelts, 100);
    check(hosts, 0, "https://h103.example", "/settings", 103);
    check(hosts, 99, "https://h4.example", "/settings", 4);
}

static void keeps_what_each_host_is_configured_with(void **state)
{
    const database_t *database = *state;
    ik_known_host_t host = { .origin = "https://a.example", .settings_path = "/settings", .seen = 10 };

    start(database, "https://b.example", "/settings", 5);
    host.settings = "claims=a b\nroles=\xc3\xa4\n";
    assert_int_equal(ik_store_host_put(database->db, &host, database->p), APR_SUCCESS);
    assert_string_equal(APR_ARRAY_IDX(list(database), 0, ik_known_host_t *)->settings, host.settings);
    assert_string_equal(APR_ARRAY_IDX(list(database), 1, ik_known_host_t *)->settings, "");
    host.settings = "claims=c\n";
    assert_int_equal(ik_store_host_put(database->db, &host, database->p), APR_SUCCESS);
    assert_string_equal(APR_ARRAY_IDX(list(database), 0, ik_known_host_t *)->settings, "claims=c\n");
}

static void notes_who_is_served_and_changes_nothing_else(void **state)
{
    const database_t *database = *state;
    const ik_known_host_t host = { .origin = "https://a.example", .settings_path = "/settings", .settings = "roles=a", .seen = 10 };
    const apr_array_header_t *hosts;

    assert_int_equal(ik_store_host_put(database->db, &host, database->p), APR_SUCCESS);
    start(database, "https://b.example", "/sso", 20);
    assert_int_equal(ik_store_host_seen(database->db, "https://a.example", 30, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_host_seen(database->db, "https://gone.example", 30, database->p), APR_SUCCESS);
    hosts = list(database);
    assert_int_equal(hosts->nelts, 2);
    check(hosts, 0, "https://a.example", "/settings", 30);
    assert_string_equal(APR_ARRAY_IDX(hosts, 0, ik_known_host_t *)->settings, "roles=a");
    check(hosts, 1, "https://b.example", "/sso", 20);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    const ik_known_host_t host = { .origin = "https://a.example", .settings_path = "/settings", .seen = 10 };
    apr_array_header_t *hosts;
    ik_db_t *db;

    acquire_fresh(&db, 1, database);
    run_sql(database, "DROP TABLE ik_host");
    assert_int_equal(ik_store_host_put(database->db, &host, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_host_list(&hosts, db, database->p), APR_EGENERAL);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(knows_each_host_as_it_started_last),
        ON_FRESH(lists_a_hundred_at_most),
        ON_FRESH(keeps_what_each_host_is_configured_with),
        ON_FRESH(notes_who_is_served_and_changes_nothing_else),
        ON_FRESH(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
