/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a browser to an identity provider with a message of ours. */
#ifndef IK_HTTPD_DEPART_H
#define IK_HTTPD_DEPART_H

#include "httpd/visit.h"
#include "saml/outgoing.h"
#include "sso/login_request.h"

/* Answers with a redirect, or a page whose form posts itself. heading and lead are for that page. */
int ik_depart(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out, const char *heading, const char *lead);

/* Likewise with what answers a message of the identity provider, whose page may have us in a frame. */
int ik_depart_with_answer(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out, const char *heading,
                          const char *lead);

/* Starts a login: the pending login's cookie, and off. Answers a refusal or failure too. */
int ik_depart_login(request_rec *r, const ik_visit_t *visit, const ik_start_t *start);

#endif
