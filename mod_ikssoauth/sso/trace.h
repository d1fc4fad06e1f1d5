/* SPDX-License-Identifier: Apache-2.0 */
/* Failure traces: noted in shared memory while a request is answered, written to the database beside requests. */
#ifndef IK_SSO_TRACE_H
#define IK_SSO_TRACE_H

#include <apr_tables.h>

#include "model/trace.h"
#include "sso/accounts.h"
#include "sso/context.h"

#define IK_TRACE_KEPT apr_time_from_sec(7 * 24 * 3600)
#define IK_TRACES_OF_ACCOUNT 500        /* the oldest go; those that were not verified go first */
#define IK_TRACES_IN_ALL 20000

/*
 * Notes a trace in ctx->traces (NULL: nowhere). Never waits and never fails; what a flood leaves no room for is counted.
 * Of account (if it may be one), issuer and detail, which may be NULL, it keeps what model/trace.h says: characters that
 * could do harm where they are shown become question marks, and what may be a credential its length (R20).
 */
void ik_trace_note(const ik_ctx_t *ctx, const ik_trace_t *trace);

/*
 * Writes what was noted on this machine to the database, and keeps the bounds. APR_SUCCESS, or a failure: then it waits,
 * and is tried again with the next call. *problem is what the database said then, in ctx->p; "" otherwise. Logs once a
 * minute at most how much was lost.
 */
apr_status_t ik_trace_flush(const ik_ctx_t *ctx, const char **problem);

/* The trace with that id, in ctx->p; within account, or of any (NULL). Refused: "trace_not_found". As sso/accounts.h says. */
apr_status_t ik_trace_get(const ik_trace_t **trace, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                          const char *account, const char *id);

/* The newest traces of an account before a time (0: all), at most limit: const ik_trace_t *, in ctx->p. */
apr_status_t ik_trace_list(apr_array_header_t **traces, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                           const char *account, apr_time_t before, int limit);

#endif
