/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a login at the identity provider of an account. */
#ifndef IK_SSO_LOGIN_REQUEST_H
#define IK_SSO_LOGIN_REQUEST_H

#include "saml/outgoing.h"
#include "sso/pending.h"

/* What the login is for. */
typedef struct ik_start_t {
    const ik_account_t *account;
    const char *target;             /* as it was asked for; NULL, or not allowed by R14: the default target */
    const char *email;              /* login_hint, or NULL */
    const char *draft;              /* of a test sign-in: the id of the draft that account is; NULL for a login */
    ik_assurance_t wanted;          /* of a step-up; all zero otherwise. An age forces a fresh authentication */
} ik_start_t;

/*
 * Builds the request and what the browser has to remember: *pending with handle, and *cookie, the value of its cookie.
 * RelayState is the handle. APR_SUCCESS; IK_REFUSED with sso_disabled (why->detail names what the metadata lacks, or
 * that IkSSOCertificate is missing); any other status is a failure. In ctx->p.
 */
apr_status_t ik_login_start(ik_outgoing_t **out, const ik_pending_t **pending, const char **cookie,
                            const ik_ctx_t *ctx, const ik_start_t *start, ik_refusal_t *why);

/*
 * The absolute URL for a wanted target, or for the default one (*refused is the wanted one then, unless it is NULL or
 * ""). In ctx->p (R14).
 */
const char *ik_login_target(const ik_ctx_t *ctx, const char *wanted, const char **refused);

#endif
