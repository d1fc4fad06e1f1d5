/* SPDX-License-Identifier: Apache-2.0 */
/* An assurance inside a sealed record. For assurance.c and pending.c. */
#ifndef IK_SSO_ASSURANCE_PACK_H
#define IK_SSO_ASSURANCE_PACK_H

#include "base/pack.h"
#include "sso/assurance.h"

#define IK_ASSURANCE_CONTEXTS_MAX 16

/* APR_SUCCESS; APR_ERANGE: more than IK_ASSURANCE_CONTEXTS_MAX contexts, or one that is too long. */
apr_status_t ik_assurance_pack(ik_pack_t *to, const ik_assurance_t *wanted);

/* Reads it back, in p; what cannot be read sets from->failed. */
void ik_assurance_unpack(ik_assurance_t *wanted, ik_unpack_t *from, apr_pool_t *p);

#endif
