/* SPDX-License-Identifier: Apache-2.0 */
/* The file that holds keys: read only if nobody else can, and replaced only as a whole. Knows nothing of its lines. */
#ifndef IK_SEAL_KEYFILE_H
#define IK_SEAL_KEYFILE_H

#include <apr_pools.h>

#define IK_KEYFILE_MAX 65536    /* bytes */

/* The file's text, NUL-terminated; the caller wipes it with ik_keyfile_wipe. */
typedef struct ik_keyfile_t {
    char *text;
    apr_size_t len;
} ik_keyfile_t;

/*
 * Reads path, through symbolic links. APR_SUCCESS; APR_EACCES for a file whose owner or mode lets others read or
 * change it; APR_EGENERAL for what is no regular file or too long; or why the system refused. *problem in p.
 */
apr_status_t ik_keyfile_read(ik_keyfile_t *file, const char *path, apr_pool_t *p, const char **problem);

void ik_keyfile_wipe(ik_keyfile_t *file);

/* Creates path with text, mode 0640, complete or not at all. APR_EEXIST if there is anything of that name. */
apr_status_t ik_keyfile_create(const char *path, const char *text, apr_pool_t *p, const char **problem);

/*
 * Where path leads (*target, in p), locked against other changes until p goes: read target, decide, replace target.
 */
apr_status_t ik_keyfile_lock(const char **target, const char *path, apr_pool_t *p, const char **problem);

/* Puts text in the place of target at once, keeping owner, group and mode; it is on disk when this returns. */
apr_status_t ik_keyfile_replace(const char *target, const char *text, apr_pool_t *p, const char **problem);

#endif
