/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps where metadata is fetched from, and when the next time is. */
#include "store/source.h"

#include <string.h>

#include <apr_strings.h>

#include "store/run.h"

#define CAUSE_FOLLOWS '\x1f'     /* in the column of the failure; no XML contains it, so what is quoted there does not */

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* Both sentences are one text. */
static const char *failure_of(const ik_source_t *source, apr_pool_t *p)
{
    const char *failure = text_or_empty(source->failure);

    if (!source->cause || strcmp(source->cause, failure) == 0)
        return failure;
    return apr_psprintf(p, "%s%c%s", failure, CAUSE_FOLLOWS, source->cause);
}

static void read_failure(ik_source_t *source, const char *text, apr_pool_t *p)
{
    const char *end = strchr(text, CAUSE_FOLLOWS);

    source->failure = end ? apr_pstrmemdup(p, text, (apr_size_t)(end - text)) : text;
    source->cause = end ? end + 1 : text;
}

apr_status_t ik_store_source_put(const ik_source_t *source, ik_db_t *db, apr_pool_t *p)
{
    const apr_int64_t next = source->next, fetched = source->fetched, since = source->failing_since;
    const void *args[] = { source->account, source->url, text_or_empty(source->etag), &next, &fetched,
                           failure_of(source, p), &since };

    return ik_db_change(db, IK_SQL_SOURCE_PUT, args, NULL, p);
}

static ik_source_t *read_source(const ik_row_t *row, apr_pool_t *p)
{
    ik_source_t *source = apr_pcalloc(p, sizeof(*source));

    source->account = ik_row_text(row, 0, p);
    source->url = ik_row_text(row, 1, p);
    source->etag = ik_row_text(row, 2, p);
    source->next = ik_row_int(row, 3);
    source->fetched = ik_row_int(row, 4);
    read_failure(source, ik_row_text(row, 5, p), p);
    source->failing_since = ik_row_int(row, 6);
    return source;
}

static apr_status_t take_source(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(ik_source_t **)arg = read_source(row, p);
    return APR_SUCCESS;
}

static apr_status_t push_source(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    APR_ARRAY_PUSH((apr_array_header_t *)arg, ik_source_t *) = read_source(row, p);
    return APR_SUCCESS;
}

apr_status_t ik_store_source_get(ik_source_t **source, ik_db_t *db, const char *account, apr_pool_t *p)
{
    const void *args[] = { account };
    apr_status_t rv;

    *source = NULL;
    rv = ik_db_rows(db, IK_SQL_SOURCE_GET, args, take_source, source, p);
    return rv == APR_SUCCESS && !*source ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_source_forget(ik_db_t *db, const char *account, apr_pool_t *p)
{
    const void *args[] = { account };

    return ik_db_change(db, IK_SQL_SOURCE_FORGET, args, NULL, p);
}

apr_status_t ik_store_source_due(apr_array_header_t **sources, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    const apr_int64_t time = now, most = limit;
    const void *args[] = { &time, &most };

    *sources = apr_array_make(p, 4, sizeof(ik_source_t *));
    return ik_db_rows(db, IK_SQL_SOURCE_DUE, args, push_source, *sources, p);
}

apr_status_t ik_store_source_take(ik_db_t *db, const ik_source_t *source, apr_time_t until, apr_pool_t *p)
{
    const apr_int64_t time = until, next = source->next;
    const void *args[] = { &time, source->account, source->url, &next };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_SOURCE_TAKE, args, &rows, p);

    return rv == APR_SUCCESS && rows != 1 ? APR_NOTFOUND : rv;
}
