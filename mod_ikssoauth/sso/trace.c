/* SPDX-License-Identifier: Apache-2.0 */
/* Notes refused logins, cleaned of what nobody must read, and brings them to the database. */
#include "sso/trace.h"

#include <string.h>

#include <apr_strings.h>

#include "base/redact.h"
#include "base/text.h"
#include "shm/traces.h"
#include "sso/account_change.h"
#include "sso/account_task.h"
#include "store/trace.h"

#define BATCH 128           /* traces per transaction: logins wait behind one for some ms */
#define TELL_EVERY apr_time_from_sec(60)

/* At most max bytes, of whole characters; what is none, or could do something to whoever shows it, is a question mark. */
static const char *cleaned(const char *text, apr_size_t max, apr_pool_t *p)
{
    const char *at = text, *end = text + strlen(text), *from;
    char *out = apr_palloc(p, max + 5);
    apr_size_t len = 0;
    int code;

    while (at < end && len < max) {
        from = at;
        code = ik_text_next(&at, end);
        if (code < 0)
            at++;
        if (ik_text_is_control(code)) {
            out[len++] = '?';
        } else {
            memcpy(out + len, from, (apr_size_t)(at - from));
            len += (apr_size_t)(at - from);
        }
    }
    if (len > max)
        len -= (apr_size_t)(at - from);
    out[len] = '\0';
    return out;
}

/* No more of it than can matter is looked at: a flood's texts may be long. */
static const char *beginning(const char *text, apr_pool_t *p)
{
    return text ? apr_pstrndup(p, text, 8 * IK_TRACE_DETAIL_MAX) : "";
}

void ik_trace_note(const ik_ctx_t *ctx, const ik_trace_t *trace)
{
    ik_trace_t clean = *trace;
    apr_pool_t *p = ctx->p;

    if (!ctx->traces)
        return;
    clean.account = trace->account && ik_account_id_is_valid(trace->account) ? trace->account : "";
    clean.issuer = cleaned(ik_redact(p, beginning(trace->issuer, p)), IK_TRACE_DETAIL_MAX, p);
    clean.detail = cleaned(ik_redact(p, beginning(trace->detail, p)), IK_TRACE_DETAIL_MAX, p);
    if (!ik_traces_note(ctx->traces, &clean))
        ik_count(ctx->counters, IK_COUNT_TRACES_LOST);
}

static apr_status_t bound_once(ik_db_t *db, const char *account, const char **bounded, int *count, apr_pool_t *p)
{
    int i, gone;

    for (i = 0; i < *count; i++)
        if (strcmp(bounded[i], account) == 0)
            return APR_SUCCESS;
    bounded[(*count)++] = account;
    return ik_store_trace_bound(&gone, db, account, IK_TRACES_OF_ACCOUNT, p);
}

static apr_status_t bound(ik_db_t *db, const apr_array_header_t *traces, apr_pool_t *p)
{
    const char **bounded = apr_pcalloc(p, sizeof(*bounded) * (apr_size_t)traces->nelts);
    apr_status_t rv = APR_SUCCESS;
    int i, gone, count = 0;

    for (i = 0; i < traces->nelts && rv == APR_SUCCESS; i++)
        rv = bound_once(db, APR_ARRAY_IDX(traces, i, const ik_trace_t *)->account, bounded, &count, p);
    return rv == APR_SUCCESS ? ik_store_trace_bound_all(&gone, db, IK_TRACES_IN_ALL, 2 * BATCH, p) : rv;
}

/* One that is there was written before by a process that then died. */
static apr_status_t write_batch(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const apr_array_header_t *traces = arg;
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < traces->nelts && rv == APR_SUCCESS; i++) {
        rv = ik_store_trace_put(APR_ARRAY_IDX(traces, i, const ik_trace_t *), db, p);
        if (rv == APR_EEXIST)
            rv = APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? bound(db, traces, p) : rv;
}

