/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a verified message is meant for us, for this account, and for now (R9, R10). */
#ifndef IK_SAML_CONDITIONS_H
#define IK_SAML_CONDITIONS_H

#include "saml/response.h"

/* Of an assertion, from its IssueInstant; NotOnOrAfter may end it earlier, and nearly always does. */
#define IK_ASSERTION_AGE_MAX apr_time_from_sec(24 * 3600)

typedef struct ik_expect_t {
    const char *idp;            /* entity ID of the account's identity provider */
    const char *entity_id;      /* our entity ID for this account: what the Audience carries */
    const char *acs;            /* where this account's messages go: what Recipient and Destination carry */
    const char *request;        /* id of the pending request, which every InResponseTo must be; or NULL: there must be none */
    apr_time_t skew;            /* microseconds */
    const char *dummy;          /* an InResponseTo that counts as none, where no request is pending; or NULL */
    int any_request;            /* 1: InResponseTo is not looked at, whatever request and dummy are. Never for a login */
} ik_expect_t;

/* What a message is held against, in the order in which a login does it. */
typedef enum {
    IK_CONDITION_ISSUER,
    IK_CONDITION_DESTINATION,
    IK_CONDITION_AUDIENCE,
    IK_CONDITION_TIMES,             /* of the Conditions, and IssueInstant, which is a day old at most */
    IK_CONDITION_CONFIRMATION,      /* Recipient, time and InResponseTo */
    IK_CONDITION_AUTHENTICATION,
    IK_CONDITION_REQUEST,           /* every InResponseTo: of a bearer confirmation and of the Response */
    IK_CONDITION_COUNT
} ik_condition_t;

/* One of them by itself, whatever the others say. Also of a supposed message. Errors as below. */
apr_status_t ik_condition_check(ik_condition_t which, const ik_verified_t *message, const ik_expect_t *expect,
                                apr_time_t now, ik_refusal_t *why);

/* The time after which nobody can present the assertion any more, which has both its IssueInstant and its end. */
apr_time_t ik_conditions_until(const ik_assertion_t *assertion, apr_time_t skew);

/*
 * All of them, up to the first that is not met. Reads only its arguments. APR_SUCCESS with *until, the time after which
 * the message can no longer be presented (skew included: how long its id must be remembered, R11; a day and the skew at
 * most after its IssueInstant), or
 * IK_REFUSED with issuer_mismatch, audience_mismatch, destination_mismatch, recipient_mismatch,
 * subject_confirmation_invalid, expired, not_yet_valid, request_unknown, structure_forbidden (no AuthnStatement), or
 * signature_invalid: the message is only supposed.
 * (SAML Core 2.5, Profiles 4.1.4.2 and 4.1.4.3.) What must be there and is absent is refused.
 */
apr_status_t ik_conditions_check(apr_time_t *until, const ik_verified_t *message, const ik_expect_t *expect,
                                 apr_time_t now, ik_refusal_t *why);

#endif
