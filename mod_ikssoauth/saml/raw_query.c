/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a raw query apart without touching the octets that are signed, inflates the message, verifies the signature. */
#include "saml/raw_query.h"

#include <string.h>

#include <apr_escape.h>
#include <apr_strings.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <xmlsec/openssl/evp.h>
#include <zlib.h>

#include "base/encode.h"
#include "saml/algorithms.h"
#include "saml/own.h"

#define XML_MAX (64 * 1024)         /* bytes of an inflated message (R8) */
#define RAW_DEFLATE (-15)
#define DEFLATE_ENCODING "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

typedef enum { REQUEST, RESPONSE, RELAY_STATE, ALGORITHM, SIGNATURE, ENCODING, FIELDS } field_t;

static const char *const names[FIELDS] = {
    "SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"
};

/* The raw values, by name; NULL where there is none. */
typedef struct fields_t {
    const char *raw[FIELDS];
} fields_t;

static const char *decoded(const char *raw, apr_pool_t *p)
{
    char *text = apr_pstrdup(p, raw), *at;

    for (at = strchr(text, '+'); at; at = strchr(at, '+'))
        *at = ' ';
    return apr_punescape_url(p, text, NULL, NULL, 0);
}

/* A name in disguise would be read by others, and not by us (R18). */
static apr_status_t note(fields_t *fields, const char *name, const char *value, ik_refusal_t *why)
{
    const char *plain = decoded(name, why->p);
    int i;

    for (i = 0; i < FIELDS; i++) {
        if (!plain || strcmp(plain, names[i]) != 0)
            continue;
        if (strcmp(name, names[i]) != 0)
            return ik_refuse(why, IK_REASON_MALFORMED, "%s is percent-encoded", names[i]);
        if (fields->raw[i])
            return ik_refuse(why, IK_REASON_MALFORMED, "%s occurs twice", names[i]);
        fields->raw[i] = value;
    }
    return APR_SUCCESS;
}

static apr_status_t split(fields_t *fields, const char *raw, ik_refusal_t *why)
{
    char *rest = apr_pstrdup(why->p, raw), *state, *pair;
    apr_status_t rv = APR_SUCCESS;

    for (pair = apr_strtok(rest, "&", &state); pair && rv == APR_SUCCESS; pair = apr_strtok(NULL, "&", &state)) {
        char *equals = strchr(pair, '=');

        if (equals)
            *equals = '\0';
        rv = note(fields, pair, equals ? equals + 1 : "", why);
    }
    return rv;
}

/* Bounded: what would be larger is not inflated to its end. */
static apr_status_t inflate_message(ik_raw_query_t *query, const unsigned char *bytes, apr_size_t len, apr_pool_t *p,
                                    ik_refusal_t *why)
{
    char *to = apr_palloc(p, XML_MAX + 1);
    z_stream z = { 0 };
    int rv;

    if (inflateInit2(&z, RAW_DEFLATE) != Z_OK)
        return APR_EGENERAL;
    z.next_in = (Bytef *)(apr_uintptr_t)bytes;
    z.avail_in = (uInt)len;
    z.next_out = (Bytef *)to;
    z.avail_out = XML_MAX;
    rv = inflate(&z, Z_FINISH);
    query->len = z.total_out;
    inflateEnd(&z);
    if (rv == Z_BUF_ERROR && query->len == XML_MAX)
        return ik_refuse(why, IK_REASON_TOO_LARGE, "the message is larger than %d bytes", XML_MAX);
    if (rv != Z_STREAM_END)
        return ik_refuse(why, IK_REASON_MALFORMED, "the message is not deflated (RFC 1951)");
    to[query->len] = '\0';
    query->xml = to;
    return APR_SUCCESS;
}

static apr_status_t read_message(ik_raw_query_t *query, const char *raw, apr_pool_t *p, ik_refusal_t *why)
{
    const char *text = decoded(raw, p);
    const unsigned char *bytes;
    apr_size_t len;

    if (!text || ik_decode_base64(&bytes, &len, text, p) != APR_SUCCESS)
        return ik_refuse(why, IK_REASON_MALFORMED, "the message in the address is not base64");
    return inflate_message(query, bytes, len, p, why);
}

static apr_status_t read_signature(ik_raw_query_t *query, const fields_t *fields, apr_pool_t *p, ik_refusal_t *why)
{
    const char *text;

    if (!fields->raw[SIGNATURE] && !fields->raw[ALGORITHM])
        return APR_SUCCESS;
    if (!fields->raw[SIGNATURE] || !fields->raw[ALGORITHM])
        return ik_refuse(why, IK_REASON_MALFORMED, "of SigAlg and Signature only one is there");
    query->algorithm = decoded(fields->raw[ALGORITHM], p);
    text = decoded(fields->raw[SIGNATURE], p);
    if (!query->algorithm || !text
        || ik_decode_base64(&query->signature, &query->signature_len, text, p) != APR_SUCCESS)
        return ik_refuse(why, IK_REASON_MALFORMED, "Signature or SigAlg cannot be decoded");
    query->octets = apr_pstrcat(p, names[query->is_request ? REQUEST : RESPONSE], "=",
                                fields->raw[query->is_request ? REQUEST : RESPONSE],
                                fields->raw[RELAY_STATE] ? "&RelayState=" : "",
                                fields->raw[RELAY_STATE] ? fields->raw[RELAY_STATE] : "",
                                "&SigAlg=", fields->raw[ALGORITHM], NULL);
    return APR_SUCCESS;
}

