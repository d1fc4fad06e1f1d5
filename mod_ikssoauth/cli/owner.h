/* SPDX-License-Identifier: Apache-2.0 */
/* Files and directories that belong to the user httpd runs as. */
#ifndef IK_CLI_OWNER_H
#define IK_CLI_OWNER_H

#include <apr_pools.h>
#include <apr_user.h>

typedef struct ik_owner_t {
    const char *user;       /* NULL: nothing is given away */
    apr_uid_t uid;
    apr_gid_t gid;
} ik_owner_t;

/*
 * The owner that files for httpd get: the user called name; without a name www-data if this process may give
 * files away and there is such a user, else whoever runs this. APR_SUCCESS, or an error with *problem.
 */
apr_status_t ik_owner_find(ik_owner_t *owner, const char *name, apr_pool_t *p, const char **problem);

/* Creates the directory that path is in, and those above it (mode 0750). *created is it, or NULL if it was there. */
apr_status_t ik_owner_directory(const char **created, const ik_owner_t *owner, const char *path, apr_pool_t *p,
                                const char **problem);

/* Gives a file to owner and its group. A file that does not exist is none of its business. */
apr_status_t ik_owner_give(const ik_owner_t *owner, const char *path, apr_pool_t *p, const char **problem);

/* Gives a file to owner's group only, for reading. */
apr_status_t ik_owner_share(const ik_owner_t *owner, const char *path, apr_pool_t *p, const char **problem);

/* 1 if owner may write in the directory that path is in, as far as its mode says. */
int ik_owner_may_write(const ik_owner_t *owner, const char *path, apr_pool_t *p);

#endif
