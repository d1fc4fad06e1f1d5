/* SPDX-License-Identifier: Apache-2.0 */
/* Opens an EncryptedAssertion: OpenSSL unwraps the key (RSA-OAEP), xmlsec decrypts the data (AES), xml.c parses it. */
#include "saml/encryption.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmlsec.h>

#include "base/encode.h"
#include "saml/algorithms.h"
#include "saml/names.h"
#include "saml/structure.h"
#include "saml/xml.h"

#define HASHES "SHA-1, SHA-256, SHA-384 or SHA-512"     /* inside OAEP, as saml/algorithms.c accepts them */
#define SESSION_KEY_MAX 64      /* bytes; AES-256 needs 32 */

/* How the session key is wrapped, as the message says and the table allows. */
typedef struct wrapping_t {
    const char *digest, *mask;              /* OpenSSL's names */
    const unsigned char *label;
    apr_size_t label_len;
    const unsigned char *wrapped;
    apr_size_t wrapped_len;
} wrapping_t;

/* One answer for whatever is wrong with the key, the data or what is inside: an oracle learns nothing (R17). */
static apr_status_t fail(ik_refusal_t *why)
{
    return ik_refuse(why, IK_REASON_DECRYPTION_FAILED,
                     "the assertion is not encrypted for a certificate of ours that is in use (one may have been retired), or is damaged");
}

static const ik_alg_t *algorithm(ik_alg_use_t use, const xmlNode *node, apr_pool_t *p)
{
    return node ? ik_alg_find(use, ik_xml_attribute(node, "Algorithm", p)) : NULL;
}

static xmlNodePtr method_of(const xmlNode *encrypted)
{
    return ik_xml_child(encrypted, IK_NS_XENC, "EncryptionMethod");
}

static xmlNodePtr data_of(const xmlNode *encrypted_assertion)
{
    return ik_xml_child(encrypted_assertion, IK_NS_XENC, "EncryptedData");
}

int ik_encryption_is_cbc(const xmlNode *encrypted, apr_pool_t *p)
{
    const ik_alg_t *cipher = algorithm(IK_ALG_CIPHER, method_of(data_of(encrypted)), p);

    return cipher && cipher->unauthenticated;
}

static apr_status_t forbid(const char *what, const xmlNode *method, const char *expected, ik_refusal_t *why)
{
    const char *uri = method ? ik_xml_attribute(method, "Algorithm", why->p) : NULL;

    return ik_refuse(why, IK_REASON_ALGORITHM_FORBIDDEN, "%s is \"%s\", expected %s", what, uri ? uri : "", expected);
}

static apr_status_t read_bytes(const unsigned char **bytes, apr_size_t *len, const xmlNode *node, apr_pool_t *p,
                               ik_refusal_t *why)
{
    const char *text = node ? ik_xml_text(node, p) : NULL;

    if (!text || ik_decode_base64(bytes, len, text, p) != APR_SUCCESS)
        return fail(why);
    return APR_SUCCESS;
}

/* The digests of OAEP: SHA-1 unless the method says otherwise (XML Encryption 1.1, 5.5.2). */
static apr_status_t read_digests(wrapping_t *wrapping, const xmlNode *method, apr_pool_t *p, ik_refusal_t *why)
{
    const xmlNode *digest = ik_xml_child(method, IK_NS_DSIG, "DigestMethod");
    const xmlNode *mask = ik_xml_child(method, IK_NS_XENC11, "MGF");
    const ik_alg_t *row;

    wrapping->digest = wrapping->mask = "SHA1";
    if (digest) {
        row = algorithm(IK_ALG_OAEP_DIGEST, digest, p);
        if (!row)
            return forbid("the digest of the key transport", digest, HASHES, why);
        wrapping->digest = row->digest;
    }
    if (mask) {
        row = algorithm(IK_ALG_OAEP_MASK, mask, p);
        if (!row)
            return forbid("the mask function of the key transport", mask, "MGF1 with " HASHES, why);
        wrapping->mask = row->digest;
    }
    return APR_SUCCESS;
}

static apr_status_t read_wrapping(wrapping_t *wrapping, const xmlNode *encrypted_key, apr_pool_t *p, ik_refusal_t *why)
{
    const xmlNode *method = method_of(encrypted_key);
    const xmlNode *label = ik_xml_child(method, IK_NS_XENC, "OAEPparams");
    const xmlNode *cipher = ik_xml_child(encrypted_key, IK_NS_XENC, "CipherData");
    apr_status_t rv;

    if (!algorithm(IK_ALG_KEY_TRANSPORT, method, p))
        return forbid("the key transport", method, "RSA-OAEP", why);
    rv = read_digests(wrapping, method, p, why);
    if (rv == APR_SUCCESS && label)
        rv = read_bytes(&wrapping->label, &wrapping->label_len, label, p, why);
    if (rv == APR_SUCCESS)
        rv = read_bytes(&wrapping->wrapped, &wrapping->wrapped_len, ik_xml_child(cipher, IK_NS_XENC, "CipherValue"),
                        p, why);
    return rv;
}

