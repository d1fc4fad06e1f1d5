/* SPDX-License-Identifier: Apache-2.0 */
/* Opens an EncryptedAssertion with our own keys. Says nothing of who wrote it (R17). */
#ifndef IK_SAML_ENCRYPTION_H
#define IK_SAML_ENCRYPTION_H

#include <libxml/tree.h>

#include "model/refusal.h"
#include "saml/spkeys.h"

/*
 * 1 if the EncryptedAssertion's data is encrypted without authentication (AES-CBC): to be opened only inside
 * a verified signature. p: scratch.
 */
int ik_encryption_is_cbc(const xmlNode *encrypted, apr_pool_t *p);

/*
 * Decrypts into *assertion, a tree of its own (owned by p), parsed and held against the table of shapes like
 * every foreign message. RSA-OAEP with AES-128/256-GCM, or -CBC; nothing else.
 * APR_SUCCESS; IK_REFUSED with algorithm_forbidden, structure_forbidden, or decryption_failed, which is one
 * answer for every way in which decryption or what came out of it can be wrong.
 */
apr_status_t ik_encryption_open(xmlNodePtr *assertion, xmlNodePtr encrypted, const ik_spkeys_t *keys,
                                apr_pool_t *p, ik_refusal_t *why);

#endif
