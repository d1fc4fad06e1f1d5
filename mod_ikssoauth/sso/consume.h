/* SPDX-License-Identifier: Apache-2.0 */
/* The main job: a signed response in, a session out. */
#ifndef IK_SSO_CONSUME_H
#define IK_SSO_CONSUME_H

#include "model/identity.h"
#include "model/refusal.h"
#include "sso/context.h"

typedef struct ik_login_t {
    const ik_identity_t *identity;
    const char *cookie;             /* value of the session cookie */
    const char *target;             /* absolute URL, allowed by R14 */
    const char *target_refused;     /* the RelayState that was replaced by the default target, or NULL */
    int user_created;
    const char *account;            /* what was claimed or found, for the log, also after a refusal; may be NULL */
    const char *issuer;             /* likewise */
} ik_login_t;

/*
 * Consumes a base64 SAMLResponse (an HTTP-POST binding's field) and its RelayState (may be NULL).
 * APR_SUCCESS with *login filled; IK_REFUSED with *why; any other status is a failure: nothing was
 * decided, and nothing of the login was kept. Account, exactly-once mark and user are written in one transaction.
 */
apr_status_t ik_consume(ik_login_t *login, const ik_ctx_t *ctx, const char *saml_response, const char *relay_state,
                        ik_refusal_t *why);

#endif
