/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of our own key pairs (IkSSOCertificateDir): NAME.pem and NAME.key of each, and the file "state" that says which
 * counts as what. Only "state" decides: it is replaced as a whole, and names no pair whose files are not there.
 */
#ifndef IK_SEAL_KEYDIR_H
#define IK_SEAL_KEYDIR_H

#include <sys/types.h>

#include <apr_errno.h>
#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#define IK_KEYDIR_MAX 16        /* pairs */

/* Refusals of changes; a system's errors are none of them. */
#define IK_KEYDIR_FULL (APR_OS_START_USERERR + 2)       /* there are IK_KEYDIR_MAX pairs */
#define IK_KEYDIR_UNUSABLE (APR_OS_START_USERERR + 3)   /* the pair that would sign cannot be used */

typedef enum {
    IK_KEYDIR_CURRENT,          /* signs, decrypts, is published: there is always one */
    IK_KEYDIR_NEXT,             /* decrypts and is published, does not sign yet: one at most */
    IK_KEYDIR_OLD,              /* decrypts, and is published for signatures made before */
    IK_KEYDIR_STATES
} ik_keydir_state_t;

typedef struct ik_keydir_pair_t {
    const char *name;           /* 1 to 64 of A-Z a-z 0-9 . _ -, not starting with '.' or '-' */
    ik_keydir_state_t state;
    const char *certificate, *key;      /* paths of the files */
} ik_keydir_pair_t;

typedef struct ik_keydir_t {
    const char *list;           /* path of the file "state" */
    apr_array_header_t *pairs;  /* ik_keydir_pair_t: current, next, old in the order of the file */
} ik_keydir_t;

/* "current", "next", "old". */
const char *ik_keydir_word(ik_keydir_state_t state);

/* The path of the file "state" of a directory, in p. */
const char *ik_keydir_list(const char *path, apr_pool_t *p);

/*
 * Reads the directory at path. APR_SUCCESS; APR_ENOENT if it has no "state" yet; APR_EACCES if owner or mode of "state" or of a
 * key let others read or change it; APR_EGENERAL for a line that is none; or why the system refused. *problem in p. Whether
 * certificate and key can be used is for the reader of the files to see.
 */
apr_status_t ik_keydir_read(ik_keydir_t **dir, const char *path, apr_pool_t *p, const char **problem);

/* The pair of that state, the first if there are several; or NULL. */
const ik_keydir_pair_t *ik_keydir_find(const ik_keydir_t *dir, ik_keydir_state_t state);

/*
 * The changes: each locks the directory, whose parent must be readable, against other changes, and changes all or nothing.
 * An error leaves *problem, a clause without a full stop, in p.
 */

/* Whether a pair can be used: APR_SUCCESS, or an error and *problem, a clause in p (ik_own_keys_check, sso/own_keys.h). */
typedef apr_status_t ik_keydir_check_t(const ik_keydir_pair_t *pair, apr_pool_t *p, const char **problem);

/*
 * Makes a fresh pair, which is the next one; in a directory without "state" the current one: *made, in p, says which. Its
 * files belong to the group of "state", the first one's to group unless it is (gid_t)-1. APR_EEXIST if there is a next one already;
 * IK_KEYDIR_FULL; APR_EGENERAL if "state" is missing beside keys.
 */
apr_status_t ik_keydir_publish(ik_keydir_pair_t **made, const char *path, gid_t group, apr_time_t now, apr_pool_t *p, const char **problem);

/*
 * The next pair is the current one, *used, and the former, *before, is old. APR_NOTFOUND without a next one; IK_KEYDIR_UNUSABLE
 * if it does not pass the check.
 */
apr_status_t ik_keydir_use(ik_keydir_pair_t **used, ik_keydir_pair_t **before, const char *path, ik_keydir_check_t *check, apr_pool_t *p,
                           const char **problem);

/*
 * Takes the pair of that name off the list and deletes its files. *was is what it was; of the files only what *left names, if it is
 * not NULL, could not be deleted. APR_NOTFOUND; APR_EINVAL for the current one; IK_KEYDIR_UNUSABLE if that one does not pass the
 * check: this may be the last that works.
 */
apr_status_t ik_keydir_retire(ik_keydir_pair_t **was, const char **left, const char *path, const char *name, ik_keydir_check_t *check,
                              apr_pool_t *p, const char **problem);

/* Owner and mode of a pair's key, as ik_keydir_read looks at them: its errors. */
apr_status_t ik_keydir_look_at_key(const ik_keydir_pair_t *pair, apr_pool_t *p, const char **problem);

/* For the changes: as they read a directory, without its keys being looked at. An absent "state" is an empty directory. */
apr_status_t ik_keydir_read_list(ik_keydir_t **dir, const char *path, apr_pool_t *p, const char **problem);

#endif
