/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser gets to keep when somebody signs in, and loses when they sign out. */
#ifndef IK_HTTPD_SIGNED_IN_H
#define IK_HTTPD_SIGNED_IN_H

#include "httpd/visit.h"

/* The session's cookie (value) with its companion, and the account for the next time. */
void ik_signed_in(request_rec *r, const ik_host_t *host, const ik_identity_t *identity, const char *value);

/* The companion alone, where a browser has a session without it. */
void ik_signed_in_companion(request_rec *r, const ik_host_t *host, const ik_identity_t *identity);

/* Neither session nor companion any more. */
void ik_signed_out(request_rec *r);

#endif
