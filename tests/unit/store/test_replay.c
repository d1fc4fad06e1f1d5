/* SPDX-License-Identifier: Apache-2.0 */
/* Every assertion is good for one login, whoever asks at once, and a killed process takes nothing along (R11). */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_atomic.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "database.h"
#include "model/clock.h"
#include "store/replay.h"

#define PROCESSES 4
#define THREADS 8
#define IDS 150
#define FAR apr_time_from_sec(1700000000)
#define FORGOTTEN(until) ((until) + IK_FORGET_AFTER)    /* when that is */

static void accepts_an_assertion_once(void **state)
{
    static const struct { const char *issuer, *id; apr_status_t rv; } rows[] = {
        { "https://idp", "_1", APR_SUCCESS }, { "https://idp", "_1", APR_EEXIST },
        { "https://idp", "_2", APR_SUCCESS }, { "https://idq", "_1", APR_SUCCESS },
        { "https://idp_", "1", APR_SUCCESS }, { "https://idp", "_1", APR_EEXIST },
        { "", "https://idp_1", APR_SUCCESS }, { "https://idp_1", "", APR_SUCCESS },
        { "https://idp", "_1 ", APR_SUCCESS }
    };
    database_t *database = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(ik_store_replay_use(database->db, rows[i].issuer, rows[i].id, 1000, database->p),
                         rows[i].rv);
}

