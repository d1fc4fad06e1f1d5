/* SPDX-License-Identifier: Apache-2.0 */
/* X.509 certificates as carriers of a public key: metadata is the trust, not a chain of issuers (R4). */
#ifndef IK_SAML_CERTIFICATE_H
#define IK_SAML_CERTIFICATE_H

#include <openssl/types.h>

#include "model/idp.h"

/* Reads (and copies) len bytes of DER. APR_SUCCESS with *certificate in p; APR_EINVAL: not exactly one certificate. */
apr_status_t ik_certificate_read(ik_certificate_t **certificate, const unsigned char *der, apr_size_t len,
                                 apr_pool_t *p);

/* SHA-256 of len bytes, as the fingerprint of a certificate, in p; whether they are one is not looked at. NULL: OpenSSL failed. */
const char *ik_certificate_fingerprint(const unsigned char *der, apr_size_t len, apr_pool_t *p);

/*
 * NULL if signatures may be verified with the key: RSA of 2,048 to 8,192 bits, or EC on P-256, P-384 or P-521,
 * and sound in itself. Else what is wrong, as the end of a sentence: "its RSA key has only 1024 bits …". In p.
 */
const char *ik_certificate_weakness(const ik_certificate_t *certificate, apr_pool_t *p);

/* The public key, owned by p; NULL if OpenSSL cannot read it. */
EVP_PKEY *ik_certificate_key(const ik_certificate_t *certificate, apr_pool_t *p);

/* 1 if certificate was signed by the key of issuer and is not that same certificate. */
int ik_certificate_is_issued_by(const ik_certificate_t *certificate, const ik_certificate_t *issuer, apr_pool_t *p);

#endif
