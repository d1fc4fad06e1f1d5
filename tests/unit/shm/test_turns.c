/* SPDX-License-Identifier: Apache-2.0 */
/* Tests shm/turns.c. */
#include "../pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shm/segment.h"
#include "shm/turns.h"

#define SECOND APR_USEC_PER_SEC
#define T0 (APR_TIME_C(1800000000) * SECOND)
#define PROCESSES 2
#define THREADS 2
#define ROUNDS 500

typedef struct ask_t {
    const char *when;
    apr_time_t now;
    int expected;
} ask_t;

static ik_turns_t *turns_in(apr_pool_t *p)
{
    ik_turns_t *turns;

    assert_int_equal(ik_turns_create(&turns, p), APR_SUCCESS);
    return turns;
}

static void expect(const ask_t *asks, apr_size_t n, apr_pool_t *p)
{
    ik_turns_t *turns = turns_in(p);
    apr_size_t i;

    for (i = 0; i < n; i++) {
        if (ik_turns_take(turns, IK_TURN_POLL, asks[i].now, SECOND) != asks[i].expected)
            fail_msg("%s: not %d", asks[i].when, asks[i].expected);
    }
}

static void gives_one_turn_per_interval(void **state)
{
    static const ask_t asks[] = {
        { "the first", T0, 1 },
        { "at once again", T0, 0 },
        { "just before the interval is over", T0 + SECOND - 1, 0 },
        { "when it is over", T0 + SECOND, 1 },
        { "within the next", T0 + SECOND + 1, 0 },
        { "late", T0 + 10 * SECOND + 5, 1 },
        { "an interval after the late one", T0 + 11 * SECOND + 4, 0 },
        { "and when that is over", T0 + 11 * SECOND + 5, 1 },
    };

    expect(asks, ROWS(asks), *state);
}

static void gives_the_first_turn_whatever_the_clock_says(void **state)
{
    static const apr_time_t clocks[] = { 0, 1, -5 * SECOND, T0, INT64_MAX / 2 };
    apr_size_t i;

    for (i = 0; i < ROWS(clocks); i++) {
        ik_turns_t *turns = turns_in(*state);

        assert_int_equal(ik_turns_take(turns, IK_TURN_POLL, clocks[i], SECOND), 1);
        assert_int_equal(ik_turns_take(turns, IK_TURN_POLL, clocks[i], SECOND), 0);
    }
}

static void a_clock_set_back_costs_at_most_one_interval(void **state)
{
    static const ask_t far[] = {
        { "the first", T0, 1 },
        { "set back by an hour", T0 - 3600 * SECOND, 1 },
        { "goes on from there", T0 - 3600 * SECOND + 1, 0 },
        { "and has its turns", T0 - 3599 * SECOND, 1 },
    };
    static const ask_t near[] = {
        { "the first", T0, 1 },
        { "overtaken on the way from the clock", T0 - 10, 0 },
        { "set back by less than an interval", T0 - SECOND + 1, 0 },
        { "as long after the first as if it had not been", T0 + SECOND, 1 },
    };

    expect(far, ROWS(far), *state);
    expect(near, ROWS(near), *state);
}

static void a_clock_set_forth_costs_at_most_one_interval(void **state)
{
    static const ask_t asks[] = {
        { "the first", T0, 1 },
        { "set forth by a day", T0 + 86400 * SECOND, 1 },
        { "within the interval", T0 + 86400 * SECOND + 10, 0 },
        { "after it", T0 + 86401 * SECOND, 1 },
        { "and set right", T0 + 2 * SECOND, 1 },
        { "after that", T0 + 3 * SECOND - 1, 0 },
    };

    expect(asks, ROWS(asks), *state);
}

static void jobs_have_turns_of_their_own(void **state)
{
    ik_turns_t *turns = turns_in(*state);
    int which;

    for (which = 0; which < IK_TURN_COUNT; which++) {
        assert_int_equal(ik_turns_take(turns, (ik_turn_t)which, T0, SECOND), 1);
        assert_int_equal(ik_turns_take(turns, (ik_turn_t)which, T0, SECOND), 0);
    }
    assert_int_equal(ik_turns_take(turns, IK_TURN_POLL, T0 + SECOND, SECOND), 1);
    assert_int_equal(ik_turns_take(turns, IK_TURN_HOUSEKEEPING, T0 + SECOND, 2 * SECOND), 0);
}

/* Shared by all processes of the test; the barrier keeps their rounds together. */
typedef struct race_t {
    pthread_barrier_t barrier;
    atomic_int taken[ROUNDS];
    ik_turns_t *turns;
} race_t;

static void *run(void *arg)
{
    race_t *race = arg;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&race->barrier);
        if (ik_turns_take(race->turns, IK_TURN_POLL, T0 + i * SECOND, SECOND))
            atomic_fetch_add(&race->taken[i], 1);
    }
    return NULL;
}

static int run_in_threads(race_t *race)
{
    pthread_t threads[THREADS];
    int i, wrong = 0;

    for (i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, run, race) != 0)
            return 1;
    }
    for (i = 0; i < THREADS; i++)
        wrong |= pthread_join(threads[i], NULL);
    return wrong != 0;
}

static race_t *start_race(apr_pool_t *p)
{
    pthread_barrierattr_t attr;
    race_t *race;

    assert_int_equal(ik_segment_create((void **)&race, sizeof(*race), p), APR_SUCCESS);
    race->turns = turns_in(p);
    assert_int_equal(pthread_barrierattr_init(&attr), 0);
    assert_int_equal(pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
    assert_int_equal(pthread_barrier_init(&race->barrier, &attr, PROCESSES * THREADS), 0);
    pthread_barrierattr_destroy(&attr);
    return race;
}

static void one_of_all_processes_and_threads_has_the_turn(void **state)
{
    race_t *race = start_race(*state);
    pid_t children[PROCESSES];
    int i, status;

    for (i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_int_not_equal(children[i], -1);
        if (children[i] == 0)
            _exit(run_in_threads(race));
    }
    for (i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    for (i = 0; i < ROUNDS; i++)
        assert_int_equal(atomic_load(&race->taken[i]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(gives_one_turn_per_interval),
        pool_test(gives_the_first_turn_whatever_the_clock_says),
        pool_test(a_clock_set_back_costs_at_most_one_interval),
        pool_test(a_clock_set_forth_costs_at_most_one_interval),
        pool_test(jobs_have_turns_of_their_own),
        pool_test(one_of_all_processes_and_threads_has_the_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
