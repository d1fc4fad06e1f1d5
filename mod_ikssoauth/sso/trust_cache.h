/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of accounts, built once per process and account version (design decision 4.4); bounded. */
#ifndef IK_SSO_TRUST_CACHE_H
#define IK_SSO_TRUST_CACHE_H

#include "model/account.h"
#include "saml/trust.h"

typedef struct ik_trust_cache_t ik_trust_cache_t;   /* any thread */

#define IK_TRUST_CACHE_MAX 1024     /* accounts per process */

/* An empty cache, gone with p. */
apr_status_t ik_trust_cache_create(ik_trust_cache_t **cache, apr_pool_t *p);

/* As ik_store_leave: nothing is freed any more, since the process ends while somebody may be using the cache. */
void ik_trust_cache_leave(ik_trust_cache_t *cache);

/*
 * The trust of this version of the account, built if the cache has none; kept alive until p goes even if the
 * cache drops it meanwhile. APR_SUCCESS; IK_REFUSED with sso_disabled (no usable metadata); APR_EGENERAL.
 */
apr_status_t ik_trust_cache_get(const ik_trust_t **trust, ik_trust_cache_t *cache, const ik_account_t *account,
                                apr_pool_t *p, ik_refusal_t *why);

#endif
