/* SPDX-License-Identifier: Apache-2.0 */
/* A verified login on its way into the database, and the session that begins with it. For consume.c. */
#ifndef IK_SSO_LOGIN_RECORD_H
#define IK_SSO_LOGIN_RECORD_H

#include "model/account.h"
#include "model/user.h"
#include "saml/assertion.h"
#include "sso/consume.h"

/* What has been decided so far. */
typedef struct ik_admission_t {
    const ik_account_t *account;        /* whose keys verified the response, as it was then */
    const ik_assertion_t *assertion;
    const ik_certificate_t *key;        /* of that account: whose key verified it */
    apr_time_t until;                   /* how long the assertion's id must be remembered */
    const char *request;                /* ID of the request that it answers, to be used up; NULL: unsolicited */
    apr_time_t request_until;           /* how long that must be remembered */
    ik_user_t user;                     /* as the assertion describes it */
} ik_admission_t;

/* Somebody changed the account, or the user, since it was decided: decide again. Neither a refusal nor a failure yet. */
#define IK_LOGIN_OVERTAKEN (IK_REFUSED + 1)

/*
 * Writes the login in one transaction, in which the session begins: APR_SUCCESS with identity, cookie and
 * user_created of *login. IK_REFUSED with replayed, request_unknown (it was answered before) or user_disabled;
 * IK_LOGIN_OVERTAKEN; any other status is a failure.
 * Unless it is APR_SUCCESS nothing is kept, not even the mark that the assertion was used.
 */
apr_status_t ik_login_record(ik_login_t *login, const ik_ctx_t *ctx, ik_db_t *db, const ik_admission_t *admission,
                             ik_refusal_t *why);

#endif
