/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals bytes so that only a holder of the key ring can read or change them: AES-256-GCM
 * (NIST SP 800-38D) with a random 96-bit nonce. What a sealed text holds, before base64url:
 *
 *     version 1 | key id 4 | nonce 12 | ciphertext n | tag 16       bytes
 *
 * Version, key id, purpose and host are authenticated with it (the bytes: docs/cookie.md): a text sealed
 * for one purpose or host opens for no other. This room knows bytes, and nothing of HTTP.
 */
#ifndef IK_SEAL_SEAL_H
#define IK_SEAL_SEAL_H

#include "seal/keyring.h"

#define IK_SEAL_VERSION 1
#define IK_SEAL_MAX 65535   /* bytes that can be sealed; what is longer is refused before any work is done */

/* Where a sealed text is valid. */
typedef struct ik_seal_scope_t {
    const char *purpose;    /* "session" */
    const char *host;       /* the public origin, "https://imagekit.io" */
} ik_seal_scope_t;

/*
 * APR_SUCCESS with *text (base64url, in p); APR_ERANGE above IK_SEAL_MAX; APR_EGENERAL when OpenSSL fails.
 * Any thread.
 */
apr_status_t ik_seal(const char **text, const ik_keyring_t *ring, apr_time_t now, const ik_seal_scope_t *scope,
                     const unsigned char *bytes, apr_size_t len, apr_pool_t *p);

/*
 * APR_SUCCESS with *bytes (in p) and *len; APR_EINVAL for anything that this ring did not seal
 * for this scope, whatever is wrong with it: one answer, so that nothing can be learnt by trying. Any thread.
 */
apr_status_t ik_unseal(const unsigned char **bytes, apr_size_t *len, const ik_keyring_t *ring,
                       const ik_seal_scope_t *scope, const char *text, apr_pool_t *p);

/* 1 if text names the key that seals now. It proves nothing: ask about a text that ik_unseal has opened. */
int ik_seal_is_current(const ik_keyring_t *ring, apr_time_t now, const char *text, apr_pool_t *p);

#endif
