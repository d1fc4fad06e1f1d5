/* SPDX-License-Identifier: Apache-2.0 */
/* Stores, connections and transactions. */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "database.h"
#include "store/replay.h"
#include "store/schema.h"
#include "store/user.h"

static void refuses_what_is_no_database(void **state)
{
    static const char *const specs[] = {
        "", "sqlite3", "sqlite3:", "/var/lib/x.db", "mysql:x", ":x", "pgsql", "SQLITE3:/x"
    };
    database_t *database = *state;

    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        ik_store_t *store;
        const char *problem = NULL;

        assert_int_equal(ik_store_open(&store, specs[i], 1, database->p, &problem), APR_EINVAL);
        assert_null(store);
        assert_non_null(strstr(problem, "sqlite3:PATH"));
    }
}

static void says_why_a_database_cannot_be_opened(void **state)
{
    database_t *database = *state;
    ik_store_t *store = open_store("sqlite3:/nonexistent/directory/x.db", 1, database->p);
    ik_db_t *db;

    assert_string_equal(ik_store_problem(store, database->p), "");
    assert_false(ik_store_exists(store, database->p));
    assert_int_not_equal(ik_store_acquire(&db, store, database->p), APR_SUCCESS);
    assert_non_null(strstr(ik_store_problem(store, database->p), "No such file"));
}

static const char *in_the_way;

static void clear_the_way(int number)
{
    (void)number;
    rmdir(in_the_way);
}

static void opens_a_file_whose_log_cannot_be_opened_for_a_moment(void **state)
{
    const struct itimerval moment = { .it_value = { .tv_usec = 100000 } };
    database_t *database = *state;
    const char *spec;
    ik_store_t *store;
    ik_db_t *db;

    if (!database->path)        /* PostgreSQL has no such file */
        return;
    spec = apr_psprintf(database->p, "%s-other", database->spec);
    in_the_way = apr_psprintf(database->p, "%s-other-wal", database->path);
    assert_int_equal(mkdir(in_the_way, 0700), 0);
    store = open_store(spec, 1, database->p);
    assert_int_not_equal(ik_store_acquire(&db, store, database->p), APR_SUCCESS);   /* not only for a moment */
    store = open_store(spec, 1, database->p);       /* one that has not waited in vain */
    signal(SIGALRM, clear_the_way);
    assert_int_equal(setitimer(ITIMER_REAL, &moment, NULL), 0);
    assert_int_equal(ik_store_acquire(&db, store, database->p), APR_SUCCESS);
    signal(SIGALRM, SIG_DFL);
}

static void creates_a_file_that_others_cannot_read(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    database_t *database = *state;

    if (!database->path)
        return;
    for (size_t i = 0; i < 3; i++) {
        struct stat info;

        assert_int_equal(stat(apr_pstrcat(database->p, database->path, ends[i], NULL), &info), 0);
        assert_int_equal(info.st_mode & 0137, 0);
    }
}

static apr_status_t use_and_return(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_status_t rv = ik_store_replay_use(db, "https://idp", "one", 1000, p);

    return rv ? rv : *(apr_status_t *)arg;
}

static apr_status_t transact(const database_t *database, ik_commit_t commit, apr_status_t wanted)
{
    return ik_db_transaction(database->db, commit, use_and_return, &wanted, database->p);
}

static void keeps_all_or_nothing_of_a_transaction(void **state)
{
    database_t *database = *state;

    assert_int_equal(transact(database, IK_COMMIT_CRASH_SAFE, APR_EACCES), APR_EACCES);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), 0);
    assert_int_equal(transact(database, IK_COMMIT_CRASH_SAFE, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), 1);
    assert_int_equal(transact(database, IK_COMMIT_POWER_SAFE, APR_SUCCESS), APR_EEXIST);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), 1);
}

static apr_status_t nest(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, use_and_return, arg, p);
}

static void refuses_a_transaction_within_another(void **state)
{
    database_t *database = *state;
    apr_status_t wanted = APR_SUCCESS;

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, nest, &wanted, database->p), APR_EINVAL);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), 0);
}

/* Saves a user of no account, and keeps quiet about it. */
static apr_status_t swallow_failure(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const ik_user_t user = { .account = "nobody", .email = "a@b.c", .name = "A", .role = "developer", .enabled = 1,
                             .first_login = 1, .last_login = 1, .attributes = "" };

    assert_int_equal(ik_store_replay_use(db, "https://idp", "one", 1000, p), APR_SUCCESS);
    *(apr_status_t *)arg = ik_store_user_save(&user, db, p);
    assert_int_not_equal(ik_store_replay_use(db, "https://idp", "two", 1000, p), APR_SUCCESS);
    return APR_SUCCESS;
}

static void rolls_back_after_a_failure_that_nobody_mentions(void **state)
{
    database_t *database = *state;
    apr_status_t seen = APR_SUCCESS;
    apr_pool_t *p;
    ik_db_t *db;

    apr_pool_create(&p, database->p);
    assert_int_equal(ik_store_acquire(&db, database->store, p), APR_SUCCESS);
    assert_int_not_equal(ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, swallow_failure, &seen, p), APR_SUCCESS);
    assert_int_not_equal(seen, APR_SUCCESS);
    assert_string_not_equal(ik_db_problem(db), "");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), 0);
    apr_pool_destroy(p);
    /* The connection is not kept; the next one works. */
    apr_pool_create(&p, database->p);
    assert_int_equal(ik_store_acquire(&db, database->store, p), APR_SUCCESS);
    assert_int_equal(ik_store_replay_use(db, "https://idp", "two", 1000, p), APR_SUCCESS);
    apr_pool_destroy(p);
}

