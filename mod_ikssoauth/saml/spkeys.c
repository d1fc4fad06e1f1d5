/* SPDX-License-Identifier: Apache-2.0 */
/* Loads our own key pairs from PEM files, and says which file is wrong when one is. */
#include "saml/spkeys.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "saml/certificate.h"
#include "saml/key.h"
#include "saml/own.h"

#define FILE_MAX (64 * 1024)

/* The content of a file while OpenSSL reads it. */
typedef struct content_t {
    char *bytes;
    apr_size_t len;
} content_t;

static void free_x509(void *x)
{
    X509_free(x);
}

static const char *unreadable(apr_pool_t *p, const char *file, apr_status_t rv)
{
    char text[128];

    return apr_psprintf(p, "cannot read \"%s\": %s", file, apr_strerror(rv, text, sizeof text));
}

static apr_status_t read_open_file(content_t *content, apr_file_t *file, apr_pool_t *p)
{
    apr_finfo_t info;
    apr_status_t rv = apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file);

    if (rv != APR_SUCCESS)
        return rv;
    if (info.filetype != APR_REG || info.size > FILE_MAX)
        return APR_EINVAL;
    content->bytes = apr_palloc(p, (apr_size_t)info.size + 1);
    content->len = (apr_size_t)info.size;
    return content->len ? apr_file_read_full(file, content->bytes, content->len, NULL) : APR_SUCCESS;
}

static apr_status_t read_file(content_t *content, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, APR_FPROT_OS_DEFAULT, p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = read_open_file(content, file, p);
    apr_file_close(file);
    return rv;
}

/* OpenSSL would ask for a passphrase at the terminal; a server has none. */
static int no_passphrase(char *buffer, int size, int writing, void *asked)
{
    (void)buffer, (void)size, (void)writing;
    *(int *)asked = 1;
    return -1;
}

static X509 *parse_certificate(const content_t *content, apr_pool_t *p)
{
    int asked = 0;
    BIO *bio = BIO_new_mem_buf(content->bytes, (int)content->len);
    X509 *x = bio ? ik_own(p, PEM_read_bio_X509(bio, NULL, no_passphrase, &asked), free_x509) : NULL;

    BIO_free(bio);
    return x;
}

static EVP_PKEY *parse_key(const content_t *content, int *asked, apr_pool_t *p)
{
    BIO *bio = BIO_new_mem_buf(content->bytes, (int)content->len);
    EVP_PKEY *key = bio ? ik_key_own(p, PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, asked)) : NULL;

    BIO_free(bio);
    return key;
}

static X509 *load_certificate(const char *file, apr_pool_t *p, const char **problem)
{
    content_t content;
    apr_status_t rv = read_file(&content, file, p);
    X509 *x = rv == APR_SUCCESS ? parse_certificate(&content, p) : NULL;

    if (rv != APR_SUCCESS)
        *problem = unreadable(p, file, rv);
    else if (!x)
        *problem = apr_psprintf(p, "\"%s\" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", file);
    return x;
}

static EVP_PKEY *load_key(const char *file, apr_pool_t *p, const char **problem)
{
    content_t content;
    int asked = 0;
    apr_status_t rv = read_file(&content, file, p);
    EVP_PKEY *key;

    if (rv != APR_SUCCESS) {
        *problem = unreadable(p, file, rv);
        return NULL;
    }
    key = parse_key(&content, &asked, p);
    OPENSSL_cleanse(content.bytes, content.len);
    if (asked)
        *problem = apr_psprintf(p, "the private key in \"%s\" is protected by a passphrase; store it without one, "
                                "readable by root only", file);
    else if (!key)
        *problem = apr_psprintf(p, "\"%s\" holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)", file);
    return asked ? NULL : key;
}

/* NULL if the pair can be used, else what is wrong. */
static const char *judge(const X509 *x, EVP_PKEY *key, const char *cert_file, const char *key_file, apr_pool_t *p)
{
    if (!EVP_PKEY_is_a(key, "RSA"))
        return apr_psprintf(p, "the key in \"%s\" is not an RSA key", key_file);
    if (EVP_PKEY_get_bits(key) < IK_KEY_RSA_MIN_BITS)
        return apr_psprintf(p, "the key in \"%s\" has only %d bits, at least %d are needed", key_file,
                            EVP_PKEY_get_bits(key), IK_KEY_RSA_MIN_BITS);
    if (X509_check_private_key(x, key) != 1)
        return apr_psprintf(p, "the certificate in \"%s\" does not belong to the key in \"%s\"", cert_file, key_file);
    return NULL;
}

ik_spkeys_t *ik_spkeys_make(apr_pool_t *p)
{
    ik_spkeys_t *set = apr_pcalloc(p, sizeof *set);

    set->keys = apr_array_make(p, 2, sizeof(xmlSecKeyPtr));
    set->certificates = apr_array_make(p, 2, sizeof(ik_certificate_t *));
    return set;
}

static ik_certificate_t *describe(X509 *x, apr_pool_t *p)
{
    ik_certificate_t *certificate = NULL;
    unsigned char *der = NULL;
    int len = i2d_X509(x, &der);

    if (len > 0 && ik_certificate_read(&certificate, der, (apr_size_t)len, p) != APR_SUCCESS)
        certificate = NULL;
    OPENSSL_free(der);
    return certificate;
}

static apr_status_t add(ik_spkeys_t *set, X509 *x, EVP_PKEY *key, const char *key_file, apr_pool_t *p,
                        const char **problem)
{
    xmlSecKeyPtr made = ik_key_make(key, p);
    ik_certificate_t *certificate = describe(x, p);

    if (!made || !certificate) {
        *problem = apr_psprintf(p, "the key in \"%s\" cannot be used by xmlsec", key_file);
        return APR_EGENERAL;
    }
    APR_ARRAY_PUSH(set->keys, xmlSecKeyPtr) = made;
    APR_ARRAY_PUSH(set->certificates, ik_certificate_t *) = certificate;
    return APR_SUCCESS;
}

apr_status_t ik_spkeys_add(ik_spkeys_t *set, const char *cert_file, const char *key_file, apr_pool_t *p,
                           const char **problem)
{
    X509 *x;
    EVP_PKEY *key = NULL;

    *problem = NULL;
    x = load_certificate(cert_file, p, problem);
    if (x)
        key = load_key(key_file, p, problem);
    if (key)
        *problem = judge(x, key, cert_file, key_file, p);
    ERR_clear_error();
    return *problem ? APR_EINVAL : add(set, x, key, key_file, p, problem);
}
