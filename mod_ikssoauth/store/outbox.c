/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps lines for the audit log until somebody who has one takes them out. */
#include "store/outbox.h"

#include <apr_strings.h>

#include "store/run.h"

static apr_status_t put_within_bounds(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const apr_int64_t most = IK_OUTBOX_MAX;
    const void *line[] = { arg }, *bound[] = { &most };
    apr_status_t rv = ik_db_change(db, IK_SQL_OUTBOX_PUT, line, NULL, p);

    return rv == APR_SUCCESS ? ik_db_change(db, IK_SQL_OUTBOX_BOUND, bound, NULL, p) : rv;
}

apr_status_t ik_store_outbox_put(ik_db_t *db, const char *line, apr_pool_t *p)
{
    return ik_db_atomically(db, put_within_bounds, apr_pstrdup(p, line), p);
}

apr_status_t ik_store_outbox_waits(int *waits, ik_db_t *db, apr_pool_t *p)
{
    apr_int64_t count = 0;
    apr_status_t rv = ik_db_int(&count, db, IK_SQL_OUTBOX_WAITS, NULL, p);

    *waits = rv == APR_SUCCESS && count > 0;
    return rv;
}

typedef struct row_t {
    apr_int64_t id;
    const char *line;
} row_t;

/* Lines on their way out. */
typedef struct batch_t {
    int limit;
    apr_array_header_t *rows;       /* row_t */
    apr_array_header_t *lines;      /* const char * */
} batch_t;

static apr_status_t push_row(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    row_t *line = apr_array_push((apr_array_header_t *)arg);

    line->id = ik_row_int(row, 0);
    line->line = ik_row_text(row, 1, p);
    return APR_SUCCESS;
}

/* Who removes a row has it: the number of rows decides, whatever the isolation of a transaction is. */
static apr_status_t take_row(ik_db_t *db, batch_t *batch, const row_t *row, apr_pool_t *p)
{
    const void *args[] = { &row->id };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_OUTBOX_DELETE, args, &rows, p);

    if (rv == APR_SUCCESS && rows == 1)
        APR_ARRAY_PUSH(batch->lines, const char *) = row->line;
    return rv;
}

static apr_status_t take_batch(ik_db_t *db, void *arg, apr_pool_t *p)
{
    batch_t *batch = arg;
    const apr_int64_t most = batch->limit;
    const void *args[] = { &most };
    apr_status_t rv = ik_db_rows(db, IK_SQL_OUTBOX_LIST, args, push_row, batch->rows, p);
    int i;

    for (i = 0; i < batch->rows->nelts && rv == APR_SUCCESS; i++)
        rv = take_row(db, batch, &APR_ARRAY_IDX(batch->rows, i, row_t), p);
    return rv;
}

apr_status_t ik_store_outbox_take(apr_array_header_t **lines, ik_db_t *db, int limit, apr_pool_t *p)
{
    batch_t batch = { .limit = limit, .rows = apr_array_make(p, 8, sizeof(row_t)),
                      .lines = apr_array_make(p, 8, sizeof(const char *)) };
    apr_status_t rv = ik_db_atomically(db, take_batch, &batch, p);

    *lines = batch.lines;
    if (rv != APR_SUCCESS)
        apr_array_clear(*lines);
    return rv;
}
