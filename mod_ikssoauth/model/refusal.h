/* SPDX-License-Identifier: Apache-2.0 */
/* Why somebody's request is refused: the closed list of reasons, and how code says one. */
#ifndef IK_MODEL_REFUSAL_H
#define IK_MODEL_REFUSAL_H

#include <apr_errno.h>
#include <apr_pools.h>

/*
 * The status of every function that refuses: the fault is theirs, not ours. Any other
 * status but APR_SUCCESS is a failure of ours. The two are never mixed.
 */
#define IK_REFUSED (APR_OS_START_USERERR + 1)

/* Who can mend it. */
typedef enum { IK_ACT_NOBODY, IK_ACT_USER, IK_ACT_ACCOUNT_ADMIN, IK_ACT_IDP_ADMIN, IK_ACT_OPERATOR } ik_actor_t;

/* One row per reason, in the order of the design: id, HTTP status, who acts, public sentence. */
#define IK_REASONS(X) \
    X(MALFORMED, "malformed", 400, IK_ACT_IDP_ADMIN, \
      "The message could not be read.") \
    X(TOO_LARGE, "too_large", 413, IK_ACT_IDP_ADMIN, \
      "The message is larger than what is accepted here.") \
    X(STRUCTURE_FORBIDDEN, "structure_forbidden", 403, IK_ACT_IDP_ADMIN, \
      "The sign-in message has a structure that is not accepted.") \
    X(UNKNOWN_ACCOUNT, "unknown_account", 403, IK_ACT_IDP_ADMIN, \
      "The account named by the identity provider is not known here.") \
    X(SSO_DISABLED, "sso_disabled", 403, IK_ACT_ACCOUNT_ADMIN, \
      "Single sign-on is not switched on for this account.") \
    X(ISSUER_MISMATCH, "issuer_mismatch", 403, IK_ACT_ACCOUNT_ADMIN, \
      "The message comes from another identity provider than the one set up for this account.") \
    X(SIGNATURE_MISSING, "signature_missing", 403, IK_ACT_IDP_ADMIN, \
      "The sign-in message is not signed.") \
    X(SIGNATURE_INVALID, "signature_invalid", 403, IK_ACT_ACCOUNT_ADMIN, \
      "The signature does not match the certificate of the identity provider set up for this account.") \
    X(ALGORITHM_FORBIDDEN, "algorithm_forbidden", 403, IK_ACT_IDP_ADMIN, \
      "The identity provider signs or encrypts with an algorithm that is no longer safe.") \
    X(DECRYPTION_FAILED, "decryption_failed", 403, IK_ACT_IDP_ADMIN, \
      "The encrypted part of the sign-in message could not be opened.") \
    X(STATUS_NOT_SUCCESS, "status_not_success", 403, IK_ACT_USER, \
      "The identity provider did not let you sign in.") \
    X(AUDIENCE_MISMATCH, "audience_mismatch", 403, IK_ACT_IDP_ADMIN, \
      "The message is meant for another service: the Audience (Entity ID) does not match.") \
    X(DESTINATION_MISMATCH, "destination_mismatch", 403, IK_ACT_IDP_ADMIN, \
      "The message was sent to another address: the Destination does not match.") \
    X(RECIPIENT_MISMATCH, "recipient_mismatch", 403, IK_ACT_IDP_ADMIN, \
      "The message is meant for another address: the Recipient does not match.") \
    X(SUBJECT_CONFIRMATION_INVALID, "subject_confirmation_invalid", 403, IK_ACT_IDP_ADMIN, \
      "The message does not confirm who may present it.") \
    X(EXPIRED, "expired", 403, IK_ACT_USER, \
      "The sign-in message has expired. Please sign in again.") \
    X(NOT_YET_VALID, "not_yet_valid", 403, IK_ACT_IDP_ADMIN, \
      "The sign-in message is not valid yet: the clock of the identity provider is ahead of ours.") \
    X(REQUEST_UNKNOWN, "request_unknown", 403, IK_ACT_USER, \
      "This sign-in was not started here, or was finished already. Please start again.") \
    X(UNSOLICITED_FORBIDDEN, "unsolicited_forbidden", 403, IK_ACT_USER, \
      "This account only accepts sign-ins that start on our sign-in page.") \
    X(REPLAYED, "replayed", 403, IK_ACT_USER, \
      "This sign-in message was used before. Please sign in again.") \
    X(NAME_ID_INVALID, "name_id_invalid", 403, IK_ACT_IDP_ADMIN, \
      "The identity provider did not send an e-mail address as the name of the user (NameID).") \
    X(CLAIM_MISSING, "claim_missing", 403, IK_ACT_IDP_ADMIN, \
      "The identity provider did not send all attributes that are needed.") \
    X(CLAIM_AMBIGUOUS, "claim_ambiguous", 403, IK_ACT_IDP_ADMIN, \
      "The identity provider sent several different values for one attribute.") \
    X(CLAIM_INVALID, "claim_invalid", 403, IK_ACT_IDP_ADMIN, \
      "The identity provider sent an attribute with a value that is not accepted.") \
    X(ROLE_FORBIDDEN, "role_forbidden", 403, IK_ACT_IDP_ADMIN, \
      "The role sent by the identity provider is not one of the accepted roles.") \
    X(ACCOUNT_MISMATCH, "account_mismatch", 403, IK_ACT_IDP_ADMIN, \
      "The message names another account than the one it was issued for.") \
    X(DOMAIN_FORBIDDEN, "domain_forbidden", 403, IK_ACT_ACCOUNT_ADMIN, \
      "The domain of this e-mail address is not allowed for this account.") \
    X(USER_DISABLED, "user_disabled", 403, IK_ACT_ACCOUNT_ADMIN, \
      "This user is disabled for this account.") \
    X(ACCOUNT_DISABLED, "account_disabled", 403, IK_ACT_OPERATOR, \
      "This account is disabled.") \
    X(CSRF, "csrf", 403, IK_ACT_USER, \
      "The form has expired. Please load the page again and repeat what you did.") \
    X(NOT_SIGNED_IN, "not_signed_in", 401, IK_ACT_USER, \
      "Please sign in.") \
    X(NOT_ALLOWED, "not_allowed", 403, IK_ACT_ACCOUNT_ADMIN, \
      "Your account or role does not allow this.")

