/* SPDX-License-Identifier: Apache-2.0 */
/* Seals bytes with the key whose turn it is, and opens what any key of the ring sealed. */
#include "seal/seal.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/encode.h"
#include "seal/random.h"

#define HEADER_LEN (1 + IK_KEY_ID_LEN)
#define NONCE_LEN 12
#define TAG_LEN 16
#define FRONT_LEN (HEADER_LEN + NONCE_LEN)
#define OVERHEAD (FRONT_LEN + TAG_LEN)

#define TEXT_MIN ((OVERHEAD * 4 + 2) / 3)                   /* characters, base64url without padding */
#define TEXT_MAX (((OVERHEAD + IK_SEAL_MAX) * 4 + 2) / 3)
#define HEADER_TEXT 8   /* characters that hold the header: 6 bytes, the last of them the nonce's first */

/*
 * Sets key and nonce, and authenticates the header and the scope. The zero byte after purpose and host is
 * authenticated too, so that no two scopes read the same.
 */
static int begin(EVP_CIPHER_CTX *ctx, const ik_keyring_t *ring, const ik_key_t *key, const ik_seal_scope_t *scope,
                 const unsigned char *sealed, int encrypt)
{
    const unsigned char *purpose = (const unsigned char *)scope->purpose;
    const unsigned char *host = (const unsigned char *)scope->host;
    int n;

    return EVP_CipherInit_ex2(ctx, ring->cipher, key->key, sealed + HEADER_LEN, encrypt, NULL) == 1
        && EVP_CipherUpdate(ctx, NULL, &n, sealed, HEADER_LEN) == 1
        && EVP_CipherUpdate(ctx, NULL, &n, purpose, (int)strlen(scope->purpose) + 1) == 1
        && EVP_CipherUpdate(ctx, NULL, &n, host, (int)strlen(scope->host) + 1) == 1;
}

static int encrypt(EVP_CIPHER_CTX *ctx, unsigned char *sealed, const unsigned char *bytes, apr_size_t len)
{
    unsigned char *out = sealed + FRONT_LEN;
    int n = 0, rest = 0;

    if (len && EVP_CipherUpdate(ctx, out, &n, bytes, (int)len) != 1)
        return 0;
    return EVP_CipherFinal_ex(ctx, out + n, &rest) == 1 && n + rest == (int)len
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, out + len) == 1;
}

static int decrypt(EVP_CIPHER_CTX *ctx, unsigned char *out, const unsigned char *sealed, apr_size_t len)
{
    unsigned char tag[TAG_LEN];
    int n = 0, rest = 0;

    memcpy(tag, sealed + FRONT_LEN + len, TAG_LEN);
    if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) != 1)
        return 0;
    if (len && EVP_CipherUpdate(ctx, out, &n, sealed + FRONT_LEN, (int)len) != 1)
        return 0;
    return EVP_CipherFinal_ex(ctx, out + n, &rest) == 1 && n + rest == (int)len;
}

apr_status_t ik_seal(const char **text, const ik_keyring_t *ring, apr_time_t now, const ik_seal_scope_t *scope,
                     const unsigned char *bytes, apr_size_t len, apr_pool_t *p)
{
    const ik_key_t *key = ik_keyring_sealer(ring, now);
    unsigned char *sealed;
    EVP_CIPHER_CTX *ctx;
    int sound;

    *text = NULL;
    if (len > IK_SEAL_MAX)
        return APR_ERANGE;
    sealed = apr_palloc(p, OVERHEAD + len);
    sealed[0] = IK_SEAL_VERSION;
    memcpy(sealed + 1, key->id, IK_KEY_ID_LEN);
    if (ik_random_bytes(sealed + HEADER_LEN, NONCE_LEN) != APR_SUCCESS)
        return APR_EGENERAL;
    ctx = EVP_CIPHER_CTX_new();
    sound = ctx && begin(ctx, ring, key, scope, sealed, 1) && encrypt(ctx, sealed, bytes, len);
    EVP_CIPHER_CTX_free(ctx);
    if (!sound)
        return APR_EGENERAL;
    *text = ik_encode_base64url(p, sealed, OVERHEAD + len);
    return APR_SUCCESS;
}

/* The sealed bytes, if they have the shape of such: only then may lengths be subtracted. */
static apr_status_t decode(const unsigned char **sealed, apr_size_t *len, const char *text, apr_pool_t *p)
{
    apr_size_t chars = strnlen(text, TEXT_MAX + 1);

    if (chars < TEXT_MIN || chars > TEXT_MAX || ik_decode_base64url(sealed, len, text, p) != APR_SUCCESS)
        return APR_EINVAL;
    return *len >= OVERHEAD && (*sealed)[0] == IK_SEAL_VERSION ? APR_SUCCESS : APR_EINVAL;
}

apr_status_t ik_unseal(const unsigned char **bytes, apr_size_t *len, const ik_keyring_t *ring,
                       const ik_seal_scope_t *scope, const char *text, apr_pool_t *p)
{
    const unsigned char *sealed;
    const ik_key_t *key;
    unsigned char *out;
    EVP_CIPHER_CTX *ctx;
    apr_size_t sealed_len, out_len;
    int sound;

    *bytes = NULL;
    *len = 0;
    if (decode(&sealed, &sealed_len, text, p) != APR_SUCCESS)
        return APR_EINVAL;
    key = ik_keyring_find(ring, sealed + 1);
    if (!key)
        return APR_EINVAL;
    out_len = sealed_len - OVERHEAD;
    out = apr_palloc(p, out_len + 1);
    ctx = EVP_CIPHER_CTX_new();
    sound = ctx && begin(ctx, ring, key, scope, sealed, 0) && decrypt(ctx, out, sealed, out_len);
    EVP_CIPHER_CTX_free(ctx);
    if (!sound) {
        OPENSSL_cleanse(out, out_len);  /* what does not authenticate must not be seen, not even by accident */
        return APR_EINVAL;
    }
    *bytes = out;
    *len = out_len;
    return APR_SUCCESS;
}

int ik_seal_is_current(const ik_keyring_t *ring, apr_time_t now, const char *text, apr_pool_t *p)
{
    const unsigned char *header;
    apr_size_t len;

    if (strnlen(text, HEADER_TEXT) < HEADER_TEXT)
        return 0;
    if (ik_decode_base64url(&header, &len, apr_pstrmemdup(p, text, HEADER_TEXT), p) != APR_SUCCESS)
        return 0;
    return len > HEADER_LEN && header[0] == IK_SEAL_VERSION
        && memcmp(header + 1, ik_keyring_sealer(ring, now)->id, IK_KEY_ID_LEN) == 0;
}
