/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the body of a request, within bounds. */
#ifndef IK_HTTPD_BODY_H
#define IK_HTTPD_BODY_H

#include <httpd.h>

#define IK_BODY_MAX (1024 * 1024)

/* Reads a form into *fields. If it is NULL afterwards, it was answered already: the handler returns what this does. */
int ik_body_form(request_rec *r, apr_table_t **fields);

/* Likewise one of up to max bytes and count fields. */
int ik_body_form_of(request_rec *r, apr_table_t **fields, apr_size_t max, int count);

/* Likewise, but what is longer was not answered: that returns HTTP_REQUEST_ENTITY_TOO_LARGE, which nothing else does. */
int ik_body_form_within(request_rec *r, apr_table_t **fields, apr_size_t max, int count);

/* Answers that it is longer than max bytes. */
int ik_body_refuse_longer(request_rec *r, apr_size_t max);

/*
 * Reads a form's body into *body, in the request's pool. OK; HTTP_UNSUPPORTED_MEDIA_TYPE if it is not
 * application/x-www-form-urlencoded; HTTP_REQUEST_ENTITY_TOO_LARGE above IK_BODY_MAX, before anything is read where
 * the length is announced; AP_FILTER_ERROR when httpd has answered already; another status when reading failed.
 */
int ik_body_read_form(request_rec *r, const char **body, apr_size_t *len);

/* The same for a body of any type. */
int ik_body_read(request_rec *r, const char **body, apr_size_t *len);

#endif
