/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies XML signatures with an account's keys, and with nothing that the message brings along (R3, R4, R5). */
#ifndef IK_SAML_SIGNATURE_H
#define IK_SAML_SIGNATURE_H

#include <libxml/tree.h>

#include "saml/trust.h"

/*
 * Verifies the ds:Signature that is a child of signed_node, in place, over that tree: the one Reference must
 * cover exactly signed_node. Structure must have been checked. Every key of trust is tried. sha1: 1 if SHA-1 is
 * tolerated (R5), which the account that trust belongs to decides, for now. *by (by may be NULL) becomes the certificate
 * of trust whose key verified.
 * APR_SUCCESS; IK_REFUSED with signature_missing, algorithm_forbidden or signature_invalid. Any thread;
 * xmlsec stores nothing in the tree.
 */
apr_status_t ik_signature_verify(const ik_certificate_t **by, xmlNodePtr signed_node, const ik_trust_t *trust, int sha1,
                                 ik_refusal_t *why);

/* What a ds:Signature says that it is made with is in the table of algorithms. IK_REFUSED with algorithm_forbidden. */
apr_status_t ik_signature_check_algorithms(const xmlNode *signature, int sha1, ik_refusal_t *why);

/* 1 if the ds:Signature that is a child of node says that it is made with SHA-1, as signature or as digest. p: scratch. */
int ik_signature_has_sha1(const xmlNode *node, apr_pool_t *p);

/* 1 if node has a ds:Signature child. */
int ik_signature_present(const xmlNode *node);

#endif
