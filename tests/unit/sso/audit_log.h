/* SPDX-License-Identifier: Apache-2.0 */
/* An audit log in memory, for tests of who tells what. */
#ifndef IK_TESTS_SSO_AUDIT_LOG_H
#define IK_TESTS_SSO_AUDIT_LOG_H

#include <string.h>

#include <apr_strings.h>

#include "sso/audit.h"

typedef struct audit_log_t {
    struct ik_audit_t audit;    /* for ctx.audit */
    const char *lines;          /* all that were written */
    int count;
} audit_log_t;

static inline apr_status_t keep_line(void *to, const ik_ctx_t *ctx, const char *line)
{
    audit_log_t *log = to;

    log->lines = apr_pstrcat(ctx->p, log->lines, line, NULL);
    log->count++;
    return APR_SUCCESS;
}

/* An empty one, in p. */
static inline audit_log_t *make_audit_log(apr_pool_t *p)
{
    audit_log_t *log = apr_pcalloc(p, sizeof *log);

    log->audit = (struct ik_audit_t){ keep_line, log };
    log->lines = "";
    return log;
}

/* What was written since the last time: of every line what follows the word "event", so neither time nor id. */
static inline const char *taken(audit_log_t *log, apr_pool_t *p)
{
    const char *said = "", *at = log->lines;

    while ((at = strstr(at, "\"event\":\""))) {
        const char *end = strchr(at, '\n');

        at += strlen("\"event\":\"");
        said = apr_pstrcat(p, said, apr_pstrmemdup(p, at, (apr_size_t)(end - at) - 1), "\n", NULL);
    }
    log->lines = "";
    log->count = 0;
    return said;
}

#endif
