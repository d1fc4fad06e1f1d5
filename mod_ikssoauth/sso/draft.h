/* SPDX-License-Identifier: Apache-2.0 */
/* A test sign-in: settings of an account are tried before they count. It creates neither user nor session. */
#ifndef IK_SSO_DRAFT_H
#define IK_SSO_DRAFT_H

#include "model/draft.h"
#include "sso/accounts.h"
#include "sso/consume.h"

/*
 * Keeps what change would make of the account as a draft: *draft in ctx->p. Returns as sso/accounts.h says; result has
 * the report of the metadata. Refused besides: "no_metadata" (nothing to sign in with), "no_sign_in_address" (the
 * metadata has no SingleSignOnService that we can use: a sign-in cannot start here).
 */
apr_status_t ik_draft_make(const ik_draft_t **draft, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                           const ik_account_change_t *change);

/*
 * The draft of that account, with *list what its test showed (NULL before, or if it cannot be read) in ctx->p; result
 * has the account as it is saved, and the report of the draft's metadata. Refused: "draft_not_found".
 */
apr_status_t ik_draft_get(const ik_draft_t **draft, ik_checklist_t **list, ik_accounts_result_t *result,
                          const ik_ctx_t *ctx, const char *id, const char *draft_id);

/*
 * How the last test of what change would make of the account went: IK_DRAFT_UNTESTED if there was none, or if that is
 * what is in force already. *list then is what it showed, else NULL; result->digest is that of the settings. Refuses
 * what ik_accounts_set would refuse.
 */
apr_status_t ik_draft_outcome(ik_draft_state_t *state, ik_checklist_t **list, ik_accounts_result_t *result,
                              const ik_ctx_t *ctx, const char *id, const ik_account_change_t *change);

/* A new draft with the settings of that one, to be tested once more. Returns as ik_draft_make; refused like ik_draft_save. */
apr_status_t ik_draft_repeat(const ik_draft_t **draft, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const char *draft_id);

/* 1 if the settings of the draft are those of account, as it is saved. */
int ik_draft_is_saved(const ik_draft_t *draft, const ik_account_t *account, apr_pool_t *p);

/*
 * Saves the draft as ik_accounts_set does. Refused besides: "changed_meanwhile" if the account was changed after the
 * draft was made, unless the settings in force are those of the draft. The moments are those of the machines' clocks.
 */
apr_status_t ik_draft_save(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, const char *draft_id);

/*
 * For consume.c: the pending login of this browser whose test the message answers, or NULL. in_response_to: of the
 * Response, unverified; NULL if it has none or cannot be read. If that is no request of this browser, the RelayState
 * tells, which is our handle.
 */
const ik_pending_t *ik_draft_pending(const ik_consume_in_t *in, const char *in_response_to);

/*
 * For consume.c: takes the answer to a test, once: holds the response against the draft and writes down what it shows.
 * APR_SUCCESS, whatever that is; IK_REFUSED with request_unknown (the draft is gone, or was answered before); or a failure.
 */
apr_status_t ik_draft_answer(ik_checklist_t **list, const ik_ctx_t *ctx, const ik_pending_t *pending,
                             const char *saml_response, ik_refusal_t *why);

#endif
