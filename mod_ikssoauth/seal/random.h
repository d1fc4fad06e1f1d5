/* SPDX-License-Identifier: Apache-2.0 */
/* Unpredictable bytes, from OpenSSL's generator. */
#ifndef IK_SEAL_RANDOM_H
#define IK_SEAL_RANDOM_H

#include <apr_pools.h>

/* Fills len bytes. APR_SUCCESS, or APR_EGENERAL when OpenSSL has none to give. */
apr_status_t ik_random_bytes(void *bytes, apr_size_t len);

/* A fresh identifier of the given number of random bytes, as base64url in p; NULL on failure. */
const char *ik_random_id(apr_pool_t *p, apr_size_t bytes);

#endif
