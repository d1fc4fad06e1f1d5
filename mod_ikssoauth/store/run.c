/* SPDX-License-Identifier: Apache-2.0 */
/* Prepares and runs statements, and reads their rows. */
#include <apr_strings.h>

#include "store/connection.h"
#include "store/run.h"

/* What one run of a statement needs and gives; answer is NULL for a change. */
typedef struct call_t {
    ik_sql_t sql;
    const void **args;
    int rows;
    apr_dbd_results_t *answer;
    int has_answer;
} call_t;

const char *ik_row_text(const ik_row_t *row, int column, apr_pool_t *p)
{
    char *text = NULL;

    if (apr_dbd_datum_get(row->driver, row->row, column, APR_DBD_TYPE_STRING, &text) != APR_SUCCESS)
        return NULL;
    return text ? apr_pstrdup(p, text) : NULL;
}

apr_int64_t ik_row_int(const ik_row_t *row, int column)
{
    apr_int64_t value = 0;

    if (apr_dbd_datum_get(row->driver, row->row, column, APR_DBD_TYPE_LONGLONG, &value) != APR_SUCCESS)
        return 0;
    return value;
}

static int try_call(ik_db_t *db, call_t *call, apr_pool_t *p)
{
    apr_dbd_prepared_t **prepared = &db->prepared[call->sql];
    int code = 0;

    if (!*prepared)
        code = apr_dbd_prepare(db->driver, db->p, db->handle, ik_sql_text(call->sql, db->dialect),
                               ik_sql_label(call->sql), prepared);
    if (code != 0) {
        *prepared = NULL;
        return code;
    }
    if (!call->has_answer)
        return apr_dbd_pbquery(db->driver, p, db->handle, &call->rows, *prepared, call->args);
    /* With random access: otherwise PostgreSQL's driver takes an error in the middle for the end of the rows. */
    return apr_dbd_pbselect(db->driver, p, db->handle, &call->answer, *prepared, 1, call->args);
}

static apr_status_t run_call(ik_db_t *db, call_t *call, apr_pool_t *p)
{
    int code = db->failed ? -1 : try_call(db, call, p);

    /* The driver prepares by SQLite's old interface, which does not notice by itself that the schema has changed. */
    if (code != 0 && code == db->dialect->stale) {
        db->prepared[call->sql] = NULL;
        call->answer = NULL;
        code = try_call(db, call, p);
    }
    return code == 0 ? APR_SUCCESS : ik_connection_fail(db, code);
}

static apr_status_t change_alone(ik_db_t *db, call_t *call, apr_pool_t *p)
{
    apr_status_t rv;

    if (db->writer)
        apr_thread_mutex_lock(db->writer);
    rv = ik_connection_level(db, IK_COMMIT_POWER_SAFE);
    if (rv == APR_SUCCESS)
        rv = run_call(db, call, p);
    if (db->writer)
        apr_thread_mutex_unlock(db->writer);
    return rv;
}

apr_status_t ik_db_change(ik_db_t *db, ik_sql_t sql, const void **args, int *rows, apr_pool_t *p)
{
    call_t call = { .sql = sql, .args = args };
    apr_status_t rv = db->in_transaction ? run_call(db, &call, p) : change_alone(db, &call, p);

    if (rows)
        *rows = call.rows;
    return rv;
}

apr_status_t ik_db_rows(ik_db_t *db, ik_sql_t sql, const void **args, ik_row_each_t *each, void *arg, apr_pool_t *p)
{
    call_t call = { .sql = sql, .args = args, .has_answer = 1 };
    ik_row_t row = { .driver = db->driver };
    apr_status_t rv = run_call(db, &call, p), stop = APR_SUCCESS;

    if (rv != APR_SUCCESS)
        return rv;
    /* To the end even after each has stopped: PostgreSQL's answer is freed by reading past its last row. */
    while (apr_dbd_get_row(db->driver, p, call.answer, &row.row, -1) == 0)
        if (stop == APR_SUCCESS)
            stop = each(arg, &row, p);
    return stop;
}

static apr_status_t take_int(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    (void)p;
    *(apr_int64_t *)arg = ik_row_int(row, 0);
    return APR_SUCCESS;
}

apr_status_t ik_db_int(apr_int64_t *value, ik_db_t *db, ik_sql_t sql, const void **args, apr_pool_t *p)
{
    return ik_db_rows(db, sql, args, take_int, value, p);
}

apr_status_t ik_db_expire(int *gone, ik_db_t *db, ik_sql_t sql, apr_time_t over, int limit, apr_pool_t *p)
{
    const apr_int64_t time = over, most = limit;
    const void *args[] = { &time, &most };

    *gone = 0;
    return ik_db_change(db, sql, args, gone, p);
}

int ik_db_in_transaction(const ik_db_t *db)
{
    return db->in_transaction;
}

apr_status_t ik_db_define(ik_db_t *db, const char *text)
{
    return db->in_transaction ? ik_connection_control(db, text) : APR_EINVAL;
}

const ik_dialect_t *ik_db_dialect(const ik_db_t *db)
{
    return db->dialect;
}
