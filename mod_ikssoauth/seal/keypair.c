/* SPDX-License-Identifier: Apache-2.0 */
/* Has OpenSSL make a key and a certificate that the key itself signs. */
#include "seal/keypair.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "seal/random.h"

#define EARLIER 3600    /* seconds: so much may an identity provider's clock be behind ours */
#define SERIAL_LEN 16

static int number(X509 *x)
{
    unsigned char bytes[SERIAL_LEN];
    BIGNUM *serial;
    int good;

    if (ik_random_bytes(bytes, sizeof bytes) != APR_SUCCESS)
        return 0;
    bytes[0] &= 0x7f;   /* positive, in at most 20 bytes (RFC 5280 section 4.1.2.2) */
    bytes[SERIAL_LEN - 1] |= 1;
    serial = BN_bin2bn(bytes, sizeof bytes, NULL);
    good = serial && BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x));
    BN_free(serial);
    return good;
}

/* A leap day more or less makes no difference. */
static int date(X509 *x, apr_time_t now)
{
    time_t from = (time_t)apr_time_sec(now);

    return ASN1_TIME_adj(X509_getm_notBefore(x), from, 0, -EARLIER) && ASN1_TIME_adj(X509_getm_notAfter(x), from, 365 * IK_KEYPAIR_YEARS, 0);
}

static int fill(X509 *x, EVP_PKEY *key, const char *name, apr_time_t now)
{
    X509_NAME *subject = X509_get_subject_name(x);

    return X509_set_version(x, X509_VERSION_3) && number(x) && date(x, now)
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0)
        && X509_set_issuer_name(x, subject) && X509_set_pubkey(x, key) && X509_sign(x, key, EVP_sha256()) > 0;
}

/* What is in the memory of a BIO, in p. */
static char *text_of(BIO *bio, apr_pool_t *p)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);

    return len > 0 ? apr_pstrmemdup(p, bytes, (apr_size_t)len) : NULL;
}

static const char *certificate_text(EVP_PKEY *key, const char *name, apr_time_t now, apr_pool_t *p)
{
    BIO *bio = BIO_new(BIO_s_mem());
    X509 *x = X509_new();
    const char *text = bio && x && fill(x, key, name, now) && PEM_write_bio_X509(bio, x) ? text_of(bio, p) : NULL;

    X509_free(x);
    BIO_free(bio);
    return text;
}

/* The memory of a BIO for secrets is wiped with it. */
static char *key_text(EVP_PKEY *key, apr_pool_t *p)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text = bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) ? text_of(bio, p) : NULL;

    BIO_free(bio);
    return text;
}

apr_status_t ik_keypair_make(ik_keypair_t *pair, const char *name, apr_time_t now, apr_pool_t *p)
{
    EVP_PKEY *key = EVP_RSA_gen(IK_KEYPAIR_BITS);

    *pair = (ik_keypair_t){ NULL, NULL };
    if (key) {
        pair->certificate = certificate_text(key, name, now, p);
        pair->key = pair->certificate ? key_text(key, p) : NULL;
    }
    EVP_PKEY_free(key);
    ERR_clear_error();
    return pair->key ? APR_SUCCESS : APR_EGENERAL;
}

void ik_keypair_wipe(ik_keypair_t *pair)
{
    if (pair->key)
        OPENSSL_cleanse(pair->key, strlen(pair->key));
    pair->key = NULL;
}
