/* SPDX-License-Identifier: Apache-2.0 */
/* From our messages to httpd's error log. */
#include "httpd/log_sink.h"

#include <apr_strings.h>
#include <http_log.h>

#include "httpd/config.h"

APLOG_USE_MODULE(ikssoauth);

static const int levels[] = { APLOG_ERR, APLOG_WARNING, APLOG_NOTICE, APLOG_INFO, APLOG_DEBUG };

void ik_log_request(request_rec *r, ik_log_level_t level, const char *id, apr_status_t rv, const char *format, ...)
{
    va_list args;

    if (!APLOG_R_MODULE_IS_LEVEL(r, APLOG_MODULE_INDEX, levels[level]))
        return;
    va_start(args, format);
    ap_log_rerror(APLOG_MARK, levels[level], rv, r, "%s: %s", id, apr_pvsprintf(r->pool, format, args));
    va_end(args);
}

void ik_log_server(server_rec *s, ik_log_level_t level, const char *id, apr_status_t rv, const char *format, ...)
{
    apr_pool_t *p;
    va_list args;

    /* A pool of its own: a server's pools live until restart, and would keep the line. */
    if (apr_pool_create(&p, NULL) != APR_SUCCESS)
        return;
    va_start(args, format);
    ap_log_error(APLOG_MARK, levels[level], rv, s, "%s: %s", id, apr_pvsprintf(p, format, args));
    va_end(args);
    apr_pool_destroy(p);
}

static void write_request(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    ik_log_request(to, level, id, rv, "%s", message);
}

static void write_server(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    ik_log_server(to, level, id, rv, "%s", message);
}

static const ik_log_t *make_sink(const ik_log_t *sink, apr_pool_t *p)
{
    return apr_pmemdup(p, sink, sizeof(*sink));
}

const ik_log_t *ik_log_sink_request(request_rec *r)
{
    return make_sink(&(ik_log_t){ write_request, r }, r->pool);
}

const ik_log_t *ik_log_sink_server(server_rec *s, apr_pool_t *p)
{
    return make_sink(&(ik_log_t){ write_server, s }, p);
}

const char *ik_log_quote(request_rec *r, const char *value)
{
    return value ? ap_escape_logitem(r->pool, value) : "-";
}
