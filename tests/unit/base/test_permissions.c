/* SPDX-License-Identifier: Apache-2.0 */
/* Files and directories that somebody else could open or change are told with the command that mends it. */
#include "../pool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "base/permissions.h"

/* A directory of its own with a file in it, both as they should be. */
static const char *make_file(const char **directory, const char *name, apr_pool_t *p)
{
    char *dir = apr_pstrdup(p, "/tmp/ik-permissions-XXXXXX");
    const char *path;
    apr_file_t *file;

    assert_non_null(mkdtemp(dir));
    path = apr_pstrcat(p, dir, "/", name, NULL);
    assert_int_equal(apr_file_open(&file, path, APR_WRITE | APR_CREATE, APR_FPROT_UREAD | APR_FPROT_UWRITE, p), APR_SUCCESS);
    apr_file_close(file);
    *directory = dir;
    return path;
}

static void drop(const char *directory, const char *file)
{
    unlink(file);
    rmdir(directory);
}

static void expect(const char *problem, const char *words, const char *path)
{
    assert_non_null(problem);
    assert_non_null(strstr(problem, words));
    assert_non_null(strstr(problem, path));
}

static void is_content_with_files_of_ones_own(void **state)
{
    const char *dir, *file = make_file(&dir, "x", *state);

    assert_null(ik_permissions_keys(file, geteuid(), *state));
    assert_null(ik_permissions_database(file, geteuid(), *state));
    drop(dir, file);
}

static void refuses_a_directory_that_everybody_can_write(void **state)
{
    const char *dir, *file = make_file(&dir, "x", *state);

    assert_int_equal(chmod(dir, 0777), 0);
    expect(ik_permissions_keys(file, geteuid(), *state), "chmod o-w", dir);
    expect(ik_permissions_database(file, geteuid(), *state), "chmod o-w", dir);
    assert_int_equal(chmod(dir, 01777), 0);
    assert_null(ik_permissions_keys(file, geteuid(), *state));
    drop(dir, file);
}

static void refuses_a_database_that_others_can_read(void **state)
{
    static const char *const beside[] = { "", "-wal", "-shm", "-journal", "-bell" };

    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
        const char *dir, *file = make_file(&dir, apr_pstrcat(*state, "x", beside[i], NULL), *state);

        assert_int_equal(chmod(file, 0604), 0);
        expect(ik_permissions_database(apr_pstrcat(*state, dir, "/x", NULL), geteuid(), *state), "chmod o=", file);
        drop(dir, file);
    }
}

static void refuses_files_of_a_stranger(void **state)
{
    const char *dir, *file = make_file(&dir, "x", *state);

    /* Who is not root cannot give files away, but is a stranger to another server. */
    if (geteuid() == 0)
        assert_int_equal(chown(file, 12345, 12345), 0);
    expect(ik_permissions_keys(file, 54321, *state), "chown root", dir);
    expect(ik_permissions_database(file, 54321, *state), "chown 54321", dir);
    drop(dir, file);
}

static void says_how_to_make_a_key_file_that_is_missing(void **state)
{
    const char *dir, *file = make_file(&dir, "x", *state);

    unlink(file);
    expect(ik_permissions_keys(file, geteuid(), *state), "ikssoctl --keys", file);
    assert_null(ik_permissions_database(file, geteuid(), *state));
    drop(dir, file);
}

#define USER 54321              /* whom the system does not know */
#define GROUP 54322

static void refuses_what_httpd_cannot_read(void **state)
{
    const char *dir, *file = make_file(&dir, "x", *state);

    assert_null(ik_permissions_readable(file, 0, 0, *state));
    assert_null(ik_permissions_readable(file, geteuid(), getegid(), *state));
    expect(ik_permissions_readable(file, USER, GROUP, *state), "pass through the directory", apr_pstrcat(*state, "chmod g+x ", dir, NULL));
    assert_int_equal(chmod(dir, 0711), 0);
    expect(ik_permissions_readable(file, USER, GROUP, *state), "cannot read", apr_pstrcat(*state, "chgrp 54322 ", file, NULL));
    assert_int_equal(chmod(file, 0604), 0);
    assert_null(ik_permissions_readable(file, USER, GROUP, *state));
    assert_int_equal(chmod(file, 0640), 0);
    assert_null(ik_permissions_readable(file, USER, getegid(), *state));
    assert_int_equal(chmod(file, 0604), 0);     /* whoever is of the group gets no more than the group */
    expect(ik_permissions_readable(file, USER, getegid(), *state), "cannot read", file);
    drop(dir, file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(is_content_with_files_of_ones_own),
        pool_test(refuses_a_directory_that_everybody_can_write),
        pool_test(refuses_a_database_that_others_can_read),
        pool_test(refuses_files_of_a_stranger),
        pool_test(refuses_what_httpd_cannot_read),
        pool_test(says_how_to_make_a_key_file_that_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
