/* SPDX-License-Identifier: Apache-2.0 */
/* E-mail addresses as the name of a user. */
#ifndef IK_MODEL_EMAIL_H
#define IK_MODEL_EMAIL_H

#include <apr_pools.h>

#define IK_EMAIL_MAX 254    /* bytes, RFC 5321 section 4.5.3.1.3 */

/*
 * The address in the form users are stored and compared in: ASCII letters lowered. NULL if text is
 * not an e-mail address: one '@' with something on both sides, valid UTF-8, no white space or other
 * invisible character (Unicode's included), no control character, none of <>()[],;:\" , at most
 * IK_EMAIL_MAX bytes. In p.
 */
const char *ik_email_normalise(apr_pool_t *p, const char *text);

/* The part after '@' of a normalised address. */
const char *ik_email_domain(const char *email);

#endif
