/* SPDX-License-Identifier: Apache-2.0 */
/* IkSSOHoldForms: a form that somebody without a session sends is sent on once they have signed in. */
#ifndef IK_HTTPD_HOLD_H
#define IK_HTTPD_HOLD_H

#include "httpd/visit.h"

/* 1 if r is such a form, sent by a page of this host: ik_hold answers it. */
int ik_hold_wants(request_rec *r, const ik_visit_t *visit);

/* Keeps the form and sends the browser to sign in. What a hook has to return. */
int ik_hold(request_rec *r, const ik_visit_t *visit);

/* After the login: a page that posts the form held under handle to where it was going. */
int ik_hold_send_on(request_rec *r, ik_visit_t *visit, const char *handle);

#endif
