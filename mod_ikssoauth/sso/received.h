/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of a login so that other role rules can be tried on it: the attributes that a role may come from. */
#ifndef IK_SSO_RECEIVED_H
#define IK_SSO_RECEIVED_H

#include "saml/assertion.h"

#define IK_RECEIVED_MAX 8192        /* bytes: the 150 groups, each a GUID, that Entra ID sends at most, fit */

/*
 * The values of the attributes called one of names, and of those whose name tells of groups or roles ("group", "role" or
 * "member" in it), as text for user->received, in p: names come first. No more than IK_RECEIVED_MAX bytes.
 */
const char *ik_received_text(const ik_assertion_t *assertion, const apr_array_header_t *names, apr_pool_t *p);

/*
 * The values of the attributes called one of names in such a text, as ik_assertion_values gives them, in p. NULL if
 * nobody can tell: nothing was kept, not all of it, or not of these.
 */
apr_array_header_t *ik_received_values(const char *text, const apr_array_header_t *names, apr_pool_t *p);

#endif
