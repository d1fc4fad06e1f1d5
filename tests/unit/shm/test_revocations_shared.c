/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the table of revocations under several threads and processes, also such as are killed at work. */
#include "revoking.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "shm/segment.h"
#include "shm/table.h"

#define S IK_REVOKE_SESSION
#define U IK_REVOKE_USER
#define WRITERS 4
#define STEADY 200          /* entries that stay all the time */
#define CHURN 150           /* entries per writer that come and go */
#define SLOTS 1000          /* so that buckets overflow: at most four in five are in use */
#define ROUNDS 12
#define KILLS 120

/* What the threads and processes of one test share. */
typedef struct scene_t {
    ik_revocations_t *table;
    atomic_int ready, busy;         /* threads that are there; writers at work */
    _Atomic apr_int64_t raised;     /* position to which the user "raised" has been revoked */
    atomic_int missed;              /* wrong answers */
} scene_t;

typedef struct part_t {
    scene_t *scene;
    int number;
} part_t;

static const char *name_of(char name[32], const char *what, int writer, int i)
{
    apr_snprintf(name, 32, "%s-%d-%d", what, writer, i);
    return name;
}

static int is_over(const ik_revocations_t *table, const char *session)
{
    return check(table, "acme", "nobody", session, 1000000) == IK_REVOKED_YES;
}

/* Looks each of the steady entries up, and each of as many that nobody ever enters. */
static void look_around(scene_t *scene)
{
    char name[32];
    int i;

    for (i = 0; i < STEADY; i++) {
        if (!is_over(scene->table, name_of(name, "steady", 0, i)))
            atomic_fetch_add(&scene->missed, 1);
        if (is_over(scene->table, name_of(name, "absent", 0, i)))
            atomic_fetch_add(&scene->missed, 1);
    }
}

/* A reader knows a position to have been entered: no older session of that user may pass. */
static void look_at_the_raised(scene_t *scene)
{
    apr_int64_t raised = atomic_load(&scene->raised);

    if (check(scene->table, "acme", "raised", "s", raised - 1) != IK_REVOKED_YES)
        atomic_fetch_add(&scene->missed, 1);
}

static apr_status_t enter_till(ik_revocations_t *table, const char *session, apr_time_t forgotten, apr_time_t now)
{
    ik_revocation_t entry = revocation(S, "acme", session, 1);

    entry.expires = forgotten - IK_FORGET_AFTER;
    return ik_revocations_enter(table, &entry, now);
}

/* One round of a writer: its entries come, are there, are over, and are tidied away by whoever is first. */
static void write_round(scene_t *scene, int writer, int round)
{
    const apr_time_t now = NOW + round;
    char name[32];
    int i, gone;

    for (i = 0; i < CHURN; i++) {
        if (enter_till(scene->table, name_of(name, "churn", writer, i), NOW + ROUNDS, now) != APR_SUCCESS
            || !is_over(scene->table, name))
            atomic_fetch_add(&scene->missed, 1);
        if (enter_till(scene->table, name_of(name, "short", writer, i % 8), now, now) != APR_SUCCESS)
            atomic_fetch_add(&scene->missed, 1);
    }
    if (ik_revocations_expire(&gone, scene->table, now) != APR_SUCCESS)
        atomic_fetch_add(&scene->missed, 1);
    for (i = 0; i < CHURN; i++) {
        if (!is_over(scene->table, name_of(name, "churn", writer, i)))
            atomic_fetch_add(&scene->missed, 1);
    }
}

static void raise_user(scene_t *scene, int writer, int round)
{
    const apr_int64_t position = 10 + round * WRITERS + writer;
    apr_int64_t known = atomic_load(&scene->raised);

    if (enter(scene->table, U, "acme", "raised", position) != APR_SUCCESS)
        atomic_fetch_add(&scene->missed, 1);
    while (known < position && !atomic_compare_exchange_weak(&scene->raised, &known, position))
        continue;
}

static void start_together(scene_t *scene, int n)
{
    atomic_fetch_add(&scene->ready, 1);
    while (atomic_load(&scene->ready) < n)
        sched_yield();
}

static void *write_thread(void *arg)
{
    part_t *part = arg;
    int round;

    start_together(part->scene, 2 * WRITERS);
    for (round = 0; round < ROUNDS; round++) {
        raise_user(part->scene, part->number, round);
        write_round(part->scene, part->number, round);
    }
    atomic_fetch_sub(&part->scene->busy, 1);
    return NULL;
}

static void *read_thread(void *arg)
{
    part_t *part = arg;

    start_together(part->scene, 2 * WRITERS);
    while (atomic_load(&part->scene->busy) > 0) {
        look_around(part->scene);
        look_at_the_raised(part->scene);
    }
    return NULL;
}

