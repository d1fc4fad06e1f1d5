/* SPDX-License-Identifier: Apache-2.0 */
/* Require ik-authn-age, Require ik-authn-context: paths that want to be surer of who somebody is. */
#ifndef IK_HTTPD_AUTHZ_ASSURANCE_H
#define IK_HTTPD_AUTHZ_ASSURANCE_H

#include "httpd/visit.h"

/* Registers the providers of Require. */
void ik_authz_assurance_register(apr_pool_t *p);

/*
 * After a denial: where somebody who is signed in steps up to what r's sections demand, an absolute URL in the request's
 * pool; NULL if it was not for want of assurance.
 */
const char *ik_authz_assurance_url(request_rec *r, const ik_visit_t *visit);

#endif
