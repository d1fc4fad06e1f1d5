/* SPDX-License-Identifier: Apache-2.0 */
/* The settings endpoint: where a customer's administrator sets up single sign-on, without anybody's help. */
#ifndef IK_HTTPD_EP_SETTINGS_H
#define IK_HTTPD_EP_SETTINGS_H

#include "httpd/visit.h"

int ik_ep_settings(request_rec *r, ik_visit_t *visit);

#endif
