/* SPDX-License-Identifier: Apache-2.0 */
/* Require ik-authn-age, Require ik-authn-context: paths that want to be surer of who somebody is. */
#ifndef IK_HTTPD_AUTHZ_ASSURANCE_H
#define IK_HTTPD_AUTHZ_ASSURANCE_H

#include "httpd/visit.h"

/* Registers the providers of Require. */
void ik_authz_assurance_register(apr_pool_t *p);

/*
 * After run, a hook, denied: where somebody who is signed in steps up to all that r's sections demand, an absolute URL
 * in the request's pool; NULL if something else denies too. Runs the hook again.
 */
const char *ik_authz_assurance_url(request_rec *r, ik_step_t *step, int (*run)(request_rec *));

#endif
