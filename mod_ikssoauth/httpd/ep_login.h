/* SPDX-License-Identifier: Apache-2.0 */
/* The login endpoint: where people without a session land. */
#ifndef IK_HTTPD_EP_LOGIN_H
#define IK_HTTPD_EP_LOGIN_H

#include "httpd/visit.h"

/* Serves the page. */
int ik_ep_login(request_rec *r, ik_visit_t *visit);

/* The absolute URL that leads through the login page back to what r asked for. */
const char *ik_ep_login_url(request_rec *r, const ik_host_t *host);

#endif
