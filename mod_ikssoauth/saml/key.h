/* SPDX-License-Identifier: Apache-2.0 */
/* From OpenSSL's keys to xmlsec's. */
#ifndef IK_SAML_KEY_H
#define IK_SAML_KEY_H

#include <apr_pools.h>
#include <openssl/types.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/keys.h>

/* An xmlsec key with the value of key, owned by p; key stays the caller's. NULL if xmlsec has no such kind of key. */
xmlSecKeyPtr ik_key_make(EVP_PKEY *key, apr_pool_t *p);

#endif
