/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of OpenSSL: their life, and their way to xmlsec. */
#ifndef IK_SAML_KEY_H
#define IK_SAML_KEY_H

#include <apr_pools.h>
#include <openssl/types.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/keys.h>

#define IK_KEY_RSA_MIN_BITS 2048    /* of every key we sign, verify or decrypt with (R5) */

/* Gives key to p, which frees it. Returns it; NULL is passed through. */
EVP_PKEY *ik_key_own(apr_pool_t *p, EVP_PKEY *key);

/* An xmlsec key with the value of key, owned by p; key stays the caller's. NULL if xmlsec has no such kind of key. */
xmlSecKeyPtr ik_key_make(EVP_PKEY *key, apr_pool_t *p);

#endif
