/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key ring: the file of keys that seal cookies. One key a line:
 *
 *     KEYID FROM KEY           8 hex digits in lower case, Unix seconds, 32 bytes as base64url
 *
 * A key seals from FROM on, until the next one does; every key in the file opens, whatever its FROM. Lines starting
 * with '#' are comments.
 */
#ifndef IK_SEAL_KEYRING_H
#define IK_SEAL_KEYRING_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#define IK_KEY_ID_LEN 4     /* bytes; 8 hex digits in the file */
#define IK_KEY_LEN 32       /* bytes: AES-256 */
#define IK_KEYRING_MAX 64   /* keys in one file */

typedef struct ik_key_t {
    unsigned char id[IK_KEY_ID_LEN];
    unsigned char key[IK_KEY_LEN];
    apr_time_t from;    /* seals from then on */
} ik_key_t;

/* Read-only once loaded, so every thread may use it. */
typedef struct ik_keyring_t {
    apr_array_header_t *keys;       /* ik_key_t, the latest FROM first, at least one */
    struct evp_cipher_st *cipher;   /* OpenSSL's AES-256-GCM, fetched once: every fetch takes a lock of all threads */
} ik_keyring_t;

/*
 * Reads the file at path. APR_SUCCESS with *ring (in p; the key bytes are wiped when p goes), or an
 * error and *problem: a sentence that names the path, the line and the fix. A file that others than
 * its owner (and group, for reading) can open, that holds no key, a malformed line or two keys of one id is an error.
 */
apr_status_t ik_keyring_load(ik_keyring_t **ring, const char *path, apr_pool_t *p, const char **problem);

/*
 * The ring of a file's text, NUL-terminated past len, which is called name in *problem. APR_SUCCESS with *ring as
 * above, or APR_EGENERAL with *problem. The caller wipes text.
 */
apr_status_t ik_keyring_parse(ik_keyring_t **ring, const char *text, apr_size_t len, const char *name, apr_pool_t *p,
                              const char **problem);

/* The key with that id, or NULL. */
const ik_key_t *ik_keyring_find(const ik_keyring_t *ring, const unsigned char *id);

/*
 * The key that seals: the one with the latest FROM that is not after now (of two, the lower in the file); or the one
 * with the earliest if all lie in the future, as after a clock was set back.
 */
const ik_key_t *ik_keyring_sealer(const ik_keyring_t *ring, apr_time_t now);

/* Creates path (mode 0640, never an existing file: APR_EEXIST) with one fresh key that seals from now on. */
apr_status_t ik_keyring_create(const char *path, apr_time_t now, apr_pool_t *p, const char **problem);

/*
 * Adds a fresh key, which opens at once and seals from that second on, replacing the file atomically with owner and
 * mode kept; *added is its id in hex. A symbolic link stays, and what it leads to is replaced.
 */
apr_status_t ik_keyring_rotate(const char **added, const char *path, apr_time_t from, apr_pool_t *p,
                               const char **problem);

/*
 * Removes the key of that id (hex), likewise: cookies sealed with it no longer open. APR_NOTFOUND; APR_EINVAL for
 * the key that seals now, which therefore is never missing.
 */
apr_status_t ik_keyring_retire(const char *path, const char *id, apr_time_t now, apr_pool_t *p,
                               const char **problem);

#endif
