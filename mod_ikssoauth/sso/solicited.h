/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a verified response answers a request of this browser, and gives what was asked for (R10). For consume.c. */
#ifndef IK_SSO_SOLICITED_H
#define IK_SSO_SOLICITED_H

#include "model/account.h"
#include "saml/response.h"
#include "sso/pending.h"

typedef enum {
    IK_SOLICITED,       /* it answers pending */
    IK_UNSOLICITED,     /* it says that it answers nothing, or a dummy that the account tolerates */
    IK_ANSWERS_OTHER    /* it answers a request that this browser did not make, or of another account or provider */
} ik_solicited_t;

typedef struct ik_answer_t {
    ik_solicited_t kind;
    const ik_pending_t *pending;    /* of IK_SOLICITED; else NULL */
    const char *request;            /* what every InResponseTo has to be (saml/conditions.h), NULL of IK_UNSOLICITED */
    const char *dummy;              /* of IK_UNSOLICITED: the InResponseTo that is tolerated; else NULL */
    const char *problem;            /* of IK_ANSWERS_OTHER: what is wrong with request, for the log; else NULL */
} ik_answer_t;

/*
 * What message says that it answers, held against the pending logins (const ik_pending_t *) of the browser. Reads only
 * its arguments. Nothing is decided by what is not signed: ik_conditions_check requires request of every confirmation.
 */
ik_answer_t ik_solicited(const ik_verified_t *message, const ik_account_t *account, const apr_array_header_t *browser,
                         apr_time_t now);

/* Whether the authentication is as fresh, and of the kind, that pending asked for. IK_REFUSED with not_allowed. */
apr_status_t ik_solicited_check(const ik_pending_t *pending, const ik_assertion_t *assertion, apr_time_t skew,
                                ik_refusal_t *why);

#endif