static void tells_whether_an_assertion_was_used_without_using_it(void **state)
{
    database_t *database = *state;
    int used = -1;

    for (int i = 0; i < 2; i++) {
        assert_int_equal(ik_store_replay_used(&used, database->db, "https://idp", "_1", database->p), APR_SUCCESS);
        assert_int_equal(used, 0);
    }
    assert_int_equal(ik_store_replay_use(database->db, "https://idp", "_1", 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_replay_used(&used, database->db, "https://idp", "_1", database->p), APR_SUCCESS);
    assert_int_equal(used, 1);
    assert_int_equal(ik_store_replay_used(&used, database->db, "https://other", "_1", database->p), APR_SUCCESS);
    assert_int_equal(used, 0);
}

static void keeps_only_a_digest(void **state)
{
    database_t *database = *state;

    assert_int_equal(ik_store_replay_use(database->db, "https://idp", "_1", 1000, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion WHERE length(digest) = 64 "
                                       "AND digest NOT LIKE '%idp%'"), 1);
}

static void forgets_what_is_over_and_nothing_else(void **state)
{
    database_t *database = *state;
    int gone = -1;

    for (int i = 0; i < 10; i++)
        assert_int_equal(ik_store_replay_use(database->db, "i", apr_psprintf(database->p, "%d", i), FAR + i,
                                             database->p), APR_SUCCESS);
    assert_int_equal(ik_store_replay_expire(&gone, database->db, FORGOTTEN(FAR), 100, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_replay_expire(&gone, database->db, FORGOTTEN(FAR + 5), 3, database->p), APR_SUCCESS);
    assert_int_equal(gone, 3);
    assert_int_equal(ik_store_replay_expire(&gone, database->db, FORGOTTEN(FAR + 5), 3, database->p), APR_SUCCESS);
    assert_int_equal(gone, 2);
    assert_int_equal(ik_store_replay_use(database->db, "i", "5", 1, database->p), APR_EEXIST);
    assert_int_equal(ik_store_replay_use(database->db, "i", "4", 1, database->p), APR_SUCCESS);
}

/* A clock that is ahead by less than a day does not let an assertion in a second time. */
static void remembers_for_a_day_after_the_end(void **state)
{
    const apr_time_t ahead = FAR + apr_time_from_sec(24 * 3600) - 1;
    database_t *database = *state;
    int gone = -1;

    assert_int_equal(ik_store_replay_use(database->db, "i", "1", FAR, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_replay_expire(&gone, database->db, ahead, 100, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_replay_use(database->db, "i", "1", FAR, database->p), APR_EEXIST);
    assert_int_equal(ik_store_replay_expire(&gone, database->db, ahead + 2, 100, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
}

/* What the processes of one race share. */
typedef struct race_t {
    volatile apr_uint32_t won[IDS];
    volatile apr_uint32_t failures;
} race_t;

typedef struct runner_t {
    race_t *race;
    ik_store_t *store;
    unsigned seed;
} runner_t;

static apr_status_t use_one(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_replay_use(db, "https://idp", apr_psprintf(p, "_%d", *(int *)arg), 1000, p);
}

static void *APR_THREAD_FUNC run(apr_thread_t *thread, void *arg)
{
    runner_t *runner = arg;
    apr_pool_t *p;

    (void)thread;
    apr_pool_create(&p, NULL);
    for (int i = 0; i < IDS; i++) {
        int id = (i + (int)runner->seed * 7) % IDS;
        ik_db_t *db;
        apr_status_t rv = ik_store_acquire(&db, runner->store, p);

        if (rv == APR_SUCCESS)
            rv = ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, use_one, &id, p);
        if (rv == APR_SUCCESS)
            apr_atomic_inc32(&runner->race->won[id]);
        else if (rv != APR_EEXIST)
            apr_atomic_inc32(&runner->race->failures);
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void run_process(const char *spec, race_t *race, unsigned number)
{
    apr_pool_t *p;
    apr_thread_t *threads[THREADS];
    runner_t runners[THREADS];
    apr_status_t rv;

    apr_pool_create(&p, NULL);
    for (unsigned i = 0; i < THREADS; i++) {
        runners[i] = (runner_t){ race, i ? runners[0].store : open_store(spec, THREADS, p), number * THREADS + i };
        apr_thread_create(&threads[i], NULL, run, &runners[i], p);
    }
    for (unsigned i = 0; i < THREADS; i++)
        apr_thread_join(&rv, threads[i]);
    apr_pool_destroy(p);
}

static void is_won_by_one_of_many_threads_and_processes(void **state)
{
    database_t *database = *state;
    race_t *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t children[PROCESSES];

    assert_ptr_not_equal(race, MAP_FAILED);
    for (unsigned i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            run_process(database->spec, race, i);
            _exit(0);
        }
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status = -1;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(race->failures, 0);
    for (int i = 0; i < IDS; i++)
        assert_int_equal(race->won[i], 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), IDS);
    munmap(race, sizeof(*race));
}

/* Commits one assertion after the other, and says so after each, until it is killed. */
static void write_until_killed(const char *spec, int to)
{
    apr_pool_t *p;
    ik_store_t *store;
    ik_db_t *db;

    apr_pool_create(&p, NULL);
    store = open_store(spec, 1, p);
    assert_int_equal(ik_store_acquire(&db, store, p), APR_SUCCESS);
    for (int i = 0;; i++)
        if (ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, use_one, &i, p) != APR_SUCCESS
            || write(to, &i, sizeof(i)) != sizeof(i))
            _exit(1);
}

static void survives_the_death_of_the_writer(void **state)
{
    database_t *database = *state;
    int ends[2], said = -1, status = 0;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0)
        write_until_killed(database->spec, ends[1]);
    close(ends[1]);
    while (said < 200)
        assert_int_equal(read(ends[0], &said, sizeof(said)), sizeof(said));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (read(ends[0], &status, sizeof(status)) == sizeof(status))
        said = status;
    close(ends[0]);
    for (int i = 0; i <= said; i++)
        assert_int_equal(use_one(database->db, &i, database->p), APR_EEXIST);
    said += 2;
    assert_int_equal(use_one(database->db, &said, database->p), APR_SUCCESS);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(accepts_an_assertion_once),
        ON_FRESH(tells_whether_an_assertion_was_used_without_using_it),
        ON_FRESH(keeps_only_a_digest),
        ON_FRESH(forgets_what_is_over_and_nothing_else),
        ON_FRESH(remembers_for_a_day_after_the_end),
        ON_FRESH(is_won_by_one_of_many_threads_and_processes),
        ON_FRESH(survives_the_death_of_the_writer),
    };

    return run_on_databases(tests);
}
