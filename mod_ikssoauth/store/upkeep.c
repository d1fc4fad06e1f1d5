/* SPDX-License-Identifier: Apache-2.0 */
/* Decides who keeps house, and measures the database. */
#include <apr_file_info.h>
#include <apr_strings.h>

#include "store/run.h"
#include "store/upkeep.h"

apr_status_t ik_store_upkeep_take(int *mine, ik_db_t *db, apr_time_t now, apr_time_t interval, apr_pool_t *p)
{
    /* A time that lies too far ahead was written before a clock was set back: it must not stop everybody. */
    const apr_int64_t time = now, due = now - interval, ahead = now + interval;
    const void *args[] = { &time, &due, &ahead };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_UPKEEP_TAKE, args, &rows, p);

    *mine = rv == APR_SUCCESS && rows == 1;
    return rv;
}

apr_status_t ik_store_upkeep_last(apr_time_t *last, ik_db_t *db, apr_pool_t *p)
{
    apr_int64_t value = 0;
    apr_status_t rv = ik_db_int(&value, db, IK_SQL_UPKEEP_LAST, NULL, p);

    *last = value;
    return rv;
}

static apr_int64_t size_of(const char *path, apr_pool_t *p)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_SIZE, p) == APR_SUCCESS ? info.size : 0;
}

static apr_status_t take_sizes(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    ik_sizes_t *sizes = arg;
    const char *file = ik_row_text(row, 6, p);

    sizes->accounts = ik_row_int(row, 0);
    sizes->users = ik_row_int(row, 1);
    sizes->assertions = ik_row_int(row, 2);
    sizes->revocations = ik_row_int(row, 3);
    sizes->held = ik_row_int(row, 4);
    sizes->bytes = ik_row_int(row, 5);
    if (file)
        sizes->bytes = size_of(file, p) + size_of(apr_pstrcat(p, file, "-wal", NULL), p);
    return APR_SUCCESS;
}

apr_status_t ik_store_sizes(ik_sizes_t *sizes, ik_db_t *db, apr_pool_t *p)
{
    *sizes = (ik_sizes_t){ 0 };
    return ik_db_rows(db, IK_SQL_UPKEEP_SIZES, NULL, take_sizes, sizes, p);
}
