/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of client sent a request: a person's browser opening a page, or a program. */
#ifndef IK_HTTPD_CLIENT_H
#define IK_HTTPD_CLIENT_H

#include <httpd.h>

#include "base/url.h"

/* 1 if a redirect to a sign-in page would be shown to a person: a page is being opened by GET or HEAD. */
int ik_client_navigates(const request_rec *r);

/* 1 if r is a POST of application/x-www-form-urlencoded. */
int ik_client_has_form(const request_rec *r);

/* 1 if a person sends such a form and would see the page that answers it. */
int ik_client_submits(const request_rec *r);

/* 1 if the request comes from a page of the origin own, or from no page (typed, a bookmark, a program), as far as can be told. */
int ik_client_is_own(const request_rec *r, const ik_origin_t *own);

/* 1 if the answer is to be JSON: it is asked for, and HTML is not. */
int ik_client_wants_json(const request_rec *r);

/* 1 if the answer to an unauthenticated request is to be HTML: it is asked for, and no script reads it. */
int ik_client_wants_html(const request_rec *r);

#endif
