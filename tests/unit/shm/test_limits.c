/* SPDX-License-Identifier: Apache-2.0 */
/* Tests shm/limits.c: how often one may ask, whoever else asks, whichever thread or process counts. */
#include "../pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "shm/limits.h"
#include "shm/segment.h"

#define NOW APR_TIME_C(1800000000123000)
#define S(seconds) apr_time_from_sec(seconds)
#define MANY 200000         /* three times as many callers as the table has room for */
#define PROCESSES 3
#define THREADS 3

/* What the contract with operators says: so many at once, then one per interval. */
static const struct { ik_limit_t which; int burst; apr_time_t interval; } rates[] = {
    { IK_LIMIT_ADDRESS, 60, S(1) },
    { IK_LIMIT_EMAIL, 10, S(6) },
    { IK_LIMIT_FETCH, 1, S(10) },
};

static ik_limits_t *limits_in(apr_pool_t *p)
{
    ik_limits_t *limits;

    assert_int_equal(ik_limits_create(&limits, p), APR_SUCCESS);
    return limits;
}

static apr_time_t take(ik_limits_t *limits, ik_limit_t which, const char *key, apr_time_t now)
{
    return ik_limits_take(limits, which, key, strlen(key), now);
}

/* How many of that many tries may go on. */
static int allowed(ik_limits_t *limits, ik_limit_t which, const char *key, int tries, apr_time_t now)
{
    int passed = 0;

    while (tries-- > 0)
        passed += take(limits, which, key, now) == 0;
    return passed;
}

static void lets_a_burst_pass_and_then_one_per_interval(void **state)
{
    for (size_t i = 0; i < ROWS(rates); i++) {
        ik_limits_t *limits = limits_in(*state);
        const ik_limit_t which = rates[i].which;

        assert_int_equal(allowed(limits, which, "caller", 3 * rates[i].burst, NOW), rates[i].burst);
        assert_int_equal(take(limits, which, "caller", NOW), rates[i].interval);
        assert_int_equal(take(limits, which, "caller", NOW + rates[i].interval - 1000), 1000);
        for (int n = 1; n < 5; n++)
            assert_int_equal(allowed(limits, which, "caller", 5, NOW + n * rates[i].interval), 1);
    }
}

/* Whoever is refused and comes back later than told loses nothing by having asked. */
static void counts_no_try_that_it_refuses(void **state)
{
    ik_limits_t *limits = limits_in(*state);

    assert_int_equal(allowed(limits, IK_LIMIT_EMAIL, "zoe@acme.test", 100000, NOW), 10);
    assert_int_equal(take(limits, IK_LIMIT_EMAIL, "zoe@acme.test", NOW), S(6));
    assert_int_equal(take(limits, IK_LIMIT_EMAIL, "zoe@acme.test", NOW + S(6)), 0);
}

static void gives_the_whole_burst_back_and_no_more(void **state)
{
    ik_limits_t *limits = limits_in(*state);

    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW), 60);
    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW + S(20)), 20);
    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW + S(80)), 60);
    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW + S(86400)), 60);
}

/* Somebody who asks now and then is never stopped. */
static void lets_a_steady_caller_pass_for_ever(void **state)
{
    ik_limits_t *limits = limits_in(*state);

    for (int i = 0; i < 10000; i++)
        assert_int_equal(take(limits, IK_LIMIT_ADDRESS, "192.0.2.1", NOW + S(i)), 0);
}

static void counts_callers_and_limits_apart(void **state)
{
    static const struct { const char *key; apr_size_t len; } others[] = {
        { "caller2", 7 }, { "calle", 5 }, { "Caller", 6 }, { "", 0 }, { "caller\0", 7 }, { "\0caller", 7 },
    };
    ik_limits_t *limits = limits_in(*state);

    assert_int_equal(allowed(limits, IK_LIMIT_EMAIL, "caller", 11, NOW), 10);
    for (size_t i = 0; i < ROWS(others); i++)
        assert_int_equal(ik_limits_take(limits, IK_LIMIT_EMAIL, others[i].key, others[i].len, NOW), 0);
    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "caller", 61, NOW), 60);
    assert_int_equal(allowed(limits_in(*state), IK_LIMIT_EMAIL, "caller", 11, NOW), 10);
}

