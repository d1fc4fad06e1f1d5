/* SPDX-License-Identifier: Apache-2.0 */
/* The users endpoint: where administrators look after the people of their account. */
#ifndef IK_HTTPD_EP_USERS_H
#define IK_HTTPD_EP_USERS_H

#include "httpd/visit.h"

int ik_ep_users(request_rec *r, ik_visit_t *visit);

#endif
