/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose session a browser has, for the one request that cannot bring its session cookie: the identity provider's cross-
 * site POST. A sealed companion of that cookie, SameSite=None, which names the session and gives no access to anything.
 */
#ifndef IK_SSO_WHOSE_H
#define IK_SSO_WHOSE_H

#include "model/identity.h"
#include "sso/context.h"

/* The companion of identity's session, in ctx->p; NULL if it cannot be sealed. */
const char *ik_whose_seal(const ik_ctx_t *ctx, const ik_identity_t *identity);

/*
 * Reads it: *identity (in ctx->p) has session, account, email, expires, position and issued, and nothing else. 1 if
 * that session may be alive (sealed here, not expired, not revoked as far as this machine can tell); else 0.
 */
int ik_whose_open(const ik_identity_t **identity, const ik_ctx_t *ctx, const char *value);

/* 1 if both are sessions of one user (account, e-mail). */
int ik_whose_same_user(const ik_identity_t *a, const ik_identity_t *b);

#endif
