/* SPDX-License-Identifier: Apache-2.0 */
/* Gives keys of OpenSSL an owner, and wraps them into keys of xmlsec. */
#include "saml/key.h"

#include <openssl/evp.h>
#include <xmlsec/openssl/evp.h>

#include "saml/own.h"

static void free_key(void *key)
{
    EVP_PKEY_free(key);
}

static void destroy_key(void *key)
{
    xmlSecKeyDestroy(key);
}

EVP_PKEY *ik_key_own(apr_pool_t *p, EVP_PKEY *key)
{
    return ik_own(p, key, free_key);
}

/* A reference of its own, for xmlsec keeps what it adopts. */
static xmlSecKeyDataPtr value_of(EVP_PKEY *key)
{
    xmlSecKeyDataPtr value;

    if (!EVP_PKEY_up_ref(key))
        return NULL;
    value = xmlSecOpenSSLEvpKeyAdopt(key);
    if (!value)
        EVP_PKEY_free(key);
    return value;
}

xmlSecKeyPtr ik_key_make(EVP_PKEY *key, apr_pool_t *p)
{
    xmlSecKeyPtr made = ik_own(p, xmlSecKeyCreate(), destroy_key);
    xmlSecKeyDataPtr value = made ? value_of(key) : NULL;

    if (!value)
        return NULL;
    if (xmlSecKeySetValue(made, value) < 0) {
        xmlSecKeyDataDestroy(value);
        return NULL;
    }
    return made;
}
