/* SPDX-License-Identifier: Apache-2.0 */
/* The keys in metadata: which certificates an identity provider publishes, and which of them can be used. */
#ifndef IK_SAML_KEYDESCRIPTOR_H
#define IK_SAML_KEYDESCRIPTOR_H

#include <libxml/tree.h>

#include "model/idp.h"

#define IK_KEYS_MAX 16      /* of one identity provider, counted before any is decoded (R8) */

/*
 * Reads the KeyDescriptors of descriptor into idp->signing and idp->encryption, each certificate once. What
 * cannot be used is left out; notes (const char *) says so, and what is unusual of the others at the time now.
 * NULL, or the sentence that says why there is no key to verify signatures with.
 */
const char *ik_keydescriptor_read(ik_idp_t *idp, const xmlNode *descriptor, apr_time_t now,
                                  apr_array_header_t *notes, apr_pool_t *p);

#endif
