/* SPDX-License-Identifier: Apache-2.0 */
/* Signing out: the session ends at once, on every machine. */
#ifndef IK_SSO_LOGOUT_H
#define IK_SSO_LOGOUT_H

#include "model/identity.h"
#include "sso/context.h"

/*
 * Ends the session of identity. APR_SUCCESS, or a failure: then the session goes on, and nobody may be told otherwise.
 * *problem (unless problem is NULL) is what the database said then, in ctx->p; "" otherwise.
 */
apr_status_t ik_logout(const ik_ctx_t *ctx, const ik_identity_t *identity, const char **problem);

#endif
