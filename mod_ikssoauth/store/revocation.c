/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps revocations, in the order of their commits. */
#include "model/clock.h"
#include "store/revocation.h"
#include "store/run.h"

#define PAGE 1000   /* rows read at a time: more is not faster, and a page of these stays in the processor's cache */

/* One page of revocations on its way to each. */
typedef struct page_t {
    ik_revocation_each_t *each;
    void *arg;
    apr_int64_t after;      /* position the next page starts after */
    int rows;
} page_t;

static apr_status_t pass_on(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    page_t *page = arg;
    const ik_revocation_t revocation = {
        .kind = (ik_revocation_kind_t)ik_row_int(row, 0),
        .account = ik_row_text(row, 1, p),
        .subject = ik_row_text(row, 2, p),
        .position = ik_row_int(row, 3),
        .expires = ik_row_int(row, 4)
    };

    page->after = revocation.position;
    page->rows++;
    return page->each(page->arg, &revocation);
}

static apr_status_t next_position(apr_int64_t *position, ik_db_t *db, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t least = now;
    const void *args[] = { &least };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_REVOCATION_NEXT, args, &rows, p);

    if (rv != APR_SUCCESS || rows != 1)
        return rv ? rv : APR_EGENERAL;
    return ik_store_revocation_position(position, db, p);
}

/* A session may have begun a moment ago on a machine whose clock is ahead: the skew is for that. */
static apr_time_t end_of(const ik_revocation_t *revocation, apr_int64_t position)
{
    if (revocation->kind == IK_REVOKE_SESSION)
        return revocation->expires;
    return position + IK_SESSION_LIFETIME_MAX + IK_CLOCK_SKEW_MAX;
}

apr_status_t ik_store_revocation_add(ik_revocation_t *revocation, ik_db_t *db, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t kind = revocation->kind;
    apr_int64_t position = 0, expires = 0;
    const void *args[] = { &kind, revocation->account, revocation->subject, &position, &expires };
    int rows = 0;
    apr_status_t rv = ik_db_in_transaction(db) ? next_position(&position, db, now, p) : APR_EINVAL;

    expires = end_of(revocation, position);
    if (rv == APR_SUCCESS)
        rv = ik_db_change(db, IK_SQL_REVOCATION_SAVE, args, &rows, p);
    if (rv != APR_SUCCESS || rows != 1)
        return rv ? rv : APR_EGENERAL;
    revocation->position = position;
    revocation->expires = expires;
    return APR_SUCCESS;
}

apr_status_t ik_store_revocation_position(apr_int64_t *position, ik_db_t *db, apr_pool_t *p)
{
    apr_int64_t found = -1;
    apr_status_t rv = ik_db_int(&found, db, IK_SQL_REVOCATION_POSITION, NULL, p);

    *position = found;
    return rv == APR_SUCCESS && found < 0 ? APR_EGENERAL : rv;
}

apr_status_t ik_store_revocation_each(ik_db_t *db, apr_int64_t after, apr_time_t now, ik_revocation_each_t *each,
                                      void *arg, apr_pool_t *p)
{
    const apr_int64_t limit = PAGE, time = now - IK_FORGET_AFTER;
    page_t page = { .each = each, .arg = arg, .after = after };
    apr_pool_t *round;
    apr_status_t rv = apr_pool_create(&round, p);

    if (rv != APR_SUCCESS)
        return rv;
    do {
        const apr_int64_t start = page.after;
        const void *args[] = { &start, &time, &limit };

        page.rows = 0;
        rv = ik_db_rows(db, IK_SQL_REVOCATION_PAGE, args, pass_on, &page, round);
        apr_pool_clear(round);
    } while (rv == APR_SUCCESS && page.rows == PAGE);
    apr_pool_destroy(round);
    return rv;
}

apr_status_t ik_store_revocation_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    const apr_int64_t until = now - IK_FORGET_AFTER, most = limit;
    const void *args[] = { &until, &until, &most };

    *gone = 0;
    return ik_db_change(db, IK_SQL_REVOCATION_EXPIRE, args, gone, p);
}
