/* SPDX-License-Identifier: Apache-2.0 */
/* The main job: a signed response in, a session out. */
#ifndef IK_SSO_CONSUME_H
#define IK_SSO_CONSUME_H

#include "model/identity.h"
#include "model/refusal.h"
#include "sso/context.h"
#include "sso/pending.h"

/* What a browser sends with a response. */
typedef struct ik_consume_in_t {
    const char *saml_response;              /* the base64 field of an HTTP-POST binding */
    const char *relay_state;                /* or NULL */
    const apr_array_header_t *pending;      /* const ik_pending_t *: those of its cookies that opened; NULL: none */
    const ik_identity_t *present;           /* whose session it has (sso/whose.h); NULL: none that is alive */
} ik_consume_in_t;

/* What is to become of a response that was not refused. */
typedef enum {
    IK_CONSUME_SESSION,     /* a session has begun: identity, cookie, target */
    IK_CONSUME_SWITCH,      /* likewise, but somebody else is signed in and has to be asked first (login CSRF) */
    IK_CONSUME_BOUNCE,      /* nothing was written: start a login of account bounce, to target */
    IK_CONSUME_TESTED,      /* it answers a test sign-in (sso/draft.h): no user, no session; tested and tested_passed */
    IK_CONSUME_ONWARD       /* used before, or its request was, by the person who is signed in: just go on to target */
} ik_consume_outcome_t;

typedef struct ik_login_t {
    ik_consume_outcome_t outcome;
    const ik_identity_t *identity;
    const char *cookie;             /* value of the session cookie */
    const char *target;             /* absolute URL, allowed by R14 */
    const char *target_refused;     /* the RelayState that was replaced by the default target, or NULL */
    const ik_account_t *bounce;     /* of IK_CONSUME_BOUNCE */
    const char *answered;           /* handle of the pending login that is over now, to clear its cookie; or NULL */
    const char *tested;             /* of IK_CONSUME_TESTED: id of the draft; account is its account */
    int tested_passed;
    int user_created;
    int tolerated_dummy;            /* the account's dummy-request took effect: to be logged */
    int tolerated_sha1;             /* likewise its sha1 */
    int verified;                   /* the account's keys have verified the message, whatever became of it */
    int repeated;                   /* and refused, not for the first time: whoever has it can send it again */
    const char *account;            /* what was claimed, found or guessed, for the log, also after a refusal; may be NULL */
    const char *issuer;             /* likewise */
} ik_login_t;

/*
 * Consumes a response. APR_SUCCESS with *login filled; IK_REFUSED with *why; any other status is a failure: nothing was
 * decided, and nothing of the login was kept. Account, exactly-once mark of the assertion and of the request it answers,
 * and user are written in one transaction.
 *
 * A response with an InResponseTo must answer a pending login of this browser, of that account and of that identity
 * provider, whose request was not used before (R10): else request_unknown. Without one it is unsolicited: the account's
 * option decides. RelayState decides nothing about that: some identity providers lose it. The target is that of the
 * pending login, or the RelayState of an unsolicited response.
 * replayed and request_unknown become IK_CONSUME_ONWARD if the message is verified and its user is the one present;
 * replayed becomes IK_CONSUME_BOUNCE if the pending login is still there (a form that was submitted twice, whose first
 * answer the browser dropped). *why then says what it would have been refused for, for the log.
 * A pending login that asked for a fresh authentication, or for contexts, and gets another is not_allowed.
 */
apr_status_t ik_consume(ik_login_t *login, const ik_ctx_t *ctx, const ik_consume_in_t *in, ik_refusal_t *why);

#endif
