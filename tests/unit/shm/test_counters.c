/* SPDX-License-Identifier: Apache-2.0 */
/* Tests shm/counters.c. */
#include "../pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "shm/counters.h"
#include "shm/segment.h"

#define PROCESSES 4
#define THREADS 2
#define ROUNDS 200000
#define COUNTERS (IK_COUNTER_COUNT + IK_REASON_COUNT)

typedef struct seen_t {
    apr_pool_t *p;
    int n;
    const char *label[COUNTERS + 1];
    apr_uint64_t value[COUNTERS + 1];
} seen_t;

static void see(void *arg, const char *label, apr_uint64_t value)
{
    seen_t *seen = arg;

    assert_true(seen->n < COUNTERS);
    seen->label[seen->n] = apr_pstrdup(seen->p, label);
    seen->value[seen->n++] = value;
}

static seen_t read_all(const ik_counters_t *counters, apr_pool_t *p)
{
    seen_t seen = { .p = p };

    ik_counters_each(counters, see, &seen, p);
    return seen;
}

static apr_uint64_t value_of(const seen_t *seen, const char *label)
{
    int i;

    for (i = 0; i < seen->n; i++) {
        if (strcmp(seen->label[i], label) == 0)
            return seen->value[i];
    }
    fail_msg("there is no counter %s", label);
    return 0;
}

static void start_at_zero_and_have_their_labels(void **state)
{
    ik_counters_t *counters;
    seen_t seen;
    int i;

    assert_int_equal(ik_counters_create(&counters, *state), APR_SUCCESS);
    seen = read_all(counters, *state);
    assert_int_equal(seen.n, COUNTERS);
    for (i = 0; i < seen.n; i++)
        assert_int_equal(seen.value[i], 0);
    assert_string_equal(seen.label[0], "logins");
    assert_string_equal(seen.label[IK_COUNTER_COUNT], "refused_malformed");
    assert_string_equal(seen.label[COUNTERS - 1], "refused_not_allowed");
}

/* Each is counted another number of times, so that none can stand for another. */
static void count_apart(void **state)
{
    ik_counters_t *counters;
    seen_t seen;
    int i, n;

    assert_int_equal(ik_counters_create(&counters, *state), APR_SUCCESS);
    for (i = 0; i < IK_COUNTER_COUNT; i++) {
        for (n = 0; n <= i; n++)
            ik_count(counters, (ik_counter_t)i);
    }
    for (i = 0; i < IK_REASON_COUNT; i++) {
        for (n = 0; n <= IK_COUNTER_COUNT + i; n++)
            ik_count_refusal(counters, (ik_reason_t)i);
    }
    seen = read_all(counters, *state);
    for (i = 0; i < seen.n; i++)
        assert_int_equal(seen.value[i], i + 1);
}

static void nothing_is_counted_outside_of_the_list(void **state)
{
    ik_counters_t *counters;
    seen_t seen;
    int i;

    assert_int_equal(ik_counters_create(&counters, *state), APR_SUCCESS);
    ik_count(counters, IK_COUNTER_COUNT);
    ik_count(counters, (ik_counter_t)-1);
    ik_count_refusal(counters, IK_REASON_COUNT);
    ik_count_refusal(counters, (ik_reason_t)-1);
    seen = read_all(counters, *state);
    for (i = 0; i < seen.n; i++)
        assert_int_equal(seen.value[i], 0);
}

static void no_counters_are_no_trouble(void **state)
{
    seen_t seen;

    ik_count(NULL, IK_COUNT_LOGINS);
    ik_count_refusal(NULL, IK_REASON_EXPIRED);
    seen = read_all(NULL, *state);
    assert_int_equal(seen.n, 0);
}

/* Shared by the processes of one test: how many threads wait, so that all of them start at once. */
typedef struct work_t {
    atomic_int waiting;
    ik_counters_t *counters;
} work_t;

static void *hammer(void *arg)
{
    work_t *work = arg;
    int i;

    atomic_fetch_add(&work->waiting, 1);
    while (atomic_load(&work->waiting) < PROCESSES * THREADS)
        sched_yield();
    for (i = 0; i < ROUNDS; i++) {
        ik_count(work->counters, IK_COUNT_LOGINS);
        ik_count_refusal(work->counters, IK_REASON_REPLAYED);
    }
    return NULL;
}

/* What a child does: exit status 0 if all its threads ran. */
static int hammer_in_threads(work_t *work)
{
    pthread_t threads[THREADS];
    int i, wrong = 0;

    for (i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, hammer, work) != 0)
            return 1;
    }
    for (i = 0; i < THREADS; i++)
        wrong |= pthread_join(threads[i], NULL);
    return wrong != 0;
}

static void lose_nothing_between_processes_and_threads(void **state)
{
    const apr_uint64_t sum = (apr_uint64_t)PROCESSES * THREADS * ROUNDS;
    ik_counters_t *counters;
    work_t *work;
    pid_t children[PROCESSES];
    seen_t seen;
    int i, status;

    assert_int_equal(ik_counters_create(&counters, *state), APR_SUCCESS);
    assert_int_equal(ik_segment_create((void **)&work, sizeof(*work), *state), APR_SUCCESS);
    work->counters = counters;
    for (i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_int_not_equal(children[i], -1);
        if (children[i] == 0)
            _exit(hammer_in_threads(work));
    }
    for (i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    seen = read_all(counters, *state);
    assert_int_equal(value_of(&seen, "logins"), sum);
    assert_int_equal(value_of(&seen, "refused_replayed"), sum);
    assert_int_equal(value_of(&seen, "users_created"), 0);
    assert_int_equal(value_of(&seen, "refused_expired"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(start_at_zero_and_have_their_labels),
        pool_test(count_apart),
        pool_test(nothing_is_counted_outside_of_the_list),
        pool_test(no_counters_are_no_trouble),
        pool_test(lose_nothing_between_processes_and_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
