/* SPDX-License-Identifier: Apache-2.0 */
/* The consume endpoint: where identity providers post their responses. */
#ifndef IK_HTTPD_EP_CONSUME_H
#define IK_HTTPD_EP_CONSUME_H

#include "httpd/visit.h"

int ik_ep_consume(request_rec *r, ik_visit_t *visit);

#endif
