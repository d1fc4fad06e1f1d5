/* SPDX-License-Identifier: Apache-2.0 */
/* The logout endpoint: ends the session of whoever asks for it themselves. */
#ifndef IK_HTTPD_EP_LOGOUT_H
#define IK_HTTPD_EP_LOGOUT_H

#include "httpd/visit.h"

int ik_ep_logout(request_rec *r, ik_visit_t *visit);

#endif
