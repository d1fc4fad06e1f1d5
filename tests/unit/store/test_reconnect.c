/* SPDX-License-Identifier: Apache-2.0 */
/* A PostgreSQL server that is stopped, killed, started again, or does not answer. The server is this test's own. */
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <apr_strings.h>

#include "database.h"
#include "store/replay.h"
#include "store/schema.h"

typedef struct server_t {
    apr_pool_t *p;
    char directory[64];
    const char *tool, *spec;
    pid_t pid;
    ik_store_t *store;
} server_t;

/* Runs tools/with-postgresql as a child; its pid. */
static pid_t run_tool(const server_t *server, const char *action)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        execl(server->tool, server->tool, action, server->directory, (char *)NULL);
        _exit(127);
    }
    return child;
}

/* Returns when the server takes connections, and fails the test if it does not. */
static void start(server_t *server)
{
    ik_store_t *store = open_store(server->spec, 1, server->p);

    server->pid = run_tool(server, "--serve");
    for (int i = 0; i < 600; i++) {
        apr_pool_t *p;
        ik_db_t *db;
        apr_status_t rv;

        apr_pool_create(&p, server->p);
        rv = ik_store_acquire(&db, store, p);
        apr_pool_destroy(p);
        if (rv == APR_SUCCESS)
            return;
        apr_sleep(apr_time_from_msec(50));
    }
    fail_msg("the server did not start: %s", ik_store_problem(store, server->p));
}

/* SIGINT: connections are closed properly. SIGQUIT: as in a crash. */
static void stop(server_t *server, int signal_number)
{
    if (server->pid > 0) {
        kill(server->pid, signal_number);
        kill(server->pid, SIGCONT);     /* a test may have failed while it was stopped */
        waitpid(server->pid, NULL, 0);
    }
    server->pid = 0;
}

static apr_time_t monotonic(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return apr_time_make(now.tv_sec, now.tv_nsec / 1000);
}

/* Uses a connection of the store, once. */
static apr_status_t use(const server_t *server, const char *id)
{
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv;

    apr_pool_create(&p, server->p);
    rv = ik_store_acquire(&db, server->store, p);
    if (rv == APR_SUCCESS)
        rv = ik_store_replay_use(db, "https://idp", id, 1000, p);
    apr_pool_destroy(p);
    return rv;
}

/* Leaves four connections in the store's pool. */
static void warm_up(const server_t *server)
{
    apr_pool_t *p;
    ik_db_t *db;

    apr_pool_create(&p, server->p);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ik_store_acquire(&db, server->store, p), APR_SUCCESS);
    apr_pool_destroy(p);
}

static int make_server(void **state)
{
    apr_pool_t *p;
    server_t *server;
    const char *problem;
    ik_db_t *db;
    int status = 0;

    apr_initialize();
    apr_pool_create(&p, NULL);
    server = apr_pcalloc(p, sizeof(*server));
    *state = server;
    *server = (server_t){ .p = p, .directory = "/tmp/ik-test-reconnect-XXXXXX" };
    assert_non_null(getenv("IK_SRCDIR"));
    assert_non_null(mkdtemp(server->directory));
    server->tool = apr_pstrcat(p, getenv("IK_SRCDIR"), "/tools/with-postgresql", NULL);
    server->spec = apr_psprintf(p, "pgsql:host=%s user=ikssoauth dbname=postgres", server->directory);
    assert_true(waitpid(run_tool(server, "--create"), &status, 0) > 0);
    assert_int_equal(status, 0);
    start(server);
    server->store = open_store(server->spec, 4, p);
    assert_int_equal(ik_store_acquire(&db, server->store, p), APR_SUCCESS);
    assert_int_equal(ik_schema_upgrade(NULL, db, p, &problem), APR_SUCCESS);
    return 0;
}

static int remove_server(void **state)
{
    server_t *server = *state;
    int rc;

    stop(server, SIGQUIT);
    rc = system(apr_pstrcat(server->p, "rm -rf ", server->directory, NULL));
    apr_pool_destroy(server->p);
    return rc;
}

