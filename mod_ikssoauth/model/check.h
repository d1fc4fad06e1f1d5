/* SPDX-License-Identifier: Apache-2.0 */
/* The list of checks that a response goes through, for people who want to see each of them passed or failed. */
#ifndef IK_MODEL_CHECK_H
#define IK_MODEL_CHECK_H

#include <apr_tables.h>
#include <apr_time.h>

#include "model/refusal.h"

/* One row per check, in the order in which a login meets them: id, what it asks for. */
#define IK_CHECKS(X) \
    X(READABLE, "readable", "The message is base64 and well-formed XML") \
    X(STRUCTURE, "structure", "The message has the structure of a SAML response") \
    X(STATUS, "status", "The identity provider says that the person signed in") \
    X(DECRYPTION, "decryption", "The encrypted assertion can be opened") \
    X(SIGNATURE, "signature", "The signature is made with a key of the metadata") \
    X(ISSUER, "issuer", "The Issuer is the identity provider of the metadata") \
    X(DESTINATION, "destination", "The Destination is our address (ACS)") \
    X(AUDIENCE, "audience", "The Audience is our Entity ID") \
    X(TIMES, "times", "The message is valid now") \
    X(CONFIRMATION, "confirmation", "The person may present the message here: Recipient and time") \
    X(AUTHENTICATION, "authentication", "The message says when the person authenticated") \
    X(REQUEST, "request", "The message answers the request that we sent") \
    X(ACCOUNT, "account", "The message names this account") \
    X(NAME_ID, "name_id", "The NameID is the person’s e-mail address") \
    X(NAME, "name", "The person’s full name is sent") \
    X(ROLE, "role", "The role is sent, and is one of the accepted roles") \
    X(DOMAIN, "domain", "The domain of the e-mail address is allowed") \
    X(USER, "user", "The user is not disabled here")

#define IK_CHECK_ENUM(NAME, id, label) IK_CHECK_##NAME,
typedef enum { IK_CHECKS(IK_CHECK_ENUM) IK_CHECK_COUNT } ik_check_id_t;

typedef enum {
    IK_CHECK_SKIPPED,       /* there was nothing to look at: not encrypted, no assertion to read */
    IK_CHECK_PASSED,
    IK_CHECK_FAILED
} ik_check_state_t;

typedef struct ik_check_row_t {
    const char *id, *label;
} ik_check_row_t;

/* The row of a check; never NULL. */
const ik_check_row_t *ik_check_row(ik_check_id_t id);

/* One check of one response. */
typedef struct ik_checked_t {
    ik_check_state_t state;
    ik_reason_t reason;             /* of a failed one: what a login would be refused for */
    const char *detail;             /* likewise: what came and what was expected; of a skipped one, why it cannot be shown; or NULL */
} ik_checked_t;

/* A claim as it came. */
typedef struct ik_claim_seen_t {
    const char *name;               /* of the attribute, or "NameID" */
    apr_array_header_t *values;     /* const char *; NULL for a value that is no plain text */
} ik_claim_seen_t;

/* All that a response shows about itself. */
typedef struct ik_checklist_t {
    ik_checked_t checks[IK_CHECK_COUNT];
    int passed;                         /* 1 if no check failed: a login would succeed */
    const char *issuer;                 /* as it came; or NULL */
    const char *email, *name, *role;    /* what would be written; NULL what cannot be told */
    apr_array_header_t *claims;         /* ik_claim_seen_t, in the order of the message */
    /* Of an assertion whose signature is good, to be marked as used (R11); NULL otherwise, and in the stored form. */
    const char *assertion, *assertion_issuer;
    apr_time_t assertion_until;         /* after that nobody can present it */
    apr_array_header_t *warnings;       /* const char *: what is accepted, but unusual or for a time only; sentences */
} ik_checklist_t;

#endif
