/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps forms that wait for a login. */
#include "store/held.h"

#include "store/run.h"

/* One form on its way out. */
typedef struct taking_t {
    const char *handle;
    apr_time_t now;
    const char *text;
    apr_pool_t *p;
} taking_t;

static apr_status_t take_text(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    taking_t *taking = arg;

    (void)p;
    taking->text = ik_row_text(row, 0, taking->p);
    return APR_SUCCESS;
}

apr_status_t ik_store_held_put(ik_db_t *db, const char *handle, const char *text, apr_time_t until, apr_pool_t *p)
{
    const apr_int64_t expires = until;
    const void *args[] = { handle, text, &expires };
    apr_int64_t rows = 0;
    apr_status_t rv = ik_db_int(&rows, db, IK_SQL_HELD_COUNT, NULL, p);

    if (rv == APR_SUCCESS && rows >= IK_HELD_ROWS_MAX)
        return APR_ENOSPC;
    return rv == APR_SUCCESS ? ik_db_change(db, IK_SQL_HELD_PUT, args, NULL, p) : rv;
}

/* Whoever deletes the row has the form: of two, one finds it gone. */
static apr_status_t take(ik_db_t *db, void *arg, apr_pool_t *p)
{
    taking_t *taking = arg;
    const apr_int64_t now = taking->now;
    const void *args[] = { taking->handle, &now };
    int rows = 0;
    apr_status_t rv = ik_db_rows(db, IK_SQL_HELD_GET, args, take_text, taking, p);

    if (rv == APR_SUCCESS && taking->text)
        rv = ik_db_change(db, IK_SQL_HELD_DELETE, args, &rows, p);
    return rv == APR_SUCCESS && rows != 1 ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_held_take(const char **text, ik_db_t *db, const char *handle, apr_time_t now, apr_pool_t *p)
{
    taking_t taking = { .handle = handle, .now = now, .p = p };
    apr_status_t rv = ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, take, &taking, p);

    *text = rv == APR_SUCCESS ? taking.text : NULL;
    return rv;
}

apr_status_t ik_store_held_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    return ik_db_expire(gone, db, IK_SQL_HELD_EXPIRE, now, limit, p);
}
