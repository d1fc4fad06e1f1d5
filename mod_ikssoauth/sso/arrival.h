/* SPDX-License-Identifier: Apache-2.0 */
/* A session that has begun and waits: somebody else is signed in, so the person decides first (login CSRF). */
#ifndef IK_SSO_ARRIVAL_H
#define IK_SSO_ARRIVAL_H

#include "model/identity.h"
#include "sso/context.h"

#define IK_ARRIVAL_LIFETIME apr_time_from_sec(600)

/*
 * Seals the identity that waits and where it leads (an absolute URL) into *value: a cookie, SameSite=Lax. APR_SUCCESS,
 * APR_ERANGE, APR_EGENERAL.
 */
apr_status_t ik_arrival_seal(const char **value, const ik_ctx_t *ctx, const ik_identity_t *identity,
                             const char *target);

/* APR_SUCCESS with *identity and *target in ctx->p; APR_EINVAL: not sealed here, or older than IK_ARRIVAL_LIFETIME. */
apr_status_t ik_arrival_open(const ik_identity_t **identity, const char **target, const ik_ctx_t *ctx,
                             const char *value);

#endif
