/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file that a command line names. */
#ifndef IK_CLI_INPUT_H
#define IK_CLI_INPUT_H

#include <apr_pools.h>

/* Longer than any metadata that is accepted, so that ik_metadata_read says what is wrong with it. */
#define IK_INPUT_MAX (1024 * 1024)

/*
 * Reads the file at path, or standard input for "-", up to max bytes, or IK_INPUT_MAX: what is longer is cut. APR_SUCCESS with *bytes (in p,
 * NUL-terminated past *len); an error with *problem, a sentence.
 */
apr_status_t ik_input_read_to(const char **bytes, apr_size_t *len, const char *path, apr_size_t max, apr_pool_t *p,
                              const char **problem);
apr_status_t ik_input_read(const char **bytes, apr_size_t *len, const char *path, apr_pool_t *p, const char **problem);

#endif
