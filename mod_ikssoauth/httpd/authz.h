/* SPDX-License-Identifier: Apache-2.0 */
/* Require ik-role, Require ik-account, and what somebody who is signed in but not allowed gets. */
#ifndef IK_HTTPD_AUTHZ_H
#define IK_HTTPD_AUTHZ_H

#include <httpd.h>

/* Hooks. */
int ik_authz_access_ex(request_rec *r);     /* access_checker_ex */
int ik_authz_check(request_rec *r);         /* auth_checker */

/* Registers the providers of Require. */
void ik_authz_register(apr_pool_t *p);

#endif
