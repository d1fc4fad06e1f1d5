/* SPDX-License-Identifier: Apache-2.0 */
/* How often a client may ask for what could be tried out: whether accounts and addresses are known here. */
#ifndef IK_HTTPD_LIMIT_H
#define IK_HTTPD_LIMIT_H

#include "httpd/visit.h"

/* Counts a try of r's client address (of IPv6 its /64). How long it has to wait, in microseconds; 0: not at all. */
apr_time_t ik_limit_address(const request_rec *r, const ik_host_t *host);

/* Counts a fetch that an administrator of an account asks for; likewise. */
apr_time_t ik_limit_fetch(const request_rec *r, const ik_host_t *host, const char *account);

/* Counts a try for an e-mail address, as somebody typed it; likewise. What is no address is not counted. */
apr_time_t ik_limit_email(const request_rec *r, const ik_host_t *host, const char *email);

#endif
