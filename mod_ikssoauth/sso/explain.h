/* SPDX-License-Identifier: Apache-2.0 */
/* Explains a captured response: every check of it, against an account as it is saved. Writes nothing, opens no session. */
#ifndef IK_SSO_EXPLAIN_H
#define IK_SSO_EXPLAIN_H

#include "model/explained.h"
#include "sso/accounts.h"

/*
 * Finds the response in what was captured (saml/captured.h) and holds it against the account: *explained in ctx->p.
 * Returns as sso/accounts.h says, whatever the response is like; refused besides: "no_response" (nothing that could be one).
 * The request that it answers is not known here, so whose browser has sent that is not checked.
 * everything: 1 for who has our keys anyway, the operator; 0: as sso/checklist.h says.
 */
apr_status_t ik_explain(ik_explained_t **explained, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                        const char *bytes, apr_size_t len, int everything);

/* What the fixes of an account's refusals are filled with; in ctx->p. */
ik_fix_values_t ik_explain_values(const ik_ctx_t *ctx, const ik_account_t *account);

#endif
