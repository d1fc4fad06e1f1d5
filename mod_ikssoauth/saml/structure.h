/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes a Response may have; everything else is refused before any signature is looked at (R2, R3). */
#ifndef IK_SAML_STRUCTURE_H
#define IK_SAML_STRUCTURE_H

#include <libxml/tree.h>

#include "model/refusal.h"

/*
 * Holds the tree below root (a samlp:Response) against the table of shapes: which element may stand
 * where and how often, at most one assertion in the whole message, signatures only as children of
 * Response and Assertion with one Reference to that very parent, two known transforms, no ds:Object,
 * IDs unique. Called before decryption and verification, and again after them on the tree that is read.
 * sha1: 1 lets signatures with SHA-1 through too, here and below (R5): what is verified later, with an account's
 * tolerance, and what is verified already.
 * APR_SUCCESS; IK_REFUSED with structure_forbidden, malformed (root is no Response) or algorithm_forbidden.
 */
apr_status_t ik_structure_check(xmlNodePtr root, int sha1, ik_refusal_t *why);

/*
 * The same for a LogoutRequest or LogoutResponse, or a SOAP envelope around a LogoutRequest: *message is that element.
 * Never with SHA-1.
 */
apr_status_t ik_structure_check_logout(xmlNodePtr *message, xmlNodePtr root, ik_refusal_t *why);

/* The same for an Assertion that stands alone: what came out of an EncryptedAssertion. */
apr_status_t ik_structure_check_assertion(xmlNodePtr assertion, int sha1, ik_refusal_t *why);

#endif
