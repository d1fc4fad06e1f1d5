/* SPDX-License-Identifier: Apache-2.0 */
/* The login endpoint: from an e-mail address, an account or a demand to the identity provider. */
#ifndef IK_HTTPD_EP_LOGIN_H
#define IK_HTTPD_EP_LOGIN_H

#include "httpd/visit.h"

int ik_ep_login(request_rec *r, ik_visit_t *visit);

/* Where somebody without a session signs in to see what r asks for: an absolute URL, in the request's pool. */
const char *ik_ep_login_url(request_rec *r, const ik_host_t *host);

/* Path and query of the request as they were sent, if the browser may be sent there afterwards; else NULL. */
const char *ik_ep_login_target(request_rec *r, const ik_host_t *host);

#endif
