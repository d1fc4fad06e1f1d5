/* SPDX-License-Identifier: Apache-2.0 */
/* The session cookie among a request's headers, and among a response's. */
#ifndef IK_HTTPD_COOKIE_H
#define IK_HTTPD_COOKIE_H

#include <httpd.h>

/*
 * Takes the session cookie out of headers, so that no backend and no log sees a credential, and returns its value
 * in p; NULL if there is none, or more than one: browsers send one, so somebody else wrote the other.
 */
const char *ik_cookie_take(apr_table_t *headers, apr_pool_t *p);

/* Makes the response of r set the session cookie to value, and keeps shared caches from storing it. */
void ik_cookie_set(request_rec *r, const char *value);

/* Makes the response of r remove the session cookie; one that was set before is not sent. */
void ik_cookie_clear(request_rec *r);

#endif