/* If power is lost so are the last traces, which nothing depends on. */
static apr_status_t flush_batch(const ik_ctx_t *ctx, const ik_traces_batch_t *batch, const char **problem, apr_pool_t *p)
{
    ik_db_t *db;
    apr_status_t rv = ik_store_acquire(&db, ctx->store, p);

    if (rv != APR_SUCCESS) {
        *problem = ik_store_problem(ctx->store, ctx->p);
    } else {
        rv = ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, write_batch, batch->traces, p);
        if (rv != APR_SUCCESS)
            *problem = apr_pstrdup(ctx->p, ik_db_problem(db));
    }
    ik_traces_done(ctx->traces, batch, rv == APR_SUCCESS);
    return rv;
}

static void tell_of_losses(const ik_ctx_t *ctx)
{
    apr_uint64_t lost = ik_traces_lost(ctx->traces, ctx->now, TELL_EVERY);

    if (lost)
        ik_log(ctx->log, IK_LOG_WARNING, "IK0340", 0, "%" APR_UINT64_T_FMT " refused logins left no trace: there were more "
               "than could be written. Each is in this log", lost);
}

apr_status_t ik_trace_flush(const ik_ctx_t *ctx, const char **problem)
{
    apr_status_t rv = APR_SUCCESS;
    ik_traces_batch_t batch;
    apr_pool_t *brief;
    int taken = BATCH;

    *problem = "";
    tell_of_losses(ctx);
    while (taken == BATCH && rv == APR_SUCCESS) {
        rv = apr_pool_create(&brief, ctx->p);
        if (rv != APR_SUCCESS)
            return rv;
        taken = ik_traces_take(&batch, ctx->traces, BATCH, brief);
        if (taken)
            rv = flush_batch(ctx, &batch, problem, brief);
        apr_pool_destroy(brief);
    }
    return rv;
}

/* One look at traces on its way. */
typedef struct looking_t {
    ik_account_task_t task;         /* the first member: account_task.c hands its address over */
    const char *trace_id;
    ik_trace_t *trace;
    apr_array_header_t *traces;
    apr_time_t before;
    int limit;
} looking_t;

static apr_status_t refuse_unknown(ik_account_task_t *task, const char *id)
{
    return ik_account_refuse(task->result, "trace_not_found",
                             apr_psprintf(task->ctx->p, "There is no trace \"%s\". It is on the page of whoever was "
                                          "refused and in the log; traces are kept for 7 days. A page that somebody may not "
                                          "open leaves none: all that is known is in the log.",
                                          cleaned(id, IK_TRACE_ID_LEN, task->ctx->p)));
}

static apr_status_t get_trace(ik_db_t *db, void *arg, apr_pool_t *p)
{
    looking_t *looking = arg;
    const ik_account_task_t *task = &looking->task;
    apr_status_t rv = ik_store_trace_get(&looking->trace, db, looking->trace_id, task->ctx->p);

    (void)p;
    if (rv == APR_SUCCESS && task->id && strcmp(looking->trace->account, task->id) != 0)
        rv = APR_NOTFOUND;
    return rv == APR_NOTFOUND ? refuse_unknown(&looking->task, looking->trace_id) : rv;
}

apr_status_t ik_trace_get(const ik_trace_t **trace, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                          const char *account, const char *id)
{
    looking_t looking = { .task = { .ctx = ctx, .result = result, .id = account }, .trace_id = id };
    apr_status_t rv;

    *trace = NULL;
    *result = (ik_accounts_result_t){ 0 };
    if (!ik_text_is_utf8(id, strlen(id)))
        return refuse_unknown(&looking.task, id);
    rv = ik_account_task_run(&looking.task, get_trace, IK_TASK_LOOKS);
    if (rv == APR_SUCCESS)
        *trace = looking.trace;
    return rv;
}

static apr_status_t list_traces(ik_db_t *db, void *arg, apr_pool_t *p)
{
    looking_t *looking = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, &looking->task, db);

    (void)p;
    return rv == APR_SUCCESS ? ik_store_trace_list(&looking->traces, db, looking->task.id, looking->before, looking->limit,
                                                   looking->task.ctx->p) : rv;
}

apr_status_t ik_trace_list(apr_array_header_t **traces, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                           const char *account, apr_time_t before, int limit)
{
    looking_t looking = { .task = { .ctx = ctx, .result = result, .id = account }, .before = before, .limit = limit };
    apr_status_t rv = ik_account_task_run(&looking.task, list_traces, IK_TASK_LOOKS);

    *traces = looking.traces;
    return rv;
}
