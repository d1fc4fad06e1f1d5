/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file, or standard input. */
#include <apr_file_io.h>
#include <apr_strings.h>

#include "cli/input.h"

apr_status_t ik_input_read(const char **bytes, apr_size_t *len, const char *path, apr_pool_t *p, const char **problem)
{
    return ik_input_read_to(bytes, len, path, IK_INPUT_MAX, p, problem);
}

apr_status_t ik_input_read_to(const char **bytes, apr_size_t *len, const char *path, apr_size_t max, apr_pool_t *p,
                              const char **problem)
{
    char *buffer = apr_palloc(p, max + 1), text[200];
    apr_file_t *file;
    apr_status_t rv = strcmp(path, "-") == 0 ? apr_file_open_stdin(&file, p)
                                             : apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT, p);

    *len = 0;
    if (rv == APR_SUCCESS)
        rv = apr_file_read_full(file, buffer, max, len);
    if (rv == APR_SUCCESS || APR_STATUS_IS_EOF(rv)) {
        buffer[*len] = '\0';
        *bytes = buffer;
        return APR_SUCCESS;
    }
    *problem = apr_psprintf(p, "The file %s cannot be read: %s.", path, apr_strerror(rv, text, sizeof(text)));
    return rv;
}
