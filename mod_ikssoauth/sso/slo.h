/* SPDX-License-Identifier: Apache-2.0 */
/* Single Logout: our logout told to the identity provider, and theirs done here (Profiles 4.4). */
#ifndef IK_SSO_SLO_H
#define IK_SSO_SLO_H

#include "model/identity.h"
#include "model/refusal.h"
#include "saml/logout.h"
#include "saml/outgoing.h"
#include "sso/context.h"

/*
 * The LogoutRequest for a session that has just ended here. APR_SUCCESS; APR_NOTFOUND: there is none to send, because the
 * account does not want it, its identity provider has no endpoint for it, or we have no key to sign with; else a failure. In ctx->p.
 */
apr_status_t ik_slo_start(ik_outgoing_t **out, const ik_ctx_t *ctx, const ik_identity_t *identity);

/* What came of a message. */
typedef struct ik_slo_done_t {
    int is_request;                 /* else a response: show who is signed out */
    int success;                    /* of a response: the identity provider says that its session has ended */
    const ik_outgoing_t *answer;    /* to a request by Redirect or POST; NULL: nowhere to send it, or it came by SOAP */
    const char *soap;               /* the body of the answer to one that came by SOAP */
    const char *account, *issuer;   /* for the log, also after a refusal; may be NULL */
    const char *name_id;            /* of a request; for the log */
} ik_slo_done_t;

/*
 * Takes a LogoutRequest or LogoutResponse. Accounts with the Issuer as identity provider (at most 256) are tried; of a
 * request, sessions are ended in every one whose keys verify it: by account, NameID and SessionIndex, never by cookie,
 * each request once (R11). relay_state: of a POST, or NULL.
 * APR_SUCCESS; IK_REFUSED; any other status is a failure: nothing is said to have ended.
 */
apr_status_t ik_slo_take(ik_slo_done_t *done, const ik_ctx_t *ctx, ik_logout_t *message, const char *relay_state,
                         ik_refusal_t *why);

#endif
