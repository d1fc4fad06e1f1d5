/* SPDX-License-Identifier: Apache-2.0 */
/* Whether nobody but root and the user that httpd serves as can change, and no stranger can read, what we rely on. */
#ifndef IK_BASE_PERMISSIONS_H
#define IK_BASE_PERMISSIONS_H

#include <sys/types.h>

#include <apr_pools.h>

/*
 * The owner of the key file, and its directory: seal/keyfile.h checks the file's mode. user is the one that httpd serves
 * as. NULL, or a sentence in p that names the path and the command that mends it. What cannot be looked at is left to
 * whoever opens it.
 */
const char *ik_permissions_keys(const char *file, uid_t user, apr_pool_t *p);

/* The same for the file of a database, those that SQLite and we keep beside it, and their directory. */
const char *ik_permissions_database(const char *file, uid_t user, apr_pool_t *p);

/*
 * Whether the user that httpd serves as, with group and those that the system knows it is in, can pass through the directories
 * of file and read it: its children do, not only root who starts them. NULL, or such a sentence. What has an access control
 * list, and what cannot be looked at, is left to whoever opens it.
 */
const char *ik_permissions_readable(const char *file, uid_t user, gid_t group, apr_pool_t *p);

#endif
