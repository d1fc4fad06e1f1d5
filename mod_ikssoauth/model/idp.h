/* SPDX-License-Identifier: Apache-2.0 */
/* An identity provider, as its metadata describes it. */
#ifndef IK_MODEL_IDP_H
#define IK_MODEL_IDP_H

#include <apr_tables.h>
#include <apr_time.h>

typedef struct ik_certificate_t {
    const unsigned char *der;   /* the X.509 certificate */
    apr_size_t der_len;
    const char *subject;
    const char *fingerprint;    /* SHA-256 of der, lower-case hexadecimal */
    const char *key_type;       /* "RSA", "EC", or what OpenSSL calls it */
    int bits;
    apr_time_t not_before, not_after;
    int self_signed;
} ik_certificate_t;

/* The key that verified the last login of an account. */
typedef struct ik_key_use_t {
    const char *fingerprint;    /* of its certificate; the metadata may list it no more */
    apr_time_t at;              /* of that login, or of one up to an hour before it */
} ik_key_use_t;

typedef struct ik_endpoint_t {
    const char *binding;            /* the binding's URI */
    const char *location;
    const char *response_location;  /* or NULL: location */
} ik_endpoint_t;

typedef struct ik_idp_t {
    const char *entity_id;
    apr_array_header_t *signing;    /* ik_certificate_t *, usable for verification, in document order, at least one */
    apr_array_header_t *encryption; /* ik_certificate_t * */
    apr_array_header_t *sso, *slo;  /* ik_endpoint_t * */
    int wants_signed_requests;
    apr_time_t valid_until;         /* 0: not stated */
    apr_int64_t cache_seconds;      /* cacheDuration: how long it may be kept before it is fetched again; 0: not stated */
    const char *product;            /* "okta", "entra" …, or "other" */
} ik_idp_t;

#endif
