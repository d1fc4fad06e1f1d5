/* SPDX-License-Identifier: Apache-2.0 */
/* From what an assertion claims to who the user is in this account. */
#ifndef IK_SSO_CLAIMS_H
#define IK_SSO_CLAIMS_H

#include "model/account.h"
#include "model/user.h"
#include "saml/assertion.h"
#include "sso/context.h"

/*
 * APR_SUCCESS with *user filled (strings in ctx->p; times not set); IK_REFUSED with name_id_invalid, claim_missing,
 * claim_ambiguous, claim_invalid, role_forbidden, account_mismatch or domain_forbidden. Reads only its arguments.
 */
apr_status_t ik_claims_user(ik_user_t *user, const ik_ctx_t *ctx, const ik_assertion_t *assertion,
                            const ik_account_t *account, ik_refusal_t *why);

#endif
