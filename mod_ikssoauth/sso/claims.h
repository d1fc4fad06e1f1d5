/* SPDX-License-Identifier: Apache-2.0 */
/* From what an assertion claims to who the user is in this account. */
#ifndef IK_SSO_CLAIMS_H
#define IK_SSO_CLAIMS_H

#include "model/account.h"
#include "model/user.h"
#include "saml/assertion.h"
#include "sso/context.h"
#include "sso/rules.h"

#define IK_CLAIM_MAX 1024                       /* bytes of a value (design: identity for backends) */
#define IK_CLAIM_ROLE_DEFAULT "imagekit_role"   /* IkSSOClaim role */

/* Where Entra ID says that it left out the groups of somebody who is in many. */
#define IK_GROUPS_LINK "http://schemas.microsoft.com/claims/groups.link"

/* What every value must be before it may become part of a header, a page or a row; else claim_invalid. NULL: no plain text. */
apr_status_t ik_claim_check(const char *what, const char *value, apr_size_t max, ik_refusal_t *why);

/*
 * Each claim by itself; they read only their arguments. APR_SUCCESS with the value in ctx->p or why->p; IK_REFUSED:
 * claim_missing, claim_ambiguous and claim_invalid, and what is said below. What is in the value then means nothing.
 */

/* The assertion names account: else account_mismatch. */
apr_status_t ik_claim_account(const ik_ctx_t *ctx, const ik_assertion_t *assertion, const ik_account_t *account,
                              ik_refusal_t *why);

/* The NameID as an e-mail address, normalised: else name_id_invalid. */
apr_status_t ik_claim_email(const char **email, const ik_ctx_t *ctx, const ik_assertion_t *assertion, ik_refusal_t *why);

apr_status_t ik_claim_name(const char **name, const ik_ctx_t *ctx, const ik_assertion_t *assertion, ik_refusal_t *why);

/* The role that the assertion gives, by the rules of account if it has any: else role_forbidden (sso/rules.h). */
apr_status_t ik_claim_role(ik_decision_t *decision, const ik_ctx_t *ctx, const ik_assertion_t *assertion,
                           const ik_account_t *account, ik_refusal_t *why);

/* The attributes that a role is made of by rules; settings: NULL where nobody knows them. In p, or of settings. */
const apr_array_header_t *ik_claim_role_names(const ik_rules_t *rules, const ik_settings_t *settings, apr_pool_t *p);

/* 1 if the account's identity provider sends several values as one with ';' between: OneLogin, by the metadata of the account. */
int ik_claim_joins(const ik_ctx_t *ctx, const ik_account_t *account);

/* What is kept of the assertion for trying other rules (sso/received.h), in ctx->p. */
const char *ik_claim_received(const ik_ctx_t *ctx, const ik_assertion_t *assertion, const ik_account_t *account);

/* The domain of email, which is normalised, is one of the account's, if it has any: else domain_forbidden. */
apr_status_t ik_claim_domain(const char *email, const ik_account_t *account, ik_refusal_t *why);

/*
 * All of them, in that order, up to the first that is wrong. APR_SUCCESS with *user filled (strings in ctx->p; times
 * not set); IK_REFUSED with name_id_invalid, claim_missing, claim_ambiguous, claim_invalid, role_forbidden,
 * account_mismatch or domain_forbidden. Reads only its arguments.
 */
apr_status_t ik_claims_user(ik_user_t *user, const ik_ctx_t *ctx, const ik_assertion_t *assertion,
                            const ik_account_t *account, ik_refusal_t *why);

#endif
