/* SPDX-License-Identifier: Apache-2.0 */
/* A message of the HTTP-Redirect binding, in the raw query it came by (Bindings 3.4.4). */
#ifndef IK_SAML_RAW_QUERY_H
#define IK_SAML_RAW_QUERY_H

#include "model/refusal.h"
#include "saml/trust.h"

typedef struct ik_raw_query_t {
    int is_request;
    const char *xml;                /* inflated, NUL-terminated */
    apr_size_t len;
    const char *relay_state;        /* decoded; NULL: none */
    const char *octets;             /* what is signed: the very octets, in the order of the specification */
    const char *algorithm;          /* SigAlg, decoded; NULL: unsigned */
    const unsigned char *signature;
    apr_size_t signature_len;
} ik_raw_query_t;

/* APR_SUCCESS with *query in p; IK_REFUSED with malformed or too_large. */
apr_status_t ik_raw_query_read(ik_raw_query_t *query, const char *raw, apr_pool_t *p, ik_refusal_t *why);

/* Verifies its signature with every key of trust (R4, R5, R18). IK_REFUSED with signature_missing, algorithm_forbidden or signature_invalid. */
apr_status_t ik_raw_query_verify(const ik_raw_query_t *query, const ik_trust_t *trust, ik_refusal_t *why);

#endif
