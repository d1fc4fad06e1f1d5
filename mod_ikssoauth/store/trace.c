/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps traces of refused logins, and no more of them than was agreed. */
#include "store/trace.h"

#include "store/run.h"

#define UNVERIFIED_SHARE 5      /* of what is kept, one in five is for those that were not verified, if there are any */

apr_status_t ik_store_trace_put(const ik_trace_t *trace, ik_db_t *db, apr_pool_t *p)
{
    const apr_int64_t at = trace->at, verified = trace->verified != 0;
    const void *args[] = { trace->id, trace->account, &at, ik_reason_row(trace->reason)->id, trace->endpoint,
                           trace->issuer, trace->detail, trace->client, &verified };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_TRACE_PUT, args, &rows, p);

    return rv == APR_SUCCESS && rows != 1 ? APR_EEXIST : rv;
}

static ik_trace_t *read_trace(const ik_row_t *row, apr_pool_t *p)
{
    ik_trace_t *trace = apr_pcalloc(p, sizeof(*trace));

    trace->id = ik_row_text(row, 0, p);
    trace->account = ik_row_text(row, 1, p);
    trace->at = ik_row_int(row, 2);
    trace->reason = ik_reason_find(ik_row_text(row, 3, p));
    trace->endpoint = ik_row_text(row, 4, p);
    trace->issuer = ik_row_text(row, 5, p);
    trace->detail = ik_row_text(row, 6, p);
    trace->client = ik_row_text(row, 7, p);
    trace->verified = ik_row_int(row, 8) == 1;
    return trace;
}

static apr_status_t take_trace(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(ik_trace_t **)arg = read_trace(row, p);
    return APR_SUCCESS;
}

static apr_status_t push_trace(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    APR_ARRAY_PUSH((apr_array_header_t *)arg, ik_trace_t *) = read_trace(row, p);
    return APR_SUCCESS;
}

apr_status_t ik_store_trace_get(ik_trace_t **trace, ik_db_t *db, const char *id, apr_pool_t *p)
{
    const void *args[] = { id };
    apr_status_t rv;

    *trace = NULL;
    rv = ik_db_rows(db, IK_SQL_TRACE_GET, args, take_trace, trace, p);
    return rv == APR_SUCCESS && !*trace ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_trace_list(apr_array_header_t **traces, ik_db_t *db, const char *account, apr_time_t before,
                                 int limit, apr_pool_t *p)
{
    const apr_int64_t until = before ? before : APR_INT64_MAX, most = limit;
    const void *args[] = { account, &until, &most };

    *traces = apr_array_make(p, 8, sizeof(ik_trace_t *));
    return ik_db_rows(db, IK_SQL_TRACE_LIST, args, push_trace, *traces, p);
}

/* What is to be bounded: the traces of an account, or all (NULL), at most so many of them at a time. */
typedef struct bound_t {
    const char *account;
    int max, limit;
    int gone;
} bound_t;

static apr_status_t count(apr_int64_t *found, ik_db_t *db, const bound_t *bound, apr_int64_t verified, apr_pool_t *p)
{
    const void *of_account[] = { bound->account, &verified }, *of_all[] = { &verified };

    *found = 0;
    return bound->account ? ik_db_int(found, db, IK_SQL_TRACE_COUNT, of_account, p)
                          : ik_db_int(found, db, IK_SQL_TRACE_COUNT_ALL, of_all, p);
}

/* Removes so many of the oldest. */
static apr_status_t trim(ik_db_t *db, bound_t *bound, apr_int64_t verified, apr_int64_t number, apr_pool_t *p)
{
    const void *of_account[] = { bound->account, &verified, &number }, *of_all[] = { &verified, &number };
    int rows = 0;
    apr_status_t rv = APR_SUCCESS;

    if (number > 0)
        rv = bound->account ? ik_db_change(db, IK_SQL_TRACE_TRIM, of_account, &rows, p)
                            : ik_db_change(db, IK_SQL_TRACE_TRIM_ALL, of_all, &rows, p);
    bound->gone += rows;
    return rv;
}

static apr_int64_t least(apr_int64_t a, apr_int64_t b)
{
    return a < b ? a : b;
}

/*
 * Whoever floods us with what nobody has signed must not push out what an account's own people met; and those whose
 * signature is not good any more must find why, however much there is of the other kind.
 */
static apr_status_t bound_them(ik_db_t *db, void *arg, apr_pool_t *p)
{
    bound_t *bound = arg;
    apr_int64_t verified, others, excess, of_others;
    apr_status_t rv = count(&verified, db, bound, 1, p);

    if (rv == APR_SUCCESS)
        rv = count(&others, db, bound, 0, p);
    if (rv != APR_SUCCESS)
        return rv;
    excess = least(verified + others - bound->max, bound->limit);
    of_others = least(excess, others - bound->max / UNVERIFIED_SHARE);
    if (of_others < 0)
        of_others = 0;
    rv = trim(db, bound, 0, of_others, p);
    return rv == APR_SUCCESS ? trim(db, bound, 1, excess - of_others, p) : rv;
}

static apr_status_t run_bound(int *gone, ik_db_t *db, bound_t *bound, apr_pool_t *p)
{
    apr_status_t rv = ik_db_atomically(db, bound_them, bound, p);

    *gone = rv == APR_SUCCESS ? bound->gone : 0;
    return rv;
}

apr_status_t ik_store_trace_bound(int *gone, ik_db_t *db, const char *account, int max, apr_pool_t *p)
{
    bound_t bound = { .account = account, .max = max, .limit = APR_INT32_MAX };

    return run_bound(gone, db, &bound, p);
}

apr_status_t ik_store_trace_bound_all(int *gone, ik_db_t *db, int max, int limit, apr_pool_t *p)
{
    bound_t bound = { .max = max, .limit = limit };

    return run_bound(gone, db, &bound, p);
}

apr_status_t ik_store_trace_expire(int *gone, ik_db_t *db, apr_time_t before, int limit, apr_pool_t *p)
{
    return ik_db_expire(gone, db, IK_SQL_TRACE_EXPIRE, before, limit, p);
}
