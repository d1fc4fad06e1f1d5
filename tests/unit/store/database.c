/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and drops the databases of the tests. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_dbd.h>
#include <apr_env.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "base/text.h"
#include "database.h"
#include "store/account.h"
#include "store/schema.h"

#define RACERS 6

const char *tested_driver(void)
{
    return getenv("IK_TEST_PGSQL") ? "pgsql" : "sqlite3";
}

/* A connection that knows nothing of the store. */
static apr_dbd_t *raw_open(const apr_dbd_driver_t **driver, const database_t *database, const char *params)
{
    apr_dbd_t *handle;
    const char *said = NULL;

    assert_int_equal(apr_dbd_init(database->p), APR_SUCCESS);
    assert_int_equal(apr_dbd_get_driver(database->p, database->driver, driver), APR_SUCCESS);
    if (apr_dbd_open_ex(*driver, database->p, params, &handle, &said) != APR_SUCCESS)
        fail_msg("%s: %s", params, said ? said : "?");
    return handle;
}

/* NULL, or what the database said against it, in p. */
static const char *try_raw(const database_t *database, const char *params, const char *sql)
{
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle = raw_open(&driver, database, params);
    int rows, code = apr_dbd_query(driver, handle, &rows, sql);
    const char *said = code ? apr_pstrdup(database->p, apr_dbd_error(driver, handle, code)) : NULL;

    apr_dbd_close(driver, handle);
    return said;
}

static void run_raw(const database_t *database, const char *params, const char *sql)
{
    const char *said = try_raw(database, params, sql);

    if (said)
        fail_msg("%s: %s", sql, said);
}

apr_status_t try_sql(const database_t *database, const char *sql)
{
    return try_raw(database, strchr(database->spec, ':') + 1, sql) ? APR_EGENERAL : APR_SUCCESS;
}

void run_sql(const database_t *database, const char *sql)
{
    run_raw(database, strchr(database->spec, ':') + 1, sql);
}

apr_int64_t ask_sql(const database_t *database, const char *sql)
{
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle = raw_open(&driver, database, strchr(database->spec, ':') + 1);
    apr_dbd_results_t *answer = NULL;
    apr_dbd_row_t *row = NULL;
    apr_int64_t value = 0;

    assert_int_equal(apr_dbd_select(driver, database->p, handle, &answer, sql, 1), 0);
    assert_int_equal(apr_dbd_get_row(driver, database->p, answer, &row, -1), 0);
    assert_int_equal(apr_dbd_datum_get(driver, row, 0, APR_DBD_TYPE_LONGLONG, &value), APR_SUCCESS);
    while (apr_dbd_get_row(driver, database->p, answer, &row, -1) == 0)
        continue;
    apr_dbd_close(driver, handle);
    return value;
}

ik_store_t *open_store(const char *spec, int max, apr_pool_t *p)
{
    ik_store_t *store;
    const char *problem;

    if (ik_store_open(&store, spec, max, p, &problem) != APR_SUCCESS)
        fail_msg("%s: %s", spec, problem);
    return store;
}

static void make_sqlite(database_t *database)
{
    char template[] = "/tmp/ik-test-store-XXXXXX";

    assert_non_null(mkdtemp(template));
    database->directory = apr_pstrdup(database->p, template);
    database->path = apr_pstrcat(database->p, template, "/test.db", NULL);
    database->spec = apr_pstrcat(database->p, "sqlite3:", database->path, NULL);
}

static void make_pgsql(database_t *database)
{
    static int number;
    const char *conninfo = getenv("IK_TEST_PGSQL");

    database->directory = apr_psprintf(database->p, "ik_test_%d_%d", (int)getpid(), ++number);
    run_raw(database, conninfo, apr_pstrcat(database->p, "CREATE SCHEMA ", database->directory, NULL));
    database->spec = apr_psprintf(database->p, "pgsql:%s options='-c search_path=%s'", conninfo, database->directory);
}

int empty_database(void **state)
{
    apr_pool_t *p;
    database_t *database;

    apr_initialize();
    apr_pool_create(&p, NULL);
    database = apr_pcalloc(p, sizeof(*database));
    database->p = p;
    database->driver = tested_driver();
    if (strcmp(database->driver, "sqlite3") == 0)
        make_sqlite(database);
    else
        make_pgsql(database);
    database->store = open_store(database->spec, 8, p);
    assert_int_equal(ik_store_acquire(&database->db, database->store, p), APR_SUCCESS);
    *state = database;
    return 0;
}

int fresh_database(void **state)
{
    database_t *database;
    const char *problem;

    empty_database(state);
    database = *state;
    if (ik_schema_upgrade(NULL, database->db, database->p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return 0;
}

int two_accounts(void **state)
{
    static const char *const ids[] = { "acme", "globex" };
    database_t *database;

    fresh_database(state);
    database = *state;
    for (size_t i = 0; i < 2; i++) {
        ik_account_t account = { .id = ids[i], .name = "", .enabled = 1, .domains = ik_text_words(database->p, "") };

        assert_int_equal(ik_store_account_insert(&account, database->db, 1, database->p), APR_SUCCESS);
    }
    return 0;
}

/* Exit status: 1 if this one won, 0 if it lost. */
static void run_racer(const char *spec, ik_work_t *work, void *arg, apr_status_t lost)
{
    const char *problem;
    apr_pool_t *p;
    ik_store_t *store;
    ik_db_t *db;
    apr_status_t rv;

    apr_pool_create(&p, NULL);
    if (ik_store_open(&store, spec, 1, p, &problem) != APR_SUCCESS || ik_store_acquire(&db, store, p) != APR_SUCCESS)
        _exit(9);
    rv = work(db, arg, p);
    if (rv != APR_SUCCESS && rv != lost)
        _exit(8);
    apr_pool_destroy(p);
    _exit(rv == APR_SUCCESS);
}

int race(const database_t *database, ik_work_t *work, void *arg, apr_status_t lost)
{
    int winners = 0;

    for (int i = 0; i < RACERS; i++) {
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0)
            run_racer(database->spec, work, arg, lost);
    }
    for (int i = 0; i < RACERS; i++) {
        int status = 0;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        winners += WEXITSTATUS(status);
    }
    return winners;
}

void acquire_fresh(ik_db_t **dbs, int count, const database_t *database)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(ik_store_acquire(&dbs[i], database->store, database->p), APR_SUCCESS);
}

static void remove_directory(const char *directory, apr_pool_t *p)
{
    apr_dir_t *dir;
    apr_finfo_t info;

    assert_int_equal(apr_dir_open(&dir, directory, p), APR_SUCCESS);
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS)
        if (info.name[0] != '.')
            apr_file_remove(apr_pstrcat(p, directory, "/", info.name, NULL), p);
    apr_dir_close(dir);
    assert_int_equal(apr_dir_remove(directory, p), APR_SUCCESS);
}

int drop_database(void **state)
{
    database_t *database = *state;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    if (strcmp(database->driver, "sqlite3") == 0) {
        const char *directory = apr_pstrdup(p, database->directory);

        apr_pool_destroy(database->p);
        remove_directory(directory, p);
    } else {
        database_t left = { .p = p, .driver = "pgsql" };
        const char *sql = apr_pstrcat(p, "DROP SCHEMA ", database->directory, " CASCADE", NULL);

        apr_pool_destroy(database->p);
        run_raw(&left, getenv("IK_TEST_PGSQL"), sql);
    }
    apr_pool_destroy(p);
    return 0;
}
