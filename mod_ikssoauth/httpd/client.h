/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of client sent a request: a person's browser opening a page, or a program. */
#ifndef IK_HTTPD_CLIENT_H
#define IK_HTTPD_CLIENT_H

#include <httpd.h>

/* 1 if a redirect to a sign-in page would be shown to a person: a page is being opened by GET or HEAD. */
int ik_client_navigates(const request_rec *r);

/* 1 if the answer is to be JSON: it is asked for, and HTML is not. */
int ik_client_wants_json(const request_rec *r);

/* 1 if the answer to an unauthenticated request is to be HTML: it is asked for, and no script reads it. */
int ik_client_wants_html(const request_rec *r);

#endif