/* A clock that was wrong and is set right shuts nobody out, by however much. */
static void shuts_nobody_out_when_the_clock_is_set_back(void **state)
{
    static const apr_time_t backs[] = { S(1), S(30), S(3600), S(86400) * 365 };

    for (size_t i = 0; i < ROWS(backs); i++) {
        ik_limits_t *limits = limits_in(*state);
        const apr_time_t now = NOW - backs[i];

        assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW), 60);
        assert_in_range(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, now), 1, 60);
        assert_in_range(take(limits, IK_LIMIT_ADDRESS, "192.0.2.1", now), 1, S(1));
        assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, now + S(20)), 20);
        assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.2", 100, now), 60);
    }
}

static void ask_as_many(ik_limits_t *limits, const char *who, apr_time_t now)
{
    char key[32];

    for (int i = 0; i < MANY; i++) {
        apr_snprintf(key, sizeof(key), "%s %d", who, i);
        if (take(limits, IK_LIMIT_ADDRESS, key, now) != 0)
            fail_msg("caller %d was shut out by others", i);
    }
}

/* A table that is full forgets those who asked least: whoever is over the limit stays so, and newcomers get in. */
static void a_full_table_shuts_nobody_out(void **state)
{
    ik_limits_t *limits = limits_in(*state);

    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW), 60);
    ask_as_many(limits, "first", NOW);
    ask_as_many(limits, "second", NOW);
    assert_true(take(limits, IK_LIMIT_ADDRESS, "192.0.2.1", NOW) > 0);
    assert_int_equal(allowed(limits, IK_LIMIT_EMAIL, "zoe@acme.test", 20, NOW), 10);
    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 20, NOW + S(10)), 10);
}

/* Also one that was filled by a clock that went ahead. */
static void a_table_full_of_the_future_shuts_nobody_out(void **state)
{
    ik_limits_t *limits = limits_in(*state);

    ask_as_many(limits, "future", NOW + S(86400) * 365);
    ask_as_many(limits, "present", NOW);
    assert_int_equal(allowed(limits, IK_LIMIT_ADDRESS, "192.0.2.1", 100, NOW), 60);
}

static void no_limits_are_no_trouble(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(take(NULL, IK_LIMIT_EMAIL, "zoe@acme.test", NOW), 0);
}

/* What the processes of one test share. */
typedef struct crowd_t {
    ik_limits_t *limits;
    atomic_int waiting, passed;
} crowd_t;

#define KEYS 40

static void *push_in(void *arg)
{
    crowd_t *crowd = arg;
    char key[32];

    atomic_fetch_add(&crowd->waiting, 1);
    while (atomic_load(&crowd->waiting) < PROCESSES * THREADS)
        sched_yield();
    for (int i = 0; i < KEYS; i++) {
        apr_snprintf(key, sizeof(key), "crowd %d", i);
        atomic_fetch_add(&crowd->passed, allowed(crowd->limits, IK_LIMIT_ADDRESS, key, 100, NOW));
    }
    return NULL;
}

/* Exit status 0 if all its threads ran. */
static int push_in_with_threads(crowd_t *crowd)
{
    pthread_t threads[THREADS];
    int wrong = 0;

    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, push_in, crowd) != 0)
            return 1;
    }
    for (int i = 0; i < THREADS; i++)
        wrong |= pthread_join(threads[i], NULL);
    return wrong != 0;
}

/* However many ask at the same moment, as many pass as would one after another. */
static void threads_and_processes_get_no_more(void **state)
{
    pid_t children[PROCESSES];
    crowd_t *crowd;
    int status;

    assert_int_equal(ik_segment_create((void **)&crowd, sizeof(*crowd), *state), APR_SUCCESS);
    crowd->limits = limits_in(*state);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_int_not_equal(children[i], -1);
        if (children[i] == 0)
            _exit(push_in_with_threads(crowd));
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(atomic_load(&crowd->passed), KEYS * 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(lets_a_burst_pass_and_then_one_per_interval),
        pool_test(counts_no_try_that_it_refuses),
        pool_test(gives_the_whole_burst_back_and_no_more),
        pool_test(lets_a_steady_caller_pass_for_ever),
        pool_test(counts_callers_and_limits_apart),
        pool_test(shuts_nobody_out_when_the_clock_is_set_back),
        pool_test(a_full_table_shuts_nobody_out),
        pool_test(a_table_full_of_the_future_shuts_nobody_out),
        pool_test(no_limits_are_no_trouble),
        pool_test(threads_and_processes_get_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
