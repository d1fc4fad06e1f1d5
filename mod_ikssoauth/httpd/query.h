/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a request's query string. */
#ifndef IK_HTTPD_QUERY_H
#define IK_HTTPD_QUERY_H

#include <httpd.h>

/* Name to decoded value, in the request's pool; empty for none, and for a query that is no form or names one twice (R18). */
const apr_table_t *ik_query(request_rec *r);

/*
 * Likewise for a query that may hold a secret in the field called secret, before anybody has seen r: what logs, other modules
 * and mod_status find of it afterwards is "?secret=…", if it has that field or is no form. The fields, or NULL without a query.
 */
const apr_table_t *ik_query_hide(request_rec *r, const char *secret);

#endif
