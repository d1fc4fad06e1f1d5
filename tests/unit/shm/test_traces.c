/* SPDX-License-Identifier: Apache-2.0 */
/* Tests shm/traces.c: traces come out whole and once, whoever notes, reads or dies meanwhile; what has no room is counted. */
#include "../pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "shm/segment.h"
#include "shm/traces.h"

#define NOW APR_TIME_C(1800000000000000)
#define MINUTE apr_time_from_sec(60)
#define OPEN_SLOTS (IK_TRACES_SLOTS - IK_TRACES_RESERVED)
#define PROCESSES 3
#define THREADS 3
#define ROUNDS 3000
#define NOTED (PROCESSES * THREADS * ROUNDS)

static const ik_trace_t usual = { .id = "AbCdEfGhIjKlMnOpQrStUv", .account = "acme", .at = NOW, .endpoint = "consume",
                                  .reason = IK_REASON_EXPIRED, .issuer = "https://idp", .detail = "late",
                                  .client = "192.0.2.1" };

static ik_traces_t *traces_in(apr_pool_t *p)
{
    ik_traces_t *traces;

    assert_int_equal(ik_traces_create(&traces, p), APR_SUCCESS);
    return traces;
}

/* How many of that many find room. */
static int note(ik_traces_t *traces, int verified, int number)
{
    ik_trace_t trace = usual;
    int noted = 0;

    trace.verified = verified;
    while (number-- > 0)
        noted += ik_traces_note(traces, &trace);
    return noted;
}

static int take_all(ik_traces_batch_t *batch, ik_traces_t *traces, apr_pool_t *p)
{
    return ik_traces_take(batch, traces, IK_TRACES_SLOTS, p);
}

static void knows_a_message_that_comes_again(void **state)
{
    ik_traces_t *traces = traces_in(*state);

    assert_int_equal(ik_traces_came_before(traces, "acme _1"), 0);
    assert_int_equal(ik_traces_came_before(traces, "acme _2"), 0);
    assert_int_equal(ik_traces_came_before(traces, "globex _1"), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(ik_traces_came_before(traces, "acme _1"), 1);
    assert_int_equal(ik_traces_came_before(NULL, "acme _1"), 0);
}

/* Memory is bounded, and the oldest are forgotten: the last one is known whatever came before. */
static void knows_the_newest_of_many_messages(void **state)
{
    ik_traces_t *traces = traces_in(*state);
    int known = 0;

    for (int i = 0; i < 20000; i++)
        ik_traces_came_before(traces, apr_psprintf(*state, "acme _%d", i));
    assert_int_equal(ik_traces_came_before(traces, "acme _19999"), 1);
    for (int i = 19000; i < 20000; i++)
        known += ik_traces_came_before(traces, apr_psprintf(*state, "acme _%d", i));
    assert_in_range(known, 950, 1000);
    assert_int_equal(ik_traces_came_before(traces, "acme _0"), 0);
}

static void gives_back_what_was_noted(void **state)
{
    static const ik_trace_t full = { .id = "AbCdEfGhIjKlMnOpQrStUv", .account = "acme", .at = NOW + 1, .verified = 1,
                                     .reason = IK_REASON_ROLE_FORBIDDEN, .endpoint = "login", .client = "2001:db8::1",
                                     .issuer = "https://idp.example/\xc3\xa4", .detail = "got 'x'" };
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t batch;
    const ik_trace_t *trace;

    assert_int_equal(take_all(&batch, traces, *state), 0);
    assert_int_equal(ik_traces_note(traces, &full), 1);
    assert_int_equal(take_all(&batch, traces, *state), 1);
    trace = APR_ARRAY_IDX(batch.traces, 0, const ik_trace_t *);
    assert_string_equal(trace->id, full.id);
    assert_string_equal(trace->account, "acme");
    assert_string_equal(trace->endpoint, "login");
    assert_string_equal(trace->issuer, full.issuer);
    assert_string_equal(trace->detail, "got 'x'");
    assert_string_equal(trace->client, "2001:db8::1");
    assert_true(trace->at == NOW + 1 && trace->verified == 1 && trace->reason == IK_REASON_ROLE_FORBIDDEN);
}

static void cuts_what_is_too_long(void **state)
{
    char *longer = apr_palloc(*state, 5001);
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t batch;
    const ik_trace_t *trace;
    ik_trace_t tall = usual;

    memset(longer, 'x', 5000);
    longer[5000] = '\0';
    tall.id = tall.account = tall.endpoint = tall.issuer = tall.detail = tall.client = longer;
    assert_int_equal(ik_traces_note(traces, &tall), 1);
    assert_int_equal(take_all(&batch, traces, *state), 1);
    trace = APR_ARRAY_IDX(batch.traces, 0, const ik_trace_t *);
    assert_int_equal(strlen(trace->id), IK_TRACE_ID_LEN);
    assert_int_equal(strlen(trace->account), 64);
    assert_int_equal(strlen(trace->endpoint), 15);
    assert_int_equal(strlen(trace->client), 63);
    assert_int_equal(strlen(trace->issuer), IK_TRACE_DETAIL_MAX);
    assert_int_equal(strlen(trace->detail), IK_TRACE_DETAIL_MAX);
}

static void keeps_room_for_what_is_verified(void **state)
{
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t batch;

    assert_int_equal(note(traces, 0, 2000), OPEN_SLOTS);
    assert_int_equal(note(traces, 1, 100), IK_TRACES_RESERVED);
    assert_int_equal(ik_traces_lost(traces, NOW, MINUTE), 2000 - OPEN_SLOTS + 100 - IK_TRACES_RESERVED);
    assert_int_equal(take_all(&batch, traces, *state), IK_TRACES_SLOTS);
    ik_traces_done(traces, &batch, 1);
    assert_int_equal(note(traces, 1, IK_TRACES_SLOTS), IK_TRACES_SLOTS);
    assert_int_equal(note(traces, 0, 1), 0);
}

static void tells_of_losses_once_in_a_while(void **state)
{
    ik_traces_t *traces = traces_in(*state);

    assert_int_equal(ik_traces_lost(traces, NOW, MINUTE), 0);
    assert_int_equal(note(traces, 0, OPEN_SLOTS + 3), OPEN_SLOTS);
    assert_int_equal(ik_traces_lost(traces, NOW, MINUTE), 3);
    assert_int_equal(ik_traces_lost(traces, NOW + 2 * MINUTE, MINUTE), 0);
    note(traces, 0, 2);
    assert_int_equal(ik_traces_lost(traces, NOW + MINUTE - 1, MINUTE), 0);
    assert_int_equal(ik_traces_lost(traces, NOW + MINUTE, MINUTE), 2);
    note(traces, 0, 1);
    assert_int_equal(ik_traces_lost(traces, NOW - MINUTE, MINUTE), 1);
}

static void gives_each_trace_to_one_reader(void **state)
{
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t one, two, three;

    note(traces, 0, 5);
    assert_int_equal(ik_traces_take(&one, traces, 3, *state), 3);
    assert_int_equal(take_all(&two, traces, *state), 2);
    assert_int_equal(take_all(&three, traces, *state), 0);
}

static void keeps_what_could_not_be_written(void **state)
{
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t batch;

    note(traces, 0, 5);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(take_all(&batch, traces, *state), 5);
        assert_string_equal(APR_ARRAY_IDX(batch.traces, 4, const ik_trace_t *)->detail, "late");
        ik_traces_done(traces, &batch, 0);
    }
    assert_int_equal(take_all(&batch, traces, *state), 5);
    ik_traces_done(traces, &batch, 1);
    assert_int_equal(take_all(&batch, traces, *state), 0);
    assert_int_equal(ik_traces_lost(traces, NOW, MINUTE), 0);
}

