/* SPDX-License-Identifier: Apache-2.0 */
/* The same-site step after a response: where the browser's own session can be seen, and held forms are sent on. */
#ifndef IK_HTTPD_EP_ARRIVAL_H
#define IK_HTTPD_EP_ARRIVAL_H

#include "httpd/visit.h"

/* GET: an arrival that waits, a form that is held (?held=), or neither. */
int ik_ep_arrival(request_rec *r, ik_visit_t *visit);

/* POST: what the person has decided. */
int ik_ep_arrival_choice(request_rec *r, ik_visit_t *visit, const apr_table_t *fields);

/* At a sign-out: a session that waits ends too, for the next person at this browser must not find it. */
void ik_ep_arrival_drop(request_rec *r, const ik_visit_t *visit);

#endif
