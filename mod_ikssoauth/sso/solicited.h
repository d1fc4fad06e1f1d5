/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a verified response answers a request of this browser, and what it is worth if it does not (R10). For consume.c. */
#ifndef IK_SSO_SOLICITED_H
#define IK_SSO_SOLICITED_H

#include "model/account.h"
#include "saml/response.h"
#include "sso/consume.h"

typedef enum {
    IK_SOLICITED,       /* it answers *pending */
    IK_UNSOLICITED,     /* it says that it answers nothing, or a dummy that the account tolerates */
    IK_ANSWERS_OTHER    /* it answers a request that this browser did not make, or made of another account or provider */
} ik_solicited_t;

/*
 * Reads only its arguments. *pending is set for IK_SOLICITED, *dummy where the tolerance took effect; *why is filled with
 * request_unknown for IK_ANSWERS_OTHER.
 */
ik_solicited_t ik_solicited(const ik_pending_t **pending, int *dummy, const ik_verified_t *message,
                            const ik_account_t *account, const apr_array_header_t *browser, ik_refusal_t *why);

/* Whether the authentication is as fresh, and of the kind, that pending asked for. APR_SUCCESS; IK_REFUSED with not_allowed. */
apr_status_t ik_solicited_check(const ik_pending_t *pending, const ik_assertion_t *assertion, apr_time_t skew,
                                ik_refusal_t *why);

#endif
