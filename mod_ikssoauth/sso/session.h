/* SPDX-License-Identifier: Apache-2.0 */
/* The session: an identity, sealed into the cookie that the browser brings with every request (docs/cookie.md). */
#ifndef IK_SSO_SESSION_H
#define IK_SSO_SESSION_H

#include "base/pack.h"
#include "model/identity.h"
#include "sso/context.h"

#define IK_SESSION_COOKIE "__Host-ikssoauth"
#define IK_SESSION_COOKIE_MAX 4000  /* bytes of the value; browsers drop cookies over 4,096 with name and attributes */

/* Why a cookie gave no identity; for the debug log and the counter. */
typedef enum {
    IK_SESSION_OK, IK_SESSION_NONE, IK_SESSION_UNREADABLE, IK_SESSION_EXPIRED, IK_SESSION_IDLE, IK_SESSION_REVOKED,
    IK_SESSION_UNCERTAIN        /* it may have been revoked and this machine cannot tell yet: a failure of ours, 503 */
} ik_session_state_t;

/*
 * Opens the cookie's value. IK_SESSION_OK with *identity in ctx->p, and *renewed set to a new value for the
 * cookie when its last-seen time is a minute old or it was sealed with an older key (else NULL). Everything
 * else: no identity, and no access (R15).
 */
ik_session_state_t ik_session_open(const ik_identity_t **identity, const char **renewed, const ik_ctx_t *ctx,
                                   const char *value);

/*
 * Whose session the value is, for ending it: a copy of the cookie with a later last-seen time may be alive although
 * this one gives no access here. IK_SESSION_OK with *identity in ctx->p, whatever idle time, clock or role say; else
 * there is nothing to end (none, unreadable, absolutely over, revoked), or nobody can tell (IK_SESSION_UNCERTAIN).
 */
ik_session_state_t ik_session_read(const ik_identity_t **identity, const ik_ctx_t *ctx, const char *value);

/* Seals identity into *value (in ctx->p). APR_SUCCESS, APR_ERANGE above IK_SESSION_COOKIE_MAX, APR_EGENERAL. */
apr_status_t ik_session_seal(const char **value, const ik_ctx_t *ctx, const ik_identity_t *identity);

/* For sso/arrival.c: an identity as it is sealed, behind what is in to already; and what is in those bytes, or NULL. */
apr_status_t ik_session_pack(ik_pack_t *to, const ik_identity_t *identity);
ik_identity_t *ik_session_unpack(const unsigned char *bytes, apr_size_t len, apr_pool_t *p);

#endif
