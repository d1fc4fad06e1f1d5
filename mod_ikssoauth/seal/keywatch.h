/* SPDX-License-Identifier: Apache-2.0 */
/* The key ring of a file, read again by every process when the file has changed: no key change needs a restart. */
#ifndef IK_SEAL_KEYWATCH_H
#define IK_SEAL_KEYWATCH_H

#include "base/log.h"
#include "seal/keyring.h"

typedef struct ik_keywatch_t ik_keywatch_t;     /* any thread; after a fork each process goes on by itself */

/* Loads the file as ik_keyring_load does. Gone with p, its keys wiped. */
apr_status_t ik_keywatch_open(ik_keywatch_t **watch, const char *path, apr_pool_t *p, const char **problem);

/*
 * The ring as the file is now, valid as long as watch; it costs one stat(). A file that has become unreadable or wrong
 * leaves the last good ring in force, and is logged (IK0320) once for each state of it by one of the processes that
 * have come from the one that opened the watch: also what only that one, as root, could read.
 */
const ik_keyring_t *ik_keywatch_ring(ik_keywatch_t *watch, const ik_log_t *log);

#endif
