/* SPDX-License-Identifier: Apache-2.0 */
/* What this module answers itself: pages, JSON, redirects; never stored, never framed, never replaced. */
#ifndef IK_HTTPD_REPLY_H
#define IK_HTTPD_REPLY_H

#include "httpd/visit.h"
#include "model/refusal.h"

/* Sends a page, or a line of JSON, with status 200. All functions here that send a body return OK. */
int ik_reply_page(request_rec *r, const char *html);
int ik_reply_json(request_rec *r, const char *json);

/* Likewise a page with a form that leads away from here, one for an administrator, or another type of content. */
int ik_reply_form_page(request_rec *r, int status, const char *html);
int ik_reply_admin_page(request_rec *r, int status, const char *html);
int ik_reply_content(request_rec *r, const char *type, const char *body);

/* A page that posts a message of ours to an identity provider, whose frame it may be in. */
int ik_reply_answer_page(request_rec *r, const char *html);

/* Somebody asks too often: 429, and when to come back. */
int ik_reply_slow_down(request_rec *r, apr_time_t wait);

/* As ik_reply_refusal, to a browser that keeps no cookies: the page says so, and leads to the path again of this host. */
int ik_reply_refusal_cookies(request_rec *r, const ik_refusal_t *why, const char *account, const char *issuer,
                             const char *again);

/* A refusal at an endpoint: logged, counted, and sent with the status of its reason. account and issuer may be NULL. */
int ik_reply_refusal(request_rec *r, const ik_refusal_t *why, const char *account, const char *issuer);

/* A request that no endpoint understands (405, 413, 415): a refusal with its own status. detail is for the log. */
int ik_reply_wrong_request(request_rec *r, int status, const char *detail);

/* A failure of ours: logged, counted, 503. sentence says what it means for the reader; NULL: try again. */
int ik_reply_failure(request_rec *r, apr_status_t rv, const char *what, const char *sentence);

/* Sends the browser to an absolute URL. Returns status, for httpd. */
int ik_reply_redirect(request_rec *r, int status, const char *url);

/*
 * Refuses access to what r asks for, from a hook before the handler: counted, logged with detail, and answered with
 * our page or JSON, unless the administrator has an ErrorDocument for it or r is not the browser's own request.
 * Returns what the hook has to return.
 */
int ik_reply_no_access(request_rec *r, ik_reason_t reason, const char *detail);

/* Likewise (401): the authentication is not good enough for what r asks for, a better one starts at login. */
int ik_reply_step_up(request_rec *r, const char *login);

/* Likewise for a failure of ours (503): what r asks for cannot be decided upon now; what is for the log. */
int ik_reply_unavailable(request_rec *r, const char *what);

#endif
