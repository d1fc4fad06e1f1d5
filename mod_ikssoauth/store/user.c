/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps users: rows (account, e-mail). */
#include <apr_strings.h>

#include "store/run.h"
#include "store/user.h"

#define PAGE 500    /* rows read at a time, so that listing takes the same memory for any number of users */

/* One page of users on its way to each. */
typedef struct page_t {
    ik_user_each_t *each;
    void *arg;
    int rows;
    char last[512];     /* e-mail the next page starts after */
} page_t;

static ik_user_t *read_user(const ik_row_t *row, apr_pool_t *p)
{
    ik_user_t *user = apr_pcalloc(p, sizeof(*user));

    user->account = ik_row_text(row, 0, p);
    user->email = ik_row_text(row, 1, p);
    user->name = ik_row_text(row, 2, p);
    user->role = ik_row_text(row, 3, p);
    user->enabled = ik_row_int(row, 4) == 1;
    user->first_login = ik_row_int(row, 5);
    user->last_login = ik_row_int(row, 6);
    user->attributes = ik_row_text(row, 7, p);
    user->attributes_version = ik_row_int(row, 8);
    return user;
}

static apr_status_t take_user(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(ik_user_t **)arg = read_user(row, p);
    return APR_SUCCESS;
}

static apr_status_t pass_on(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    page_t *page = arg;
    const ik_user_t *user = read_user(row, p);

    if (strlen(user->email) >= sizeof(page->last))
        return APR_EGENERAL;
    apr_cpystrn(page->last, user->email, sizeof(page->last));
    page->rows++;
    return page->each(page->arg, user);
}

apr_status_t ik_store_user_get(ik_user_t **user, ik_db_t *db, const char *account, const char *email, apr_pool_t *p)
{
    const void *args[] = { account, email };
    apr_status_t rv;

    *user = NULL;
    rv = ik_db_rows(db, IK_SQL_USER_GET, args, take_user, user, p);
    return rv == APR_SUCCESS && !*user ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_user_save(const ik_user_t *user, ik_db_t *db, apr_pool_t *p)
{
    const apr_int64_t enabled = user->enabled != 0, first = user->first_login, last = user->last_login;
    const apr_int64_t version = user->attributes_version;
    const void *args[] = { user->account, user->email, user->name, user->role, &enabled, &first, &last,
                           user->attributes ? user->attributes : "", &version };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_USER_SAVE, args, &rows, p);

    return rv == APR_SUCCESS && rows != 1 ? APR_EGENERAL : rv;
}

apr_status_t ik_store_user_enable(ik_db_t *db, const char *account, const char *email, int enabled, apr_pool_t *p)
{
    const apr_int64_t value = enabled != 0;
    const void *args[] = { &value, account, email };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_USER_ENABLE, args, &rows, p);

    return rv == APR_SUCCESS && rows == 0 ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_user_each(ik_db_t *db, const char *account, ik_user_each_t *each, void *arg, apr_pool_t *p)
{
    const apr_int64_t limit = PAGE;
    page_t page = { .each = each, .arg = arg };
    apr_pool_t *round;
    apr_status_t rv = apr_pool_create(&round, p);

    if (rv != APR_SUCCESS)
        return rv;
    do {
        const void *args[] = { account, apr_pstrdup(round, page.last), &limit };

        page.rows = 0;
        rv = ik_db_rows(db, IK_SQL_USER_PAGE, args, pass_on, &page, round);
        apr_pool_clear(round);
    } while (rv == APR_SUCCESS && page.rows == PAGE);
    apr_pool_destroy(round);
    return rv;
}

apr_status_t ik_store_user_delete(ik_db_t *db, const char *account, const char *email, apr_pool_t *p)
{
    const void *args[] = { account, email };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_USER_DELETE, args, &rows, p);

    return rv == APR_SUCCESS && rows == 0 ? APR_NOTFOUND : rv;
}