static int set_label(EVP_PKEY_CTX *ctx, const wrapping_t *wrapping)
{
    void *copy;

    if (wrapping->label_len == 0)
        return 1;
    copy = OPENSSL_memdup(wrapping->label, wrapping->label_len);
    if (copy && EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, copy, (int)wrapping->label_len) > 0)
        return 1;
    OPENSSL_free(copy);
    return 0;
}

/* The session key, into key; its length, or 0. */
static apr_size_t unwrap(unsigned char key[SESSION_KEY_MAX], const wrapping_t *wrapping, EVP_PKEY *ours)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, ours, NULL);
    unsigned char plain[1024];      /* of an RSA key of up to 8,192 bits */
    size_t len = sizeof plain;
    int good;

    good = ctx && (size_t)EVP_PKEY_get_size(ours) <= sizeof plain && EVP_PKEY_decrypt_init(ctx) > 0
           && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0
           && EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, wrapping->digest, NULL) > 0
           && EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, wrapping->mask, NULL) > 0
           && set_label(ctx, wrapping)
           && EVP_PKEY_decrypt(ctx, plain, &len, wrapping->wrapped, wrapping->wrapped_len) > 0
           && len <= SESSION_KEY_MAX;
    if (good)
        memcpy(key, plain, len);
    OPENSSL_cleanse(plain, sizeof plain);
    EVP_PKEY_CTX_free(ctx);
    return good ? len : 0;
}

/* Decrypts with the session key and parses what comes out. */
static apr_status_t decrypt(xmlNodePtr *assertion, xmlNodePtr encrypted, const unsigned char *key, apr_size_t key_len,
                            apr_pool_t *p, ik_refusal_t *why)
{
    xmlSecEncCtx ctx;
    xmlSecBufferPtr plain = NULL;
    apr_status_t rv;

    if (xmlSecEncCtxInitialize(&ctx, NULL) < 0)
        return APR_ENOMEM;
    ctx.encKey = xmlSecKeyReadMemory(xmlSecOpenSSLKeyDataAesGetKlass(), key, (xmlSecSize)key_len);
    if (ctx.encKey)
        plain = xmlSecEncCtxDecryptToBuffer(&ctx, data_of(encrypted));
    rv = plain ? ik_xml_parse_inside(assertion, encrypted, (const char *)xmlSecBufferGetData(plain),
                                     xmlSecBufferGetSize(plain), p, why)
               : fail(why);
    xmlSecEncCtxFinalize(&ctx);
    return rv;
}

/* Tries each of our keys on one EncryptedKey. */
static apr_status_t try_keys(xmlNodePtr *assertion, xmlNodePtr encrypted, const wrapping_t *wrapping,
                             const ik_spkeys_t *keys, apr_pool_t *p, ik_refusal_t *why)
{
    unsigned char key[SESSION_KEY_MAX];
    apr_status_t rv = fail(why);
    apr_size_t len;
    int i;

    for (i = 0; keys && i < keys->keys->nelts && rv == IK_REFUSED; i++) {
        xmlSecKeyPtr ours = APR_ARRAY_IDX(keys->keys, i, xmlSecKeyPtr);

        len = unwrap(key, wrapping, xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(ours)));
        if (len > 0)
            rv = decrypt(assertion, encrypted, key, len, p, why);
    }
    OPENSSL_cleanse(key, sizeof key);
    return rv;
}

/* The EncryptedKeys stand in the KeyInfo of the data, or beside the data (SAML Core, errata E43). */
static xmlNodePtr first_key(const xmlNode *encrypted)
{
    xmlNodePtr key = ik_xml_child(ik_xml_child(data_of(encrypted), IK_NS_DSIG, "KeyInfo"), IK_NS_XENC, "EncryptedKey");

    return key ? key : ik_xml_child(encrypted, IK_NS_XENC, "EncryptedKey");
}

apr_status_t ik_encryption_open(xmlNodePtr *assertion, xmlNodePtr encrypted, const ik_spkeys_t *keys,
                                apr_pool_t *p, ik_refusal_t *why)
{
    const xmlNode *method = method_of(data_of(encrypted));
    xmlNodePtr key = first_key(encrypted);
    wrapping_t wrapping = { 0 };
    apr_status_t rv = fail(why);

    if (!algorithm(IK_ALG_CIPHER, method, p))
        return forbid("the encryption", method, "AES-GCM with 128 or 256 bits", why);
    for (; key && rv == IK_REFUSED; key = ik_xml_next(key)) {
        rv = read_wrapping(&wrapping, key, p, why);
        if (rv == IK_REFUSED && why->reason == IK_REASON_ALGORITHM_FORBIDDEN)
            return rv;
        if (rv == APR_SUCCESS)
            rv = try_keys(assertion, encrypted, &wrapping, keys, p, why);
    }
    if (rv == APR_SUCCESS && ik_structure_check_assertion(*assertion, 1, why) != APR_SUCCESS)
        rv = IK_REFUSED;
    if (rv == IK_REFUSED && why->reason != IK_REASON_STRUCTURE_FORBIDDEN)
        return fail(why);
    return rv;
}