static void ends_in_the_middle(int signal)
{
    (void)signal;
    _exit(7);
}

static int status_of(pid_t child)
{
    int status = 0;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The detail cannot be read: the process dies over it, with its slot claimed and half filled. */
static void frees_the_slot_of_a_writer_that_died(void **state)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t batch;
    ik_trace_t trace = usual;
    pid_t child;

    trace.detail = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(trace.detail != MAP_FAILED);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, ends_in_the_middle);
        signal(SIGBUS, ends_in_the_middle);
        ik_traces_note(traces, &trace);
        _exit(0);
    }
    assert_int_equal(status_of(child), 7);
    assert_int_equal(note(traces, 0, 2 * OPEN_SLOTS), OPEN_SLOTS - 1);
    assert_int_equal(take_all(&batch, traces, *state), OPEN_SLOTS - 1);
    ik_traces_done(traces, &batch, 1);
    assert_int_equal(ik_traces_lost(traces, NOW, MINUTE), OPEN_SLOTS + 1 + 1);
    assert_int_equal(note(traces, 0, OPEN_SLOTS), OPEN_SLOTS);
    munmap((void *)trace.detail, page);
}

static void gives_again_what_a_reader_took_that_died(void **state)
{
    ik_traces_t *traces = traces_in(*state);
    ik_traces_batch_t batch;
    pid_t child;

    note(traces, 0, 3);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(take_all(&batch, traces, *state));
    assert_int_equal(status_of(child), 3);
    assert_int_equal(take_all(&batch, traces, *state), 3);
    ik_traces_done(traces, &batch, 1);
    assert_int_equal(take_all(&batch, traces, *state), 0);
}

