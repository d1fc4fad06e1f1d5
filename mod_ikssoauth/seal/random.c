/* SPDX-License-Identifier: Apache-2.0 */
/* Unpredictable bytes, from OpenSSL's generator. */
#include "seal/random.h"

#include <limits.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/encode.h"

#define ID_MAX 64   /* bytes; no identifier needs more */

apr_status_t ik_random_bytes(void *bytes, apr_size_t len)
{
    if (len > INT_MAX)
        return APR_EGENERAL;
    return RAND_bytes(bytes, (int)len) == 1 ? APR_SUCCESS : APR_EGENERAL;
}

const char *ik_random_id(apr_pool_t *p, apr_size_t bytes)
{
    unsigned char buffer[ID_MAX];
    const char *id;

    if (bytes == 0 || bytes > sizeof buffer || ik_random_bytes(buffer, bytes) != APR_SUCCESS)
        return NULL;
    id = ik_encode_base64url(p, buffer, bytes);
    OPENSSL_cleanse(buffer, sizeof buffer);
    return id;
}