static int start_again(void **state)
{
    server_t *server = *state;

    if (!server->pid)
        start(server);
    server->store = open_store(server->spec, 4, server->p);
    return 0;
}

/* Nobody may meet a connection of before, not even once, and however many of them there are. */
static void costs_nobody_an_error_when_the_server_was_restarted(void **state)
{
    server_t *server = *state;

    for (int crash = 0; crash < 2; crash++) {
        warm_up(server);
        stop(server, crash ? SIGQUIT : SIGINT);
        start(server);
        for (int i = 0; i < 8; i++)
            assert_int_equal(use(server, apr_psprintf(server->p, "restart %d %d", crash, i)), APR_SUCCESS);
    }
}

/* How long the longest of many uses of a server that is gone took. */
static apr_time_t use_in_vain(const server_t *server)
{
    apr_time_t longest = 0;

    for (int i = 0; i < 20; i++) {
        const apr_time_t begun = monotonic();

        assert_int_not_equal(use(server, "gone"), APR_SUCCESS);
        if (monotonic() - begun > longest)
            longest = monotonic() - begun;
    }
    return longest;
}

static void fails_at_once_while_the_server_is_gone_and_works_at_once_when_it_is_back(void **state)
{
    server_t *server = *state;
    apr_time_t longest;

    warm_up(server);
    stop(server, SIGINT);
    longest = use_in_vain(server);
    assert_non_null(strstr(ik_store_problem(server->store, server->p), "No such file"));
    start(server);
    if (longest >= apr_time_from_msec(100))     /* on a machine that stood still, a refusal looks like a silence */
        apr_sleep(apr_time_from_sec(1));
    assert_int_equal(use(server, "gone"), APR_SUCCESS);
}

static apr_status_t lose_the_server(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_status_t rv = ik_store_replay_use(db, "https://idp", "lost", 1000, p);

    if (rv == APR_SUCCESS)
        stop(arg, SIGQUIT);
    return rv;
}

static void keeps_nothing_of_a_transaction_whose_server_went_away(void **state)
{
    server_t *server = *state;
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv;

    apr_pool_create(&p, server->p);
    assert_int_equal(ik_store_acquire(&db, server->store, p), APR_SUCCESS);
    rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, lose_the_server, server, p);
    assert_int_not_equal(rv, APR_SUCCESS);
    assert_string_not_equal(ik_db_problem(db), "");
    assert_int_not_equal(ik_db_transaction(db, IK_COMMIT_POWER_SAFE, lose_the_server, server, p), APR_SUCCESS);
    apr_pool_destroy(p);
    start(server);
    assert_int_equal(use(server, "lost"), APR_SUCCESS);
}

static void gives_up_a_statement_that_takes_too_long(void **state)
{
    server_t *server = *state;
    apr_pool_t *p;
    ik_db_t *db;
    database_t database = { .p = server->p, .driver = "pgsql", .spec = server->spec };

    apr_pool_create(&p, server->p);
    assert_int_equal(ik_store_acquire(&db, server->store, p), APR_SUCCESS);
    assert_int_equal(ik_store_replay_use(db, "https://idp", "slow", 1000, p), APR_SUCCESS);
    /* What a stuck server would do: every row of this table takes 20 s. */
    run_sql(&database, "CREATE FUNCTION ik_slow() RETURNS trigger LANGUAGE plpgsql AS "
                       "$$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$; "
                       "CREATE TRIGGER slow BEFORE INSERT ON ik_assertion FOR EACH ROW EXECUTE FUNCTION ik_slow()");
    assert_int_not_equal(ik_store_replay_use(db, "https://idp", "slower", 1000, p), APR_SUCCESS);
    assert_non_null(strstr(ik_db_problem(db), "statement timeout"));
    apr_pool_destroy(p);
    run_sql(&database, "DROP TRIGGER slow ON ik_assertion");
    assert_int_equal(use(server, "slower"), APR_SUCCESS);
}

typedef struct silence_t {
    int fd;
    const char *spec;
} silence_t;

