/* SPDX-License-Identifier: Apache-2.0 */
/* The key pairs of an IkSSOCertificateDir, ready to sign and decrypt, and as a process follows their changes. */
#ifndef IK_SSO_OWN_KEYS_H
#define IK_SSO_OWN_KEYS_H

#include <sys/types.h>

#include "base/log.h"
#include "saml/spkeys.h"
#include "seal/keydir.h"

/*
 * The pairs of the directory at path, in p: current, next, old. APR_SUCCESS, or an error and *problem: a clause that names
 * the file and what is wrong (seal/keydir.h, saml/spkeys.h).
 */
apr_status_t ik_own_keys_load(ik_spkeys_t **keys, const char *path, apr_pool_t *p, const char **problem);

/*
 * An ik_keydir_check_t: whether the files of a pair can be opened, by nobody who may not, and hold a certificate and its key.
 * APR_SUCCESS, or an error and *problem.
 */
ik_keydir_check_t ik_own_keys_check;

/*
 * Whether nobody but root and user, the one that httpd serves as, can put other files in the place of these, and that one, with
 * group, can read them when they have changed. NULL, or a sentence in p (base/permissions.h). What cannot be read by whoever asks
 * is left to ik_own_keys_load.
 */
const char *ik_own_keys_permissions(const char *path, uid_t user, gid_t group, apr_pool_t *p);

typedef struct ik_own_keys_t ik_own_keys_t;     /* any thread; after a fork each process goes on by itself */

/* Loads them as ik_own_keys_load does. Gone with p. */
apr_status_t ik_own_keys_open(ik_own_keys_t **own, const char *path, apr_pool_t *p, const char **problem);

/*
 * The pairs as the directory says now, valid as long as own; it costs one stat(), and memory only when they are others. A directory that has become unreadable or wrong
 * leaves the last good pairs in force, and is logged (IK0324) once by every process for each state of it.
 */
const ik_spkeys_t *ik_own_keys_now(ik_own_keys_t *own, const ik_log_t *log);

#endif
