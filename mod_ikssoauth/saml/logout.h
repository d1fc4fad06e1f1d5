/* SPDX-License-Identifier: Apache-2.0 */
/* A LogoutRequest or LogoutResponse that came in: parsed, then verified with the keys of an account, then read. */
#ifndef IK_SAML_LOGOUT_H
#define IK_SAML_LOGOUT_H

#include <apr_tables.h>
#include <apr_time.h>

#include "model/refusal.h"
#include "saml/trust.h"

/* Of a message, from its IssueInstant; NotOnOrAfter may end it earlier. */
#define IK_LOGOUT_LIFETIME apr_time_from_sec(300)

typedef struct ik_logout_t ik_logout_t;     /* the tree, and how far it has been checked */

/* What a verified message says. Only ik_logout_verify makes one. */
typedef struct ik_logout_said_t {
    int is_request;                     /* 1: LogoutRequest; 0: LogoutResponse */
    const char *id, *issuer;
    const char *destination;            /* NULL: absent */
    apr_time_t issued;
    apr_time_t not_on_or_after;         /* IK_TIME_ABSENT */
    const char *name_id;                /* of a request */
    const apr_array_header_t *session_indexes;  /* const char *, of a request; may be empty: all sessions */
    const char *in_response_to;         /* of a response; NULL: absent */
    int success;                        /* of a response: its top-level status */
} ik_logout_said_t;

/*
 * HTTP-Redirect: query is the raw query string as it was sent. The message is inflated within bounds (R8); a parameter
 * given twice is refused (R18). HTTP-POST: the base64 value of SAMLRequest or SAMLResponse. SOAP: the body.
 * APR_SUCCESS with *message in p; IK_REFUSED with malformed, too_large or structure_forbidden.
 */
apr_status_t ik_logout_parse_redirect(ik_logout_t **message, const char *query, apr_pool_t *p, ik_refusal_t *why);
apr_status_t ik_logout_parse_post(ik_logout_t **message, const char *value, int is_request, apr_pool_t *p,
                                  ik_refusal_t *why);
apr_status_t ik_logout_parse_soap(ik_logout_t **message, const char *body, apr_size_t len, apr_pool_t *p,
                                  ik_refusal_t *why);

/* The Issuer before anything is verified, or NULL: to look up accounts, and for the log. */
const char *ik_logout_claimed_issuer(const ik_logout_t *message);

/* RelayState of the raw query, decoded; NULL: none. For POST the caller has it. */
const char *ik_logout_relay_state(const ik_logout_t *message);

/* The binding's URI it came by. */
const char *ik_logout_binding(const ik_logout_t *message);

/*
 * Verifies the signature with trust: of a redirect over the very octets of the raw query, whatever case their percent-
 * encoding has (R18); else that of the XML, which must cover the whole message (R1, R2). Issuer must be trust's.
 * APR_SUCCESS with *said in the message's pool; IK_REFUSED. An unsigned one is signature_missing.
 * May be called again with another trust after a refusal.
 */
apr_status_t ik_logout_verify(ik_logout_said_t **said, ik_logout_t *message, const ik_trust_t *trust,
                              ik_refusal_t *why);

/*
 * Whether it is meant for us and for now: Destination, if given, is one of ours (const char *), IssueInstant within
 * five minutes plus skew, NotOnOrAfter not over. APR_SUCCESS; IK_REFUSED with destination_mismatch, expired, not_yet_valid.
 */
apr_status_t ik_logout_check(const ik_logout_said_t *said, const apr_array_header_t *ours, apr_time_t skew,
                             apr_time_t now, ik_refusal_t *why);

#endif
