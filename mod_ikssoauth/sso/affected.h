/* SPDX-License-Identifier: Apache-2.0 */
/* Which accounts a change of our own key pairs is felt by: those whose identity provider gets what we sign. */
#ifndef IK_SSO_AFFECTED_H
#define IK_SSO_AFFECTED_H

#include "sso/context.h"

#define IK_AFFECTED_MAX 100     /* accounts that are named */

typedef struct ik_affected_t {
    const char *account, *name;
    int requests;               /* sign-in requests are signed: the account's option or its identity provider's metadata wants it */
    int logout;                 /* signing out here goes on there, and such messages are always signed */
    int answers;                /* its logout requests are answered, which is always signed, whatever the account's options */
} ik_affected_t;

typedef struct ik_affected_list_t {
    apr_array_header_t *some;   /* ik_affected_t, in order of account; at most IK_AFFECTED_MAX */
    int count;                  /* of all that get signed messages */
    int connected;              /* accounts with an identity provider: each may encrypt for our certificate */
} ik_affected_list_t;

/* In ctx->p; of disabled accounts as well. APR_SUCCESS, or why the database could not be read. */
apr_status_t ik_affected(ik_affected_list_t *list, const ik_ctx_t *ctx);

#endif
