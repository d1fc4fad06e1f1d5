/* SPDX-License-Identifier: Apache-2.0 */
/* Holds what somebody wants to change in an account against the rules, and applies it. For accounts.c. */
#ifndef IK_SSO_ACCOUNT_CHANGE_H
#define IK_SSO_ACCOUNT_CHANGE_H

#include "model/rule.h"
#include "sso/accounts.h"

/* 1 if the operator does this, or the server itself: what administrators and guests of an account may not, they may. */
int ik_account_is_operated(const ik_ctx_t *ctx);

/* Fills code and problem of result. Returns IK_REFUSED. */
apr_status_t ik_account_refuse(ik_accounts_result_t *result, const char *code, const char *problem);

/* *rules, in ctx->p, as text says them; refused with "rules_invalid" what cannot be used. */
apr_status_t ik_account_rules(const ik_rules_t **rules, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *text);

/* Writes change into account (strings of change, or in ctx->p). APR_SUCCESS; IK_REFUSED with result filled. */
apr_status_t ik_account_change(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                               const ik_account_change_t *change);

#endif
