/* SPDX-License-Identifier: Apache-2.0 */
/* One response on its way to a session, and the steps of it that have a file of their own. For consume.c. */
#ifndef IK_SSO_CONSUMING_H
#define IK_SSO_CONSUMING_H

#include "saml/response.h"
#include "sso/consume.h"
#include "sso/login_record.h"
#include "sso/solicited.h"

typedef struct ik_consuming_t {
    const ik_ctx_t *ctx;
    const ik_consume_in_t *in;
    ik_refusal_t *why;
    ik_login_t *login;
    ik_db_t *db;
    ik_response_t *response;
    ik_account_t *account;
    const ik_trust_t *trust;
    ik_verified_t *verified;
    ik_answer_t answer;
    ik_admission_t admission;
} ik_consuming_t;

/*
 * AES-CBC is decrypted only inside a Response that an identity provider we trust has signed (R17). Which account
 * is meant stands inside, so the keys of any account it may be for open the gate; they decide nothing else.
 */
apr_status_t ik_consuming_unlock(const ik_consuming_t *c);

/* The account that the message names. Only a choice of keys so far: the same claim is checked once it is verified. */
apr_status_t ik_consuming_choose_account(ik_consuming_t *c);

/*
 * Whose administrator a refusal concerns where no account is named: an error of the identity provider, what stays
 * encrypted, what cannot be read. That of the pending login it answers, of its Destination, or the only one of its Issuer;
 * NULL if there is none, or the database does not say. Nothing of it is proven: it decides nothing.
 */
const char *ik_consuming_guess(const ik_consuming_t *c);

/* IK_REFUSED: where one identity provider serves several accounts, the address of another one is no typing error. */
apr_status_t ik_consuming_explain(const ik_consuming_t *c);

#endif
