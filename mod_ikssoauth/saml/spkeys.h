/* SPDX-License-Identifier: Apache-2.0 */
/* Our own key pairs (IkSSOCertificate, IkSSOCertificateDir): the first signs, all decrypt, all are published. */
#ifndef IK_SAML_SPKEYS_H
#define IK_SAML_SPKEYS_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "model/idp.h"

/* Read-only once built; any thread. */
typedef struct ik_spkeys_t {
    apr_array_header_t *keys;   /* xmlSecKeyPtr, private RSA keys, in the order of the directives */
    apr_array_header_t *certificates;   /* ik_certificate_t *, one for each */
    int old;                    /* so many of them, the last ones, are published for signatures only: nobody is to encrypt for them */
} ik_spkeys_t;

/* An empty set, in p. */
ik_spkeys_t *ik_spkeys_make(apr_pool_t *p);

/*
 * Reads a PEM certificate and its PEM private key and adds them. APR_SUCCESS, or an error and *problem:
 * a sentence that names the file and what is wrong (unreadable, not PEM, the two do not belong together,
 * not RSA of at least 2,048 bits).
 */
apr_status_t ik_spkeys_add(ik_spkeys_t *set, const char *cert_file, const char *key_file, apr_pool_t *p,
                           const char **problem);

#endif
