/* SPDX-License-Identifier: Apache-2.0 */
/* An invitation to the settings page: looked at as often as anybody likes, used by a button, once. */
#ifndef IK_HTTPD_EP_INVITED_H
#define IK_HTTPD_EP_INVITED_H

#include "httpd/visit.h"

/* token: of the link. redeems: the button was pressed. */
int ik_ep_invited(request_rec *r, ik_visit_t *visit, const char *token, int redeems);

#endif
