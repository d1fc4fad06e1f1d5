/* SPDX-License-Identifier: Apache-2.0 */
/* From our messages to httpd's error log; the only file that calls it. */
#ifndef IK_HTTPD_LOG_SINK_H
#define IK_HTTPD_LOG_SINK_H

#include <httpd.h>

#include "base/log.h"

/* Logs about a request. id is "IK" and four digits, one per site. Whatever the values hold, one line comes out. */
void ik_log_request(request_rec *r, ik_log_level_t level, const char *id, apr_status_t rv, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Logs about a server, while it starts or outside a request. */
void ik_log_server(server_rec *s, ik_log_level_t level, const char *id, apr_status_t rv, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A sink for the core that logs to the request's log; in the request's pool. */
const ik_log_t *ik_log_sink_request(request_rec *r);

/* A sink for the core that logs outside of requests; in p. */
const ik_log_t *ik_log_sink_server(server_rec *s, apr_pool_t *p);

/* value for a field between quotes: controls and quotes escaped, NULL as "-"; in the request's pool. */
const char *ik_log_quote(request_rec *r, const char *value);

#endif
