/* SPDX-License-Identifier: Apache-2.0 */
/* The key ring of a file, read again by every process when the file has changed: no key change needs a restart. */
#ifndef IK_SEAL_KEYWATCH_H
#define IK_SEAL_KEYWATCH_H

#include "base/log.h"
#include "seal/keyring.h"
#include "seal/keyshare.h"

typedef struct ik_keywatch_t ik_keywatch_t;     /* any thread; after a fork each process goes on by itself */

/*
 * Loads the file as ik_keyring_load does, and puts it into share, which must be of this path and outlive p. Gone with
 * p, its keys wiped.
 */
apr_status_t ik_keywatch_open(ik_keywatch_t **watch, const char *path, ik_keyshare_t *share, apr_pool_t *p,
                              const char **problem);

/* The same with the keys that are in share, whatever the file is now. APR_NOTFOUND if there are none. */
apr_status_t ik_keywatch_resume(ik_keywatch_t **watch, const char *path, ik_keyshare_t *share, apr_pool_t *p);

/*
 * The ring as the file is now, valid as long as watch; it costs one stat(). A file that has become unreadable or wrong
 * leaves the last good ring in force that any process of the server has read, and is logged (IK0320) once for each
 * state of it by one of the processes that have come from the one that opened the watch: also what only that one, as
 * root, could read.
 */
const ik_keyring_t *ik_keywatch_ring(ik_keywatch_t *watch, const ik_log_t *log);

#endif
