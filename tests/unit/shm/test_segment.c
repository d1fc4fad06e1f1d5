/* SPDX-License-Identifier: Apache-2.0 */
/* Tests shm/segment.c. */
#include "../pool.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shm/segment.h"

static void gives_zeroed_pages(void **state)
{
    static const apr_size_t sizes[] = { 1, 4096, 4097, 1024 * 1024 };
    const apr_size_t page = (apr_size_t)sysconf(_SC_PAGESIZE);
    unsigned char *base;
    apr_size_t i, at;

    for (i = 0; i < ROWS(sizes); i++) {
        assert_int_equal(ik_segment_create((void **)&base, sizes[i], *state), APR_SUCCESS);
        assert_int_equal((uintptr_t)base % page, 0);
        for (at = 0; at < sizes[i]; at++)
            assert_int_equal(base[at], 0);
        memset(base, 0xff, sizes[i]);
    }
}

static void refuses_impossible_sizes(void **state)
{
    void *base = NULL;

    assert_int_equal(ik_segment_create(&base, 0, *state), APR_EINVAL);
    assert_int_equal(ik_segment_create(&base, SIZE_MAX, *state), APR_EINVAL);
    assert_int_equal(ik_segment_create(&base, SIZE_MAX - 100, *state), APR_EINVAL);
    assert_int_not_equal(ik_segment_create(&base, SIZE_MAX / 2, *state), APR_SUCCESS);
    assert_null(base);
}

static void shares_with_a_child_to_the_last_byte(void **state)
{
    const apr_size_t size = 10000;
    unsigned char *base;
    pid_t child;
    int status;

    assert_int_equal(ik_segment_create((void **)&base, size, *state), APR_SUCCESS);
    child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        base[0] = 1;
        base[size - 1] = 2;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(base[0], 1);
    assert_int_equal(base[size - 1], 2);
}

static void two_segments_do_not_overlap(void **state)
{
    unsigned char *one, *two;

    assert_int_equal(ik_segment_create((void **)&one, 8192, *state), APR_SUCCESS);
    assert_int_equal(ik_segment_create((void **)&two, 8192, *state), APR_SUCCESS);
    memset(one, 1, 8192);
    assert_int_equal(two[0], 0);
    assert_int_equal(two[8191], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(gives_zeroed_pages),
        pool_test(refuses_impossible_sizes),
        pool_test(shares_with_a_child_to_the_last_byte),
        pool_test(two_segments_do_not_overlap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
