/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps users: rows (account, e-mail). */
#include <apr_strings.h>

#include "base/text.h"
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
    user->received = ik_row_text(row, 9, p);
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
                           user->received ? user->received : "", user->attributes ? user->attributes : "", &version };
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

static apr_status_t pass_on_alone(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    const page_t *to = arg;

    return to->each(to->arg, read_user(row, p));
}

apr_status_t ik_store_user_received_each(ik_db_t *db, const char *account, int limit, ik_user_each_t *each, void *arg,
                                         apr_pool_t *p)
{
    const apr_int64_t most = limit;
    const void *args[] = { account, &most };
    page_t to = { .each = each, .arg = arg };

    return ik_db_rows(db, IK_SQL_USER_RECEIVED, args, pass_on_alone, &to, p);
}

/* What one page is made of: who is searched for, and where. */
typedef struct finder_t {
    ik_db_t *db;
    const char *account;
    const char *needle;     /* its ASCII letters lowered */
    apr_pool_t *p;
} finder_t;

static apr_status_t push_user(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    APR_ARRAY_PUSH((apr_array_header_t *)arg, ik_user_t *) = read_user(row, p);
    return APR_SUCCESS;
}

/* At most limit matching users that follow, or precede, email: the nearest first. */
static apr_status_t find(apr_array_header_t **users, const finder_t *finder, ik_sql_t sql, const char *email, int limit)
{
    const apr_int64_t most = limit;
    const void *args[] = { finder->account, email, finder->needle, finder->needle, &most };

    *users = apr_array_make(finder->p, limit, sizeof(ik_user_t *));
    return ik_db_rows(finder->db, sql, args, push_user, *users, finder->p);
}

static apr_status_t count(ik_user_page_t *page, const finder_t *finder)
{
    const void *args[] = { finder->account, finder->needle, finder->needle };
    apr_status_t rv = ik_db_int(&page->total, finder->db, IK_SQL_USER_COUNT, args, finder->p);

    page->found = page->total;
    if (rv != APR_SUCCESS || !*finder->needle)
        return rv;
    return ik_db_int(&page->found, finder->db, IK_SQL_USER_MATCHES, args, finder->p);
}

static apr_array_header_t *reversed(const apr_array_header_t *users, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, users->nelts, sizeof(ik_user_t *));
    int i;

    for (i = users->nelts - 1; i >= 0; i--)
        APR_ARRAY_PUSH(list, ik_user_t *) = APR_ARRAY_IDX(users, i, ik_user_t *);
    return list;
}

/*
 * Whether there is a page behind the reader, given the users of this one, the nearest first. Whoever they came from may be
 * gone: so it is asked, and if nobody is ahead, all that are found are behind.
 */
static apr_status_t look_back(int *more, const apr_array_header_t *users, const finder_t *finder, ik_sql_t back)
{
    apr_array_header_t *behind;
    apr_status_t rv;

    *more = 1;
    if (!users->nelts)
        return APR_SUCCESS;
    rv = find(&behind, finder, back, APR_ARRAY_IDX(users, 0, ik_user_t *)->email, 1);
    *more = behind->nelts > 0;
    return rv;
}

/* Only if somebody is found. */
static apr_status_t fill(ik_user_page_t *page, const finder_t *finder, const ik_user_query_t *query)
{
    const int forward = !query->before;
    const char *from = forward ? query->after : query->before;
    int *ahead = forward ? &page->more_after : &page->more_before;
    int *behind = forward ? &page->more_before : &page->more_after;
    apr_status_t rv = find(&page->users, finder, forward ? IK_SQL_USER_AFTER : IK_SQL_USER_BEFORE, from ? from : "",
                           IK_USER_PAGE_MAX + 1);

    if (rv != APR_SUCCESS)
        return rv;
    *ahead = page->users->nelts > IK_USER_PAGE_MAX;
    if (*ahead)
        apr_array_pop(page->users);
    if (from)
        rv = look_back(behind, page->users, finder, forward ? IK_SQL_USER_BEFORE : IK_SQL_USER_AFTER);
    if (!forward)
        page->users = reversed(page->users, finder->p);
    return rv;
}

apr_status_t ik_store_user_page(ik_user_page_t **page, ik_db_t *db, const char *account, const ik_user_query_t *query,
                                apr_pool_t *p)
{
    const finder_t finder = { .db = db, .account = account, .needle = ik_text_lower(p, query->search), .p = p };
    apr_status_t rv;

    *page = apr_pcalloc(p, sizeof(**page));
    (*page)->users = apr_array_make(p, 1, sizeof(ik_user_t *));
    rv = count(*page, &finder);
    return rv == APR_SUCCESS && (*page)->found ? fill(*page, &finder, query) : rv;
}

apr_status_t ik_store_user_delete(ik_db_t *db, const char *account, const char *email, apr_pool_t *p)
{
    const void *args[] = { account, email };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_USER_DELETE, args, &rows, p);

    return rv == APR_SUCCESS && rows == 0 ? APR_NOTFOUND : rv;
}
