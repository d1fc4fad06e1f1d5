/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh key pair of this service provider, for signing and decryption: RSA of 3,072 bits, and a self-signed certificate. */
#ifndef IK_SEAL_KEYPAIR_H
#define IK_SEAL_KEYPAIR_H

#include <apr_pools.h>
#include <apr_time.h>

#define IK_KEYPAIR_BITS 3072
#define IK_KEYPAIR_YEARS 5      /* that the certificate holds */

typedef struct ik_keypair_t {
    const char *certificate;    /* PEM */
    char *key;                  /* PEM, without a passphrase; the caller wipes it with ik_keypair_wipe */
} ik_keypair_t;

/*
 * In p. name, of at most 64 bytes, is the certificate's common name, and now its beginning. APR_SUCCESS, or APR_EGENERAL when
 * OpenSSL refuses.
 */
apr_status_t ik_keypair_make(ik_keypair_t *pair, const char *name, apr_time_t now, apr_pool_t *p);

void ik_keypair_wipe(ik_keypair_t *pair);

#endif
