/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of one account's identity provider, ready for use: what a signature is held against (R4). */
#ifndef IK_SAML_TRUST_H
#define IK_SAML_TRUST_H

#include "model/idp.h"
#include "model/refusal.h"

/* Read-only once built; any thread. */
typedef struct ik_trust_t {
    const ik_idp_t *idp;
    apr_array_header_t *keys;   /* xmlSecKeyPtr, in the order of idp->signing */
} ik_trust_t;

/*
 * Builds *trust in p out of the metadata of an account. APR_SUCCESS; IK_REFUSED with sso_disabled when there is
 * none (NULL) or it cannot be used any more; APR_EGENERAL.
 */
apr_status_t ik_trust_build(ik_trust_t **trust, const char *metadata, apr_pool_t *p, ik_refusal_t *why);

#endif
