/* SPDX-License-Identifier: Apache-2.0 */
/* Reads certificates and judges their keys, with OpenSSL. */
#include "saml/certificate.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/encode.h"
#include "base/text.h"
#include "saml/key.h"
#include "saml/own.h"

#define RSA_MAX_BITS 8192       /* a verification with more would let one account slow down all the others (R8) */
#define EXPONENT_MAX_BITS 256   /* NIST SP 800-89 section 5.3.3 */
#define SUBJECT_MAX 256

static void free_x509(void *x)
{
    X509_free(x);
}

static X509 *open_x509(const unsigned char *der, apr_size_t len, apr_pool_t *p)
{
    const unsigned char *at = der;
    X509 *x = ik_own(p, d2i_X509(NULL, &at, (long)len), free_x509);

    ERR_clear_error();
    return x && at == der + len ? x : NULL;
}

/* One line of UTF-8: "CN=Okta,O=Okta\, Inc.". */
static const char *subject_of(const X509 *x, apr_pool_t *p)
{
    unsigned long flags = (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    BIO *out = BIO_new(BIO_s_mem());
    const char *subject = "";
    char *bytes;
    long len;

    if (!out)
        return subject;
    if (X509_NAME_print_ex(out, X509_get_subject_name(x), 0, flags) >= 0) {
        len = BIO_get_mem_data(out, &bytes);
        if (len > 0 && len <= SUBJECT_MAX && ik_text_is_utf8(bytes, (apr_size_t)len) && !memchr(bytes, 0, (size_t)len))
            subject = apr_pstrmemdup(p, bytes, (apr_size_t)len);
    }
    BIO_free(out);
    return ik_text_has_control(subject) ? "" : subject;
}

/* Microseconds since 1970; 0 for a time that is none. */
static apr_time_t time_of(const ASN1_TIME *t)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0, good;

    good = epoch && t && ASN1_TIME_diff(&days, &seconds, epoch, t);
    ASN1_TIME_free(epoch);
    return good ? apr_time_from_sec((apr_time_t)days * 86400 + seconds) : 0;
}

const char *ik_certificate_fingerprint(const unsigned char *der, apr_size_t len, apr_pool_t *p)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int n;

    return EVP_Digest(der, len, hash, &n, EVP_sha256(), NULL) ? ik_encode_hex(p, hash, n) : NULL;
}

apr_status_t ik_certificate_read(ik_certificate_t **certificate, const unsigned char *der, apr_size_t len,
                                 apr_pool_t *p)
{
    X509 *x = open_x509(der, len, p);
    ik_certificate_t *c;
    EVP_PKEY *key;

    if (!x)
        return APR_EINVAL;
    c = apr_pcalloc(p, sizeof *c);
    key = X509_get0_pubkey(x);
    c->der = apr_pmemdup(p, der, len);
    c->der_len = len;
    c->subject = subject_of(x, p);
    c->fingerprint = ik_certificate_fingerprint(der, len, p);
    c->key_type = key && EVP_PKEY_get0_type_name(key) ? apr_pstrdup(p, EVP_PKEY_get0_type_name(key)) : "unknown";
    c->bits = key ? EVP_PKEY_get_bits(key) : 0;
    c->not_before = time_of(X509_get0_notBefore(x));
    c->not_after = time_of(X509_get0_notAfter(x));
    c->self_signed = X509_self_signed(x, 1) == 1;
    ERR_clear_error();
    if (!c->fingerprint)
        return APR_EINVAL;
    *certificate = c;
    return APR_SUCCESS;
}

EVP_PKEY *ik_certificate_key(const ik_certificate_t *certificate, apr_pool_t *p)
{
    X509 *x = open_x509(certificate->der, certificate->der_len, p);
    EVP_PKEY *key = x ? ik_key_own(p, X509_get_pubkey(x)) : NULL;

    ERR_clear_error();
    return key;
}

/* With the exponent 1 anybody can sign; a huge one makes verification slow, as a search for factors would be (R8). */
static int is_sound_rsa(const EVP_PKEY *key)
{
    BIGNUM *n = NULL, *e = NULL;
    int sound = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n)
                && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) && BN_is_odd(n)
                && BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= EXPONENT_MAX_BITS;

    BN_free(n);
    BN_free(e);
    return sound;
}

static const char *rsa_weakness(const EVP_PKEY *key, apr_pool_t *p)
{
    int bits = EVP_PKEY_get_bits(key);

    if (bits < IK_KEY_RSA_MIN_BITS)
        return apr_psprintf(p, "its RSA key has only %d bits, at least %d are needed", bits, IK_KEY_RSA_MIN_BITS);
    if (bits > RSA_MAX_BITS)
        return apr_psprintf(p, "its RSA key has %d bits, at most %d are accepted", bits, RSA_MAX_BITS);
    return is_sound_rsa(key) ? NULL : "its RSA key is not a sound one";
}

/* With a point at infinity, or off the curve, anybody can sign. */
static int is_sound_point(EVP_PKEY *key)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    int sound = ctx && EVP_PKEY_public_check_quick(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return sound;
}

static const char *curve_weakness(EVP_PKEY *key, apr_pool_t *p)
{
    static const char *const curves[] = { "prime256v1", "secp384r1", "secp521r1" };
    char name[64] = "";

    if (!EVP_PKEY_get_group_name(key, name, sizeof name, NULL))
        return "its elliptic curve has no name";
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        if (strcmp(name, curves[i]) == 0)
            return is_sound_point(key) ? NULL : "its elliptic curve key is not a sound one";
    return apr_psprintf(p, "its elliptic curve %s is not P-256, P-384 or P-521", name);
}

const char *ik_certificate_weakness(const ik_certificate_t *certificate, apr_pool_t *p)
{
    EVP_PKEY *key = ik_certificate_key(certificate, p);

    if (!key)
        return "its key cannot be read";
    if (EVP_PKEY_is_a(key, "RSA"))
        return rsa_weakness(key, p);
    if (EVP_PKEY_is_a(key, "EC"))
        return curve_weakness(key, p);
    return apr_psprintf(p, "its key is of type %s, only RSA and EC are accepted", certificate->key_type);
}

int ik_certificate_is_issued_by(const ik_certificate_t *certificate, const ik_certificate_t *issuer, apr_pool_t *p)
{
    X509 *x;
    EVP_PKEY *key;
    int issued;

    if (strcmp(certificate->fingerprint, issuer->fingerprint) == 0)
        return 0;
    x = open_x509(certificate->der, certificate->der_len, p);
    key = ik_certificate_key(issuer, p);
    issued = x && key && X509_verify(x, key) == 1;
    ERR_clear_error();
    return issued;
}
