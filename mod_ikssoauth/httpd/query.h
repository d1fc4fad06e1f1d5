/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a request's query string. */
#ifndef IK_HTTPD_QUERY_H
#define IK_HTTPD_QUERY_H

#include <httpd.h>

/* Name to decoded value, in the request's pool; empty for none, and for a query that is no form or names one twice (R18). */
const apr_table_t *ik_query(request_rec *r);

#endif
