/* SPDX-License-Identifier: Apache-2.0 */
/* Tries role rules on what came with the last logins, with the very function that a login uses. */
#ifndef IK_SSO_RULES_TRIAL_H
#define IK_SSO_RULES_TRIAL_H

#include "model/trial.h"
#include "sso/accounts.h"

#define IK_TRIAL_PEOPLE 1000        /* of an account, those who signed in last */

/*
 * Whose role changes with the next login if rules (as model/rule.h writes them) are saved, when the identity provider says
 * the same then: *trial in ctx->p. Returns as sso/accounts.h says; refused besides: "rules_invalid". Changes nothing.
 */
apr_status_t ik_rules_try(ik_trial_t **trial, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                          const char *rules);

#endif