apr_status_t ik_raw_query_read(ik_raw_query_t *query, const char *raw, apr_pool_t *p, ik_refusal_t *why)
{
    fields_t fields = { { 0 } };
    const char *encoding;
    apr_status_t rv = split(&fields, raw, why);

    if (rv != APR_SUCCESS)
        return rv;
    if (!fields.raw[REQUEST] == !fields.raw[RESPONSE])
        return ik_refuse(why, IK_REASON_MALFORMED, "not exactly one of SAMLRequest and SAMLResponse");
    encoding = fields.raw[ENCODING] ? decoded(fields.raw[ENCODING], p) : DEFLATE_ENCODING;
    if (!encoding || strcmp(encoding, DEFLATE_ENCODING) != 0)
        return ik_refuse(why, IK_REASON_MALFORMED, "SAMLEncoding is not DEFLATE");
    memset(query, 0, sizeof *query);
    query->is_request = fields.raw[REQUEST] != NULL;
    query->relay_state = fields.raw[RELAY_STATE] ? decoded(fields.raw[RELAY_STATE], p) : NULL;
    if (fields.raw[RELAY_STATE] && !query->relay_state)
        return ik_refuse(why, IK_REASON_MALFORMED, "RelayState cannot be decoded");
    rv = read_message(query, fields.raw[query->is_request ? REQUEST : RESPONSE], p, why);
    return rv == APR_SUCCESS ? read_signature(query, &fields, p, why) : rv;
}

static const EVP_MD *digest_of(const char *algorithm)
{
    const char *name = strrchr(algorithm, '-');

    return name ? EVP_get_digestbyname(name + 1) : NULL;
}

/* XML signatures write r and s one after the other (RFC 4051), OpenSSL wants them in DER. NULL on failure. */
static ECDSA_SIG *pair_of(const unsigned char *bytes, int half)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes, half, NULL), *s = BN_bin2bn(bytes + half, half, NULL);

    if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1)
        return sig;
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return NULL;
}

/* Some libraries write DER themselves: what has not the length of the pair is taken as it is. */
static size_t der_of(const unsigned char **der, const ik_raw_query_t *query, const EVP_PKEY *key, apr_pool_t *p)
{
    int half = (EVP_PKEY_get_bits(key) + 7) / 8, len;
    ECDSA_SIG *sig;
    unsigned char *at;

    *der = query->signature;
    if (query->signature_len != 2 * (apr_size_t)half)
        return query->signature_len;
    sig = pair_of(query->signature, half);
    len = sig ? i2d_ECDSA_SIG(sig, NULL) : 0;
    at = apr_palloc(p, len > 0 ? (apr_size_t)len : 1);
    *der = at;
    if (len > 0)
        len = i2d_ECDSA_SIG(sig, &at);
    ECDSA_SIG_free(sig);
    return len > 0 ? (size_t)len : 0;
}

static int verifies(const ik_raw_query_t *query, EVP_PKEY *key, apr_pool_t *p)
{
    int elliptic = strstr(query->algorithm, "#ecdsa-") != NULL, good = 0;
    const unsigned char *signature = query->signature;
    size_t len = query->signature_len;
    EVP_MD_CTX *ctx;

    if (!key || !EVP_PKEY_is_a(key, elliptic ? "EC" : "RSA"))
        return 0;
    if (elliptic)
        len = der_of(&signature, query, key, p);
    ctx = len ? EVP_MD_CTX_new() : NULL;
    if (ctx && EVP_DigestVerifyInit(ctx, NULL, digest_of(query->algorithm), NULL, key) == 1)
        good = EVP_DigestVerify(ctx, signature, len, (const unsigned char *)query->octets, strlen(query->octets)) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return good;
}

apr_status_t ik_raw_query_verify(const ik_raw_query_t *query, const ik_trust_t *trust, ik_refusal_t *why)
{
    int i;

    if (!query->algorithm)
        return ik_refuse(why, IK_REASON_SIGNATURE_MISSING, "the message in the address is not signed");
    if (!ik_alg_find(IK_ALG_SIGNATURE, query->algorithm) || !digest_of(query->algorithm))
        return ik_refuse(why, IK_REASON_ALGORITHM_FORBIDDEN, "SigAlg \"%s\"", query->algorithm);
    for (i = 0; i < trust->keys->nelts; i++) {
        xmlSecKeyPtr key = APR_ARRAY_IDX(trust->keys, i, xmlSecKeyPtr);

        if (verifies(query, xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(key)), why->p))
            return APR_SUCCESS;
    }
    return ik_refuse(why, IK_REASON_SIGNATURE_INVALID, "the signature in the address does not verify with any of the %d "
                     "keys of \"%s\"", trust->keys->nelts, trust->idp->entity_id);
}
