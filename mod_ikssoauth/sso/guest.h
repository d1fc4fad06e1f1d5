/* SPDX-License-Identifier: Apache-2.0 */
/* What invitations and the guests that they admit have in common. For invite.c and guest.c. */
#ifndef IK_SSO_GUEST_H
#define IK_SSO_GUEST_H

#include "sso/account_task.h"
#include "sso/invite.h"

#define IK_GUEST_RANDOM_BYTES 16        /* of a token, and of a guest's session: 22 characters of base64url */

/* The id of the invitation with that token, in p: SHA-256 in hexadecimal. NULL if OpenSSL fails. */
const char *ik_invite_id(const char *token, apr_pool_t *p);

/* A token and the invitation with it, made now, in ctx->p; APR_EGENERAL without random bytes. */
apr_status_t ik_invite_begin(const char **token, ik_invite_t *invite, const ik_ctx_t *ctx, const char *account,
                             const char *author);

/*
 * What an invitation to the account is worth at best: IK_INVITE_OPEN if people can use this host for it now, else
 * IK_INVITE_DISABLED, or _REVOKED if it is gone or not served here. APR_SUCCESS, or a failure.
 */
apr_status_t ik_invite_account(ik_invite_state_t *state, ik_db_t *db, const ik_ctx_t *ctx, const char *account);

/* The cookie of a guest who used that invitation, in ctx->p. APR_SUCCESS, or a failure. */
apr_status_t ik_guest_seal(const char **cookie, const ik_ctx_t *ctx, const ik_invite_t *invite);

#endif
