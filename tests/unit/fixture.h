/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files below tests/fixtures, for unit tests. A file that cannot be read fails the test. */
#ifndef IK_TESTS_FIXTURE_H
#define IK_TESTS_FIXTURE_H

#include "pool.h"

#include <stdlib.h>

#include <apr_file_io.h>
#include <apr_strings.h>

/* The path of a fixture: below $IK_SRCDIR, or the directory the tests run in. */
static inline const char *fixture_path(apr_pool_t *p, const char *name)
{
    const char *top = getenv("IK_SRCDIR");

    return apr_pstrcat(p, top ? top : ".", "/tests/fixtures/", name, NULL);
}

/* Its content, NUL-terminated, and its length, if len is not NULL. */
static inline char *fixture_read(apr_pool_t *p, const char *name, apr_size_t *len)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *bytes;

    if (apr_file_open(&file, fixture_path(p, name), APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p) != APR_SUCCESS)
        fail_msg("cannot open %s: set IK_SRCDIR", fixture_path(p, name));
    assert_int_equal(apr_file_info_get(&info, APR_FINFO_SIZE, file), APR_SUCCESS);
    bytes = apr_pcalloc(p, (apr_size_t)info.size + 1);
    if (info.size > 0)
        assert_int_equal(apr_file_read_full(file, bytes, (apr_size_t)info.size, NULL), APR_SUCCESS);
    apr_file_close(file);
    if (len)
        *len = (apr_size_t)info.size;
    return bytes;
}

#endif