/* A port at which somebody listens and never says a word: the kernel takes the connections. */
static silence_t make_silence(apr_pool_t *p)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    return (silence_t){ fd, apr_psprintf(p, "pgsql:host=127.0.0.1 port=%d sslmode=disable gssencmode=disable",
                                         ntohs(address.sin_port)) };
}

/* How many have called there since it was asked last. */
static int count_callers(const silence_t *silence)
{
    int count = 0, fd;

    while ((fd = accept(silence->fd, NULL, NULL)) >= 0) {
        close(fd);
        count++;
    }
    return count;
}

/* How many may have called one after the other since then: each waits for three seconds, but for a fraction of one. */
static int most_callers(apr_time_t begun)
{
    return 1 + (int)((monotonic() - begun) / apr_time_from_sec(2));
}

static void *ask_silence(void *arg)
{
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv;

    apr_pool_create(&p, NULL);
    rv = ik_store_acquire(&db, arg, p);
    apr_pool_destroy(p);
    return (void *)(intptr_t)rv;
}

#define ASKING 12
#define PLACES 4

/* Many threads at once, more than there are connections: none gets one. */
static void ask_many(ik_store_t *store)
{
    pthread_t threads[ASKING];

    for (int i = 0; i < ASKING; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_silence, store), 0);
    for (int i = 0; i < ASKING; i++) {
        void *rv;

        assert_int_equal(pthread_join(threads[i], &rv), 0);
        assert_int_not_equal((intptr_t)rv, APR_SUCCESS);
    }
}

/*
 * Until one has waited in vain, there are as many callers as connections; all others fail with them, not one after the
 * other. From then on one goes to see, at most every second.
 */
static void lets_one_caller_wait_for_a_server_that_does_not_answer(void **state)
{
    server_t *server = *state;
    const silence_t silence = make_silence(server->p);
    ik_store_t *store = open_store(silence.spec, PLACES, server->p);
    apr_time_t begun = monotonic();

    ask_many(store);
    assert_in_range(count_callers(&silence), 1, PLACES - 1 + most_callers(begun));
    assert_non_null(strstr(ik_store_problem(store, server->p), "timeout"));
    begun = monotonic();
    for (int i = 0; i < 20; i++)
        assert_int_not_equal((intptr_t)ask_silence(store), APR_SUCCESS);
    assert_in_range(count_callers(&silence), 0, most_callers(begun) - 1);
    apr_sleep(apr_time_from_msec(1100));
    begun = monotonic();
    ask_many(store);
    assert_in_range(count_callers(&silence), 1, most_callers(begun));
    close(silence.fd);
}

/* As a machine that hangs: it takes connections, and does not answer them until it goes on. */
static void works_again_when_a_server_that_stood_still_goes_on(void **state)
{
    server_t *server = *state;
    apr_status_t rv = APR_EGENERAL;

    kill(server->pid, SIGSTOP);
    ask_many(server->store);
    assert_non_null(strstr(ik_store_problem(server->store, server->p), "timeout"));
    kill(server->pid, SIGCONT);
    for (int i = 0; i < 600 && rv != APR_SUCCESS; i++) {
        rv = use(server, "stopped");
        apr_sleep(apr_time_from_msec(20));
    }
    assert_int_equal(rv, APR_SUCCESS);
    assert_int_equal(use(server, "stopped again"), APR_SUCCESS);
}

#define ON_SERVER(test) cmocka_unit_test_setup(test, start_again)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SERVER(costs_nobody_an_error_when_the_server_was_restarted),
        ON_SERVER(fails_at_once_while_the_server_is_gone_and_works_at_once_when_it_is_back),
        ON_SERVER(keeps_nothing_of_a_transaction_whose_server_went_away),
        ON_SERVER(gives_up_a_statement_that_takes_too_long),
        ON_SERVER(lets_one_caller_wait_for_a_server_that_does_not_answer),
        ON_SERVER(works_again_when_a_server_that_stood_still_goes_on),
    };

    return cmocka_run_group_tests(tests, make_server, remove_server);
}
