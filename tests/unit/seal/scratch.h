/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of its own for a test that works on files; it is kept as user data of the pool in *state. */
#ifndef IK_TESTS_SEAL_SCRATCH_H
#define IK_TESTS_SEAL_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "../pool.h"

#define scratch_test(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

static inline const char *scratch_directory(apr_pool_t *p)
{
    void *directory;

    assert_int_equal(apr_pool_userdata_get(&directory, "scratch", p), APR_SUCCESS);
    assert_non_null(directory);
    return directory;
}

/* Calls each(path), if there is one, for every file; how many there are. */
static inline int scratch_each(apr_pool_t *p, int (*each)(const char *path))
{
    const char *path = scratch_directory(p);
    DIR *directory = opendir(path);
    const struct dirent *entry;
    int n = 0;

    assert_non_null(directory);
    for (entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] == '.')
            continue;
        n++;
        if (each)
            assert_int_equal(each(apr_pstrcat(p, path, "/", entry->d_name, NULL)), 0);
    }
    closedir(directory);
    return n;
}

static inline int scratch_count(apr_pool_t *p)
{
    return scratch_each(p, NULL);
}

/* A file with that text and mode. */
static inline const char *scratch_file(apr_pool_t *p, const char *text, mode_t mode)
{
    const char *path = apr_pstrcat(p, scratch_directory(p), "/keys", NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static inline int scratch_setup(void **state)
{
    char *directory;

    if (pool_setup(state) != 0)
        return -1;
    directory = realpath("/tmp", NULL);
    if (!directory)
        return -1;
    apr_pool_userdata_set(apr_pstrcat(*state, directory, "/ik_test_XXXXXX", NULL), "scratch", NULL, *state);
    free(directory);
    return mkdtemp((char *)scratch_directory(*state)) ? 0 : -1;
}

static inline int scratch_teardown(void **state)
{
    scratch_each(*state, unlink);
    if (rmdir(scratch_directory(*state)) != 0)
        return -1;
    return pool_teardown(state);
}

#endif