static void goes_on_after_the_tables_were_rebuilt(void **state)
{
    database_t *database = *state;

    assert_int_equal(ik_store_replay_use(database->db, "https://idp", "before", 1000, database->p), APR_SUCCESS);
    assert_int_equal(transact(database, IK_COMMIT_CRASH_SAFE, APR_EACCES), APR_EACCES);
    run_sql(database, "CREATE TABLE other (x INTEGER)");
    assert_int_equal(transact(database, IK_COMMIT_CRASH_SAFE, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(ik_store_replay_use(database->db, "https://idp", "before", 1000, database->p), APR_EEXIST);
    run_sql(database, "VACUUM");
    assert_int_equal(ik_store_replay_use(database->db, "https://idp", "before", 1000, database->p), APR_EEXIST);
}

static void replaces_a_connection_that_was_lost(void **state)
{
    database_t *database = *state;
    apr_pool_t *p;
    ik_db_t *db;

    if (database->path)
        return;
    apr_pool_create(&p, database->p);
    assert_int_equal(ik_store_acquire(&db, database->store, p), APR_SUCCESS);
    apr_pool_clear(p);
    ask_sql(database, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                      "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    assert_int_equal(ik_store_acquire(&db, database->store, p), APR_SUCCESS);
    assert_int_equal(ik_store_replay_use(db, "https://idp", "one", 1000, p), APR_SUCCESS);
    apr_pool_destroy(p);
}

static void gives_no_connection_to_a_child(void **state)
{
    database_t *database = *state;
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        ik_db_t *db;

        _exit(ik_store_acquire(&db, database->store, database->p) == APR_EINVAL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* In a child, for what is left is left to its end. */
static int leave_in_use(const database_t *database)
{
    apr_pool_t *p, *of_store;
    ik_store_t *store;
    ik_db_t *db;

    apr_pool_create(&of_store, NULL);
    apr_pool_create(&p, of_store);
    store = open_store(database->spec, 1, of_store);
    if (ik_store_acquire(&db, store, p) != APR_SUCCESS)
        return 1;
    ik_store_leave(store);
    apr_pool_destroy(p);
    apr_pool_destroy(of_store);
    return ik_store_replay_use(db, "https://idp", "left", 1000, database->p) == APR_SUCCESS ? 0 : 2;
}

static void leaves_what_is_in_use_to_the_end_of_the_process(void **state)
{
    const database_t *database = *state;
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        _exit(leave_in_use(database));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void uses_a_connection_again(void **state)
{
    database_t *database = *state;
    ik_store_t *store = open_store(database->spec, 1, database->p);
    apr_pool_t *p;
    ik_db_t *first, *second;

    apr_pool_create(&p, database->p);
    assert_int_equal(ik_store_acquire(&first, store, p), APR_SUCCESS);
    apr_pool_clear(p);
    assert_int_equal(ik_store_acquire(&second, store, p), APR_SUCCESS);
    assert_ptr_equal(first, second);
    assert_int_not_equal(ik_store_acquire(&first, store, p), APR_SUCCESS);     /* after its timeout, not never */
    apr_pool_destroy(p);
}

static void move_file(const char *from, const char *to, apr_pool_t *p)
{
    static const char *const ends[] = { "", "-wal", "-shm" };

    for (size_t i = 0; i < 3; i++)
        (void)rename(apr_pstrcat(p, from, ends[i], NULL), apr_pstrcat(p, to, ends[i], NULL));
}

static apr_status_t check_schema(ik_store_t *store, apr_pool_t *parent)
{
    const char *problem;
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv;

    apr_pool_create(&p, parent);
    rv = ik_store_acquire(&db, store, p);
    if (rv == APR_SUCCESS)
        rv = ik_schema_check(db, p, &problem);
    apr_pool_destroy(p);
    return rv;
}

static void notices_that_the_file_was_replaced(void **state)
{
    database_t *database = *state;
    ik_store_t *store = open_store(database->spec, 1, database->p);
    const char *aside;

    if (!database->path)
        return;
    aside = apr_pstrcat(database->p, database->path, ".aside", NULL);
    assert_int_equal(check_schema(store, database->p), APR_SUCCESS);
    move_file(database->path, aside, database->p);
    assert_int_not_equal(check_schema(store, database->p), APR_SUCCESS);    /* a new file, without tables */
    move_file(aside, database->path, database->p);
    assert_int_equal(check_schema(store, database->p), APR_SUCCESS);
}

static void names_the_file_of_a_database(void **state)
{
    database_t *database = *state;

    if (database->path)
        assert_string_equal(ik_store_path(database->store), database->path);
    else
        assert_null(ik_store_path(database->store));
    assert_true(ik_store_exists(database->store, database->p));
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(refuses_what_is_no_database),
        ON_FRESH(says_why_a_database_cannot_be_opened),
        ON_FRESH(opens_a_file_whose_log_cannot_be_opened_for_a_moment),
        ON_FRESH(creates_a_file_that_others_cannot_read),
        ON_FRESH(keeps_all_or_nothing_of_a_transaction),
        ON_FRESH(refuses_a_transaction_within_another),
        ON_FRESH(rolls_back_after_a_failure_that_nobody_mentions),
        ON_FRESH(goes_on_after_the_tables_were_rebuilt),
        ON_FRESH(replaces_a_connection_that_was_lost),
        ON_FRESH(gives_no_connection_to_a_child),
        ON_FRESH(leaves_what_is_in_use_to_the_end_of_the_process),
        ON_FRESH(uses_a_connection_again),
        ON_FRESH(notices_that_the_file_was_replaced),
        ON_FRESH(names_the_file_of_a_database),
    };

    return run_on_databases(tests);
}