/* What the crowd shares. */
typedef struct stage_t {
    ik_traces_t *traces;
    atomic_int *go, *noted, *left;
    int first;          /* number of this thread's first trace */
} stage_t;

static void *note_many(void *arg)
{
    const stage_t *stage = arg;
    char id[IK_TRACE_ID_LEN + 1], detail[IK_TRACE_DETAIL_MAX + 1];
    ik_trace_t trace = usual;
    int noted = 0;

    trace.id = id;
    trace.detail = trace.issuer = detail;
    while (!atomic_load(stage->go))
        sched_yield();
    for (int i = 0; i < ROUNDS; i++) {
        const int number = stage->first + i;

        apr_snprintf(id, sizeof id, "%022d", number);
        memset(detail, 'a' + number % 26, (size_t)(number % IK_TRACE_DETAIL_MAX));
        detail[number % IK_TRACE_DETAIL_MAX] = '\0';
        trace.at = number;
        trace.verified = number % 7 == 0;
        noted += ik_traces_note(stage->traces, &trace);
    }
    atomic_fetch_add(stage->noted, noted);
    return NULL;
}

static void be_a_crowd(stage_t stage)
{
    pthread_t threads[THREADS];
    stage_t own[THREADS];

    for (int i = 0; i < THREADS; i++) {
        own[i] = stage;
        own[i].first += i * ROUNDS;
        if (pthread_create(&threads[i], NULL, note_many, &own[i]) != 0)
            _exit(1);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    atomic_fetch_sub(stage.left, 1);
    _exit(0);
}

/* All of a trace is of one number, which was not seen before. */
static void check_whole(const ik_trace_t *trace, char *seen)
{
    const int number = (int)apr_strtoi64(trace->id, NULL, 10), len = number % IK_TRACE_DETAIL_MAX;

    assert_in_range(number, 0, NOTED - 1);
    assert_int_equal(seen[number]++, 0);
    assert_int_equal(trace->at, number);
    assert_int_equal(trace->verified, number % 7 == 0);
    assert_int_equal(strlen(trace->detail), len);
    assert_string_equal(trace->issuer, trace->detail);
    for (int i = 0; i < len; i++)
        assert_int_equal(trace->detail[i], 'a' + number % 26);
}

/* Every other time what was taken is given back. */
static int read_some(ik_traces_t *traces, char *seen, int written, apr_pool_t *p)
{
    ik_traces_batch_t batch;
    apr_pool_t *brief;
    int taken;

    apr_pool_create(&brief, p);
    taken = ik_traces_take(&batch, traces, 100, brief);
    for (int i = 0; i < taken && written; i++)
        check_whole(APR_ARRAY_IDX(batch.traces, i, const ik_trace_t *), seen);
    ik_traces_done(traces, &batch, written);
    apr_pool_destroy(brief);
    return taken;
}

static void gives_every_trace_of_a_crowd_whole_and_once(void **state)
{
    char *seen = apr_pcalloc(*state, NOTED);
    stage_t stage = { .traces = traces_in(*state) };
    pid_t children[PROCESSES];
    int taken = 0;
    void *shared;

    assert_int_equal(ik_segment_create(&shared, 3 * sizeof(atomic_int), *state), APR_SUCCESS);
    stage.go = shared;
    stage.noted = stage.go + 1;
    stage.left = stage.go + 2;
    atomic_store(stage.left, PROCESSES);
    for (int i = 0; i < PROCESSES; i++) {
        stage.first = i * THREADS * ROUNDS;
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            be_a_crowd(stage);
    }
    atomic_store(stage.go, 1);
    for (int i = 0; atomic_load(stage.left) > 0; i++)
        taken += i % 2 ? read_some(stage.traces, seen, 1, *state) : 0 * read_some(stage.traces, seen, 0, *state);
    for (int i = 0; i < PROCESSES; i++)
        assert_int_equal(status_of(children[i]), 0);
    for (int some = 1; some;) {
        some = read_some(stage.traces, seen, 1, *state);
        taken += some;
    }
    assert_int_equal(taken, atomic_load(stage.noted));
    assert_int_equal(ik_traces_lost(stage.traces, NOW, MINUTE), NOTED - taken);
    assert_true(taken >= IK_TRACES_SLOTS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(gives_back_what_was_noted),
        pool_test(knows_a_message_that_comes_again),
        pool_test(knows_the_newest_of_many_messages),
        pool_test(cuts_what_is_too_long),
        pool_test(keeps_room_for_what_is_verified),
        pool_test(tells_of_losses_once_in_a_while),
        pool_test(gives_each_trace_to_one_reader),
        pool_test(keeps_what_could_not_be_written),
        pool_test(frees_the_slot_of_a_writer_that_died),
        pool_test(gives_again_what_a_reader_took_that_died),
        pool_test(gives_every_trace_of_a_crowd_whole_and_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
