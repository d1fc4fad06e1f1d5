/* SPDX-License-Identifier: Apache-2.0 */
/* What people paste where metadata belongs: recognised before any parser sees it, to name the mistake. */
#ifndef IK_SAML_PASTED_H
#define IK_SAML_PASTED_H

#include <apr_pools.h>

/* bytes behind a byte order mark and white space, where an XML declaration may stand; *len becomes what is left. */
const char *ik_pasted_start(const char *bytes, apr_size_t *len);

/* NULL if the len bytes at bytes may be XML; else the sentence that says which mistake was made. */
const char *ik_pasted_problem(const char *bytes, apr_size_t len, apr_pool_t *p);

#endif
