/* SPDX-License-Identifier: Apache-2.0 */
/* Where somebody who gives an e-mail address signs in. */
#ifndef IK_SSO_LOGIN_H
#define IK_SSO_LOGIN_H

#include "sso/context.h"

typedef enum {
    IK_WHERE_ACCOUNT,       /* at the identity provider of that account */
    IK_WHERE_SEVERAL,       /* the address is known in several accounts: ask for the id, and name none */
    IK_WHERE_NOBODY         /* not known, or nothing to sign in at: say how the first login starts */
} ik_where_t;

/*
 * Looks for the account of an e-mail address: one in which it is registered; of several the one that account (typed, or
 * remembered from the last time; may be NULL) names; else the one account that owns its domain. Only accounts and users
 * that are enabled and have metadata count, and on a single-account host only that one. APR_SUCCESS with
 * *where and, for IK_WHERE_ACCOUNT, *found in ctx->p; any other status is a failure. What is no e-mail address is
 * IK_WHERE_NOBODY.
 */
apr_status_t ik_login_find(ik_where_t *where, const ik_account_t **found, const ik_ctx_t *ctx, const char *email,
                           const char *account);

/*
 * The account with that id if people can sign in to it here now. APR_SUCCESS; IK_REFUSED with unknown_account,
 * account_disabled, sso_disabled, account_mismatch.
 */
apr_status_t ik_login_account(const ik_account_t **account, const ik_ctx_t *ctx, const char *id, ik_refusal_t *why);

#endif