static scene_t *scene_in(apr_pool_t *p)
{
    scene_t *scene;
    char name[32];
    int i;

    assert_int_equal(ik_segment_create((void **)&scene, sizeof(*scene), p), APR_SUCCESS);
    scene->table = table_of(SLOTS, p);
    atomic_store(&scene->busy, WRITERS);
    for (i = 0; i < STEADY; i++)
        assert_int_equal(enter(scene->table, S, "acme", name_of(name, "steady", 0, i), 1), APR_SUCCESS);
    assert_int_equal(enter(scene->table, U, "acme", "raised", 1), APR_SUCCESS);
    atomic_store(&scene->raised, 1);
    return scene;
}

/* Nothing was missed, and after the last expiry the table holds what never goes. */
static void assert_all_well(scene_t *scene)
{
    int gone;

    assert_int_equal(atomic_load(&scene->missed), 0);
    assert_in_order(scene->table);
    assert_int_equal(ik_revocations_expire(&gone, scene->table, NOW + ROUNDS), APR_SUCCESS);
    assert_in_order(scene->table);
    assert_int_equal(entries_of(scene->table), STEADY + 1);
    look_around(scene);
    assert_int_equal(atomic_load(&scene->missed), 0);
}

static void threads_miss_nothing(void **state)
{
    scene_t *scene = scene_in(*state);
    pthread_t threads[2 * WRITERS];
    part_t parts[2 * WRITERS];
    int i;

    for (i = 0; i < 2 * WRITERS; i++) {
        parts[i] = (part_t){ scene, i / 2 };
        assert_int_equal(pthread_create(&threads[i], NULL, i % 2 ? read_thread : write_thread, &parts[i]), 0);
    }
    for (i = 0; i < 2 * WRITERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_all_well(scene);
}

/* A process of the kind httpd has: one thread writes while another reads. */
static int write_and_read(scene_t *scene, int number)
{
    part_t part = { scene, number };
    pthread_t reader;

    if (pthread_create(&reader, NULL, read_thread, &part) != 0)
        return 1;
    write_thread(&part);
    return pthread_join(reader, NULL) != 0;
}

static void processes_miss_nothing(void **state)
{
    scene_t *scene = scene_in(*state);
    pid_t children[WRITERS];
    int i, status;

    for (i = 0; i < WRITERS; i++) {
        children[i] = fork();
        assert_int_not_equal(children[i], -1);
        if (children[i] == 0)
            _exit(write_and_read(scene, i));
    }
    for (i = 0; i < WRITERS; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_all_well(scene);
}

/* Writes until it is killed. The parent learns from busy that it is on its way. */
static void write_forever(scene_t *scene)
{
    int round, i;
    char name[32];

    for (round = 0;; round++) {
        for (i = 0; i < CHURN; i++)
            enter_till(scene->table, name_of(name, "churn", round % 2, i), NOW + round % 3, NOW + round % 3);
        ik_revocations_expire(&i, scene->table, NOW + 1);
        atomic_store(&scene->busy, 1);
    }
}

static void kill_a_writer(scene_t *scene, int round)
{
    pid_t child;
    int status;

    atomic_store(&scene->busy, 0);
    child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0)
        write_forever(scene);
    while (atomic_load(&scene->busy) == 0)
        sched_yield();
    usleep((useconds_t)(round * 37 % 500));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Readers need no writer to come first; the next writer finds the lock, and sets right what was begun. */
static void a_killed_writer_leaves_a_usable_table(void **state)
{
    scene_t *scene = scene_in(*state);
    int round, gone, in_the_middle = 0;

    for (round = 0; round < KILLS; round++) {
        kill_a_writer(scene, round);
        in_the_middle += ik_get(&scene->table->head->working) != 0;
        look_around(scene);
        alarm(60);
        if (round % 2)
            assert_int_equal(enter(scene->table, S, "acme", "after the kill", round), APR_SUCCESS);
        else
            assert_int_equal(ik_revocations_expire(&gone, scene->table, NOW), APR_SUCCESS);
        alarm(0);
        assert_in_order(scene->table);
    }
    assert_true(in_the_middle > 0);
    assert_int_equal(enter(scene->table, S, "acme", "after the kill", round), APR_SUCCESS);
    assert_int_equal(ik_revocations_expire(&gone, scene->table, NOW + ROUNDS), APR_SUCCESS);
    assert_int_equal(entries_of(scene->table), STEADY + 2);
    assert_int_equal(atomic_load(&scene->missed), 0);
}

/* The same without luck: a count that was not finished, by a writer that said where it was at work. */
static void the_next_writer_counts_again(void **state)
{
    ik_revocations_t *table = table_of(100, *state);
    int gone;

    assert_int_equal(enter(table, S, "acme", "s1", 1), APR_SUCCESS);
    assert_int_equal(enter(table, S, "acme", "s2", 1), APR_SUCCESS);
    ik_put(&table->head->working, 1);
    ik_put(&table->occupied[0], 9);
    assert_non_null(ik_revocations_validate(table));
    assert_int_equal(ik_revocations_expire(&gone, table, NOW), APR_SUCCESS);
    assert_in_order(table);
    assert_int_equal(entries_of(table), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(threads_miss_nothing),
        pool_test(processes_miss_nothing),
        pool_test(a_killed_writer_leaves_a_usable_table),
        pool_test(the_next_writer_counts_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
