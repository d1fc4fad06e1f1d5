/* SPDX-License-Identifier: Apache-2.0 */
/* The shared text of a key file: the last one whole, or none, whoever writes it and however many do. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <apr_time.h>

#include "scratch.h"
#include "seal/keyshare.h"

#define PROCESSES 4
#define ROUNDS 2000

static ik_keyshare_t *make_share(apr_pool_t *p)
{
    ik_keyshare_t *share;

    assert_int_equal(ik_keyshare_create(&share, p), APR_SUCCESS);
    return share;
}

static void put(ik_keyshare_t *share, const char *text, apr_size_t len)
{
    const ik_keyfile_t file = { (char *)(uintptr_t)text, len };

    ik_keyshare_put(share, &file);
}

static void assert_holds(const ik_keyshare_t *share, const char *text, apr_size_t len, apr_pool_t *p)
{
    ik_keyfile_t file;

    assert_int_equal(ik_keyshare_get(&file, share, p), APR_SUCCESS);
    assert_int_equal(file.len, len);
    assert_memory_equal(file.text, text, len);
    assert_int_equal(file.text[len], 0);
    ik_keyfile_wipe(&file);
}

static void holds_nothing_at_first(void **state)
{
    ik_keyfile_t file;

    assert_int_equal(ik_keyshare_get(&file, make_share(*state), *state), APR_NOTFOUND);
    assert_null(file.text);
}

static void holds_what_was_put_last(void **state)
{
    ik_keyshare_t *share = make_share(*state);
    char *text = apr_palloc(*state, IK_KEYFILE_MAX);
    int i;

    put(share, "", 0);
    assert_holds(share, "", 0, *state);
    for (i = 0; i < 30; i++) {
        memset(text, 'a' + i, IK_KEYFILE_MAX);
        put(share, text, (apr_size_t)IK_KEYFILE_MAX - (apr_size_t)i);
        put(share, text, (apr_size_t)IK_KEYFILE_MAX - (apr_size_t)i);
        assert_holds(share, text, (apr_size_t)IK_KEYFILE_MAX - (apr_size_t)i, *state);
    }
}

static void takes_nothing_that_is_too_long(void **state)
{
    ik_keyshare_t *share = make_share(*state);

    put(share, "short", 5);
    put(share, apr_pcalloc(*state, IK_KEYFILE_MAX + 1), IK_KEYFILE_MAX + 1);
    assert_holds(share, "short", 5, *state);
}

static int is_whole(const ik_keyfile_t *file)
{
    apr_size_t i;

    for (i = 1; i < file->len; i++)
        if (file->text[i] != file->text[0])
            return 0;
    return file->len == 3000 + 100 * (apr_size_t)(file->text[0] - 'a');
}

/* Puts texts of one letter, whose length depends on it, and looks at those of others. 0 if all were whole. */
static int disturb(ik_keyshare_t *share, int number)
{
    char text[6000];
    apr_pool_t *p;
    int i, torn = 0, found = 0;

    apr_pool_create(&p, NULL);
    for (i = 0; i < ROUNDS; i++) {
        int letter = (i * PROCESSES + number) % 26;
        ik_keyfile_t file;

        memset(text, 'a' + letter, sizeof text);
        put(share, text, 3000 + 100 * (apr_size_t)letter);
        if (ik_keyshare_get(&file, share, p) == APR_SUCCESS) {
            found++;
            torn += !is_whole(&file);
        }
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return torn ? 1 : found > ROUNDS / 2 ? 0 : 2;
}

static void is_whole_while_many_processes_write_and_some_are_killed(void **state)
{
    ik_keyshare_t *share = make_share(*state);
    pid_t children[PROCESSES], victim;
    int i, status;

    victim = fork();
    if (victim == 0)
        for (;;)
            disturb(share, 0);
    for (i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(disturb(share, i));
    }
    apr_sleep(apr_time_from_msec(20));
    assert_int_equal(kill(victim, SIGKILL), 0);
    assert_int_equal(waitpid(victim, &status, 0), victim);
    for (i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    put(share, "last", 4);
    assert_holds(share, "last", 4, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(holds_nothing_at_first),
        scratch_test(holds_what_was_put_last),
        scratch_test(takes_nothing_that_is_too_long),
        scratch_test(is_whole_while_many_processes_write_and_some_are_killed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
