/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps credentials out of what is written down (R20). */
#ifndef IK_BASE_REDACT_H
#define IK_BASE_REDACT_H

#include <apr_pools.h>

#define IK_REDACT_MIN 100   /* letters of base64 in a row: signatures, cookies, messages are longer, names and ids are not */

/*
 * text with "(N letters)" in place of every run of more than IK_REDACT_MIN letters of base64, base64url or percent-encoding,
 * in one line or several; in p. Never longer than text.
 */
const char *ik_redact(apr_pool_t *p, const char *text);

#endif
