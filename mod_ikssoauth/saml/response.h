/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Response on its way from bytes to a verified assertion. The steps are separate calls, for the account
 * is looked up between them; each can refuse, and ik_response_verify is the only way to the identity:
 *
 *     ik_response_parse -> ik_response_open -> ik_response_account -> ik_response_verify -> ik_conditions_check
 */
#ifndef IK_SAML_RESPONSE_H
#define IK_SAML_RESPONSE_H

#include "saml/assertion.h"
#include "saml/spkeys.h"
#include "saml/trust.h"

typedef struct ik_response_t ik_response_t;     /* the tree, and how far it has been checked */

/* What is known once a signature has been verified. Only ik_response_verify makes one (ik_response_suppose, below). */
typedef struct ik_verified_t {
    const ik_assertion_t *assertion;
    const char *response_issuer;    /* NULL: absent, here and below */
    const char *destination;
    const char *in_response_to;
    const ik_certificate_t *key;    /* of trust: whose key verified the assertion, or else the Response around it */
    int response_signed;            /* the attributes of the Response are covered too */
    int sha1;                       /* a signature or a digest is made with SHA-1, which was tolerated */
    int supposed;                   /* nothing of this is proven: ik_conditions_check refuses it */
} ik_verified_t;

/*
 * Parses and holds against the table of shapes. APR_SUCCESS; IK_REFUSED: malformed, too_large; structure_forbidden,
 * algorithm_forbidden (but not of SHA-1: whether it is tolerated depends on the account, which is not known yet); and
 * status_not_success. *response is set, too, when a Response of good structure is refused: only ik_response_claimed_… may
 * be asked then.
 */
apr_status_t ik_response_parse(ik_response_t **response, const char *bytes, apr_size_t len, apr_pool_t *p,
                               ik_refusal_t *why);

/* Issuer, Destination and InResponseTo of the Response before anything is verified, or NULL. For look-ups and logs only. */
const char *ik_response_claimed_issuer(const ik_response_t *response);
const char *ik_response_claimed_destination(const ik_response_t *response);
const char *ik_response_claimed_request(const ik_response_t *response);

int ik_response_is_encrypted(const ik_response_t *response);

/* 1 if the assertion is encrypted without authentication, in a signed Response: ik_response_unlock comes first. */
int ik_response_needs_unlock(const ik_response_t *response);

/*
 * Verifies the signature of the Response, so that a CBC assertion may be opened (R17). IK_REFUSED otherwise.
 * sha1, here and below: 1 if the account of trust tolerates SHA-1 now (ik_option_tolerates, R5).
 */
apr_status_t ik_response_unlock(ik_response_t *response, const ik_trust_t *trust, int sha1, ik_refusal_t *why);

/* Opens the EncryptedAssertion, if there is one. IK_REFUSED, also for a CBC assertion that is not unlocked. */
apr_status_t ik_response_open(ik_response_t *response, const ik_spkeys_t *keys, ik_refusal_t *why);

/*
 * The account that the (unverified) assertion names in the attributes called names: used to pick the
 * keys to verify with, and nothing else (design decision 1). IK_REFUSED with claim_missing or claim_ambiguous.
 */
apr_status_t ik_response_account(const char **account, const ik_response_t *response,
                                 const apr_array_header_t *names, ik_refusal_t *why);

/*
 * Verifies every signature of the message with trust, requires that one covers the assertion, checks the
 * shapes again on the tree that was verified, and reads the assertion from that tree (R1, R2, R4, R5).
 * APR_SUCCESS with *verified in the response's pool; IK_REFUSED: signature_missing, signature_invalid,
 * algorithm_forbidden; structure_forbidden; malformed (a time that is none, of a good signature).
 */
apr_status_t ik_response_verify(ik_verified_t **verified, ik_response_t *response, const ik_trust_t *trust, int sha1,
                                ik_refusal_t *why);

/*
 * What the message says although nothing proves it: to explain to people what is wrong with it besides, never to decide
 * about anything. Only sso/checklist.c may call this (tools/check-rooms). APR_SUCCESS; IK_REFUSED with malformed, or
 * decryption_failed (it has not been opened).
 */
apr_status_t ik_response_suppose(ik_verified_t **supposed, const ik_response_t *response, ik_refusal_t *why);

#endif
