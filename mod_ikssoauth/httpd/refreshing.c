/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches metadata whose time has come, beside requests. */
#include "httpd/refreshing.h"

#include <httpd.h>

#include "httpd/log_sink.h"
#include "sso/refresh.h"

static int is_leaving(void *arg)
{
    ik_backend_t *backend = arg;

    return atomic_load(&backend->leaving);
}

/* A failure that goes on is a line for the patient: the first one is what somebody has to see. */
static void tell(const ik_backend_t *backend, const ik_ctx_t *ctx, const ik_source_t *source)
{
    const char *failure = ap_escape_logitem(ctx->p, source->cause);    /* it may quote what came */

    if (!*failure)
        ik_log_server(backend->server, IK_LOG_INFO, "IK0390", 0, "metadata fetched: account=\"%s\" url=\"%s\"", source->account,
                      source->url);
    else if (source->failing_since == ctx->now)
        ik_log_server(backend->server, IK_LOG_WARNING, "IK0391", 0, "metadata cannot be fetched, the last good one stays in "
                      "force: account=\"%s\" url=\"%s\": %s", source->account, source->url, failure);
    else
        ik_log_server(backend->server, IK_LOG_INFO, "IK0392", 0, "metadata still cannot be fetched: account=\"%s\" url=\"%s\": %s",
                      source->account, source->url, failure);
}

apr_status_t ik_refreshing(const char **problem, ik_backend_t *backend, const ik_ctx_t *ctx)
{
    const ik_fetch_t wanted = { .is_over = is_leaving, .arg = backend };
    ik_accounts_result_t result;
    const char *id;
    apr_status_t rv = ik_refresh_due(&id, &result, ctx, &wanted);

    *problem = rv == APR_SUCCESS ? NULL : result.problem;
    if (rv == APR_SUCCESS && result.source)
        tell(backend, ctx, result.source);
    return rv;
}