#define IK_REASON_ENUM(NAME, id, status, actor, sentence) IK_REASON_##NAME,
typedef enum { IK_REASONS(IK_REASON_ENUM) IK_REASON_COUNT } ik_reason_t;

typedef struct ik_reason_row_t {
    const char *id;             /* the word in logs, audit, JSON and docs */
    int http_status;
    ik_actor_t actor;
    const char *sentence;       /* what the browser may see */
} ik_reason_row_t;

/* The row of a reason; never NULL. */
const ik_reason_row_t *ik_reason_row(ik_reason_t reason);

/* The reason with that id; IK_REASON_COUNT if there is none, or id is NULL. */
ik_reason_t ik_reason_find(const char *id);

/* The sentence that says who can mend a refusal ("Ask the administrator of …"); "" for IK_ACT_NOBODY. */
const char *ik_actor_sentence(ik_actor_t actor);

/* Who that is, for those who mend: "account administrator"; "nobody" for IK_ACT_NOBODY. */
const char *ik_actor_name(ik_actor_t actor);

typedef struct ik_refusal_t {
    apr_pool_t *p;              /* where detail is formatted; the caller sets it */
    ik_reason_t reason;
    const char *detail;         /* for the log: what was expected, what came; never shown to the browser */
} ik_refusal_t;

/* Fills *why and returns IK_REFUSED, so that a check reads: return ik_refuse(why, IK_REASON_EXPIRED, "…"). */
apr_status_t ik_refuse(ik_refusal_t *why, ik_reason_t reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
