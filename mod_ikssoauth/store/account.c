/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps accounts. */
#include <apr_strings.h>

#include "base/text.h"
#include "store/account.h"
#include "store/run.h"

#define PAGE 200    /* rows read at a time, so that listing takes the same memory for any number of accounts */

/* One page of accounts on its way to each. */
typedef struct page_t {
    ik_account_each_t *each;
    void *arg;
    int rows;
    char last[256];     /* id the next page starts after */
} page_t;

/* A change of one account, for a transaction. */
typedef struct change_t {
    ik_account_t *account;
    apr_time_t now;
} change_t;

static ik_account_t *read_account(const ik_row_t *row, apr_pool_t *p)
{
    ik_account_t *account = apr_pcalloc(p, sizeof(*account));

    account->id = ik_row_text(row, 0, p);
    account->name = ik_row_text(row, 1, p);
    account->entity_id = ik_row_text(row, 2, p);
    account->enabled = ik_row_int(row, 3) == 1;
    account->version = ik_row_int(row, 4);
    account->metadata = ik_row_text(row, 5, p);
    account->idp_entity_id = ik_row_text(row, 6, p);
    account->domains = ik_text_words(p, ik_row_text(row, 7, p));
    account->created = ik_row_int(row, 8);
    account->changed = ik_row_int(row, 9);
    ik_option_read(&account->options, ik_row_text(row, 10, p), p);
    account->rules = ik_row_text(row, 11, p);
    account->first_end = ik_row_int(row, 12);
    account->last_end = ik_row_int(row, 13);
    return account;
}

static apr_status_t take_account(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(ik_account_t **)arg = read_account(row, p);
    return APR_SUCCESS;
}

static apr_status_t push_account(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    APR_ARRAY_PUSH((apr_array_header_t *)arg, ik_account_t *) = read_account(row, p);
    return APR_SUCCESS;
}

static apr_status_t pass_on(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    page_t *page = arg;
    const ik_account_t *account = read_account(row, p);

    if (strlen(account->id) >= sizeof(page->last))
        return APR_EGENERAL;
    apr_cpystrn(page->last, account->id, sizeof(page->last));
    page->rows++;
    return page->each(page->arg, account);
}

static apr_status_t get_by(ik_account_t **account, ik_db_t *db, ik_sql_t sql, const char *key, apr_pool_t *p)
{
    const void *args[] = { key };
    apr_status_t rv;

    *account = NULL;
    rv = ik_db_rows(db, sql, args, take_account, account, p);
    return rv == APR_SUCCESS && !*account ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_account_get(ik_account_t **account, ik_db_t *db, const char *id, apr_pool_t *p)
{
    return get_by(account, db, IK_SQL_ACCOUNT_GET, id, p);
}

apr_status_t ik_store_account_by_entity_id(ik_account_t **account, ik_db_t *db, const char *uri, apr_pool_t *p)
{
    return get_by(account, db, IK_SQL_ACCOUNT_BY_ENTITY_ID, uri, p);
}

static apr_status_t list_by(apr_array_header_t **accounts, ik_db_t *db, ik_sql_t sql, const char *key, int limit,
                            apr_pool_t *p)
{
    const apr_int64_t most = limit;
    const void *args[] = { key, &most };

    *accounts = apr_array_make(p, 4, sizeof(ik_account_t *));
    return ik_db_rows(db, sql, args, push_account, *accounts, p);
}

apr_status_t ik_store_account_by_idp(apr_array_header_t **accounts, ik_db_t *db, const char *idp, int limit,
                                     apr_pool_t *p)
{
    return list_by(accounts, db, IK_SQL_ACCOUNT_BY_IDP, idp, limit, p);
}

apr_status_t ik_store_account_by_domain(apr_array_header_t **accounts, ik_db_t *db, const char *domain, int limit,
                                        apr_pool_t *p)
{
    return list_by(accounts, db, IK_SQL_ACCOUNT_BY_DOMAIN, domain, limit, p);
}

apr_status_t ik_store_account_by_user(apr_array_header_t **accounts, ik_db_t *db, const char *email, int limit,
                                      apr_pool_t *p)
{
    return list_by(accounts, db, IK_SQL_ACCOUNT_BY_USER, email, limit, p);
}

static apr_status_t take_held(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    ik_account_held_t *held = arg;

    held->version = ik_row_int(row, 1) == 1 ? ik_row_int(row, 0) : 0;
    held->key = ik_row_text(row, 2, p);
    held->key_at = ik_row_int(row, 3);
    return APR_SUCCESS;
}

apr_status_t ik_store_account_hold_all(ik_account_held_t *held, ik_db_t *db, const char *id, apr_pool_t *p)
{
    const void *args[] = { id };
    apr_status_t rv;

    *held = (ik_account_held_t){ .version = -1 };
    rv = ik_db_rows(db, IK_SQL_ACCOUNT_HOLD, args, take_held, held, p);
    if (rv == APR_SUCCESS && held->version < 0)
        rv = APR_NOTFOUND;
    held->version = held->version < 0 ? 0 : held->version;
    return rv;
}

apr_status_t ik_store_account_hold(apr_int64_t *version, ik_db_t *db, const char *id, apr_pool_t *p)
{
    ik_account_held_t held;
    apr_status_t rv = ik_store_account_hold_all(&held, db, id, p);

    *version = held.version;
    return rv;
}

apr_status_t ik_store_account_each(ik_db_t *db, ik_account_each_t *each, void *arg, apr_pool_t *p)
{
    const apr_int64_t limit = PAGE;
    page_t page = { .each = each, .arg = arg };
    apr_pool_t *round;
    apr_status_t rv = apr_pool_create(&round, p);

    if (rv != APR_SUCCESS)
        return rv;
    do {
        const void *args[] = { apr_pstrdup(round, page.last), &limit };

        page.rows = 0;
        rv = ik_db_rows(db, IK_SQL_ACCOUNT_PAGE, args, pass_on, &page, round);
        apr_pool_clear(round);
    } while (rv == APR_SUCCESS && page.rows == PAGE);
    apr_pool_destroy(round);
    return rv;
}

/*
 * One counter for all accounts, which never goes back: an account that is deleted and added again must not get a
 * version under which a cache still holds the keys of the old one. Its row is locked until the transaction ends.
 */
static apr_status_t next_version(apr_int64_t *version, ik_db_t *db, apr_pool_t *p)
{
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_VERSION_NEXT, NULL, &rows, p);

    if (rv != APR_SUCCESS || rows != 1)
        return rv ? rv : APR_EGENERAL;
    return ik_db_int(version, db, IK_SQL_VERSION_GET, NULL, p);
}

apr_status_t ik_store_account_route(ik_db_t *db, const ik_account_t *account, apr_pool_t *p)
{
    const void *forget[] = { account->id };
    apr_status_t rv = ik_db_change(db, IK_SQL_DOMAIN_FORGET, forget, NULL, p);
    int i;

    for (i = 0; account->domains && i < account->domains->nelts && rv == APR_SUCCESS; i++) {
        const void *args[] = { APR_ARRAY_IDX(account->domains, i, const char *), account->id };

        rv = ik_db_change(db, IK_SQL_DOMAIN_ADD, args, NULL, p);
    }
    return rv;
}

apr_status_t ik_store_account_unroute(ik_db_t *db, const char *id, const char *domain, apr_pool_t *p)
{
    const void *args[] = { id, domain };

    return ik_db_change(db, IK_SQL_DOMAIN_REMOVE, args, NULL, p);
}

static apr_status_t insert(ik_db_t *db, void *arg, apr_pool_t *p)
{
    change_t *change = arg;
    const ik_account_t *a = change->account;
    const apr_int64_t enabled = a->enabled != 0, now = change->now;
    apr_int64_t version = 0;
    const void *args[] = { a->id, a->name, a->entity_id, &enabled, &version, a->metadata, a->idp_entity_id,
                           ik_text_join(p, a->domains, " "), &now, &now, ik_option_text(&a->options, p),
                           a->rules ? a->rules : "" };
    int rows = 0;
    apr_status_t rv = next_version(&version, db, p);

    if (rv == APR_SUCCESS)
        rv = ik_db_change(db, IK_SQL_ACCOUNT_INSERT, args, &rows, p);
    if (rv != APR_SUCCESS || rows != 1)
        return rv ? rv : APR_EEXIST;
    change->account->version = version;
    change->account->created = change->account->changed = now;
    return ik_store_account_route(db, a, p);
}

/* APR_EEXIST if another account has the entity ID of this one. */
static apr_status_t check_entity_id(ik_db_t *db, const ik_account_t *account, apr_pool_t *p)
{
    ik_account_t *other;
    apr_status_t rv;

    if (!account->entity_id)
        return APR_SUCCESS;
    rv = ik_store_account_by_entity_id(&other, db, account->entity_id, p);
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    return strcmp(other->id, account->id) == 0 ? APR_SUCCESS : APR_EEXIST;
}

static apr_status_t update(ik_db_t *db, void *arg, apr_pool_t *p)
{
    change_t *change = arg;
    const ik_account_t *a = change->account;
    const apr_int64_t enabled = a->enabled != 0, now = change->now;
    apr_int64_t version = 0;
    const void *args[] = { a->name, a->entity_id, &enabled, &version, a->metadata, a->idp_entity_id,
                           ik_text_join(p, a->domains, " "), &now, ik_option_text(&a->options, p),
                           a->rules ? a->rules : "", a->id };
    int rows = 0;
    /* The counter first: its row's lock makes changes of accounts wait for each other, so the check below holds. */
    apr_status_t rv = next_version(&version, db, p);

    if (rv == APR_SUCCESS)
        rv = check_entity_id(db, a, p);
    if (rv == APR_SUCCESS)
        rv = ik_db_change(db, IK_SQL_ACCOUNT_UPDATE, args, &rows, p);
    if (rv != APR_SUCCESS || rows != 1)
        return rv ? rv : APR_NOTFOUND;
    change->account->version = version;
    change->account->changed = now;
    return APR_SUCCESS;
}

apr_status_t ik_store_account_insert(ik_account_t *account, ik_db_t *db, apr_time_t now, apr_pool_t *p)
{
    change_t change = { account, now };

    return ik_db_atomically(db, insert, &change, p);
}

apr_status_t ik_store_account_update(ik_account_t *account, ik_db_t *db, apr_time_t now, apr_pool_t *p)
{
    change_t change = { account, now };

    return ik_db_atomically(db, update, &change, p);
}

/* Its users go with it: ON DELETE CASCADE. Its traces do not refer to it, for they tell of accounts that are not there. */
static apr_status_t delete(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const void *args[] = { arg };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_ACCOUNT_DELETE, args, &rows, p);

    if (rv != APR_SUCCESS || rows == 0)
        return rv ? rv : APR_NOTFOUND;
    return ik_db_change(db, IK_SQL_TRACE_FORGET, args, NULL, p);
}

apr_status_t ik_store_account_delete(ik_db_t *db, const char *id, apr_pool_t *p)
{
    return ik_db_atomically(db, delete, apr_pstrdup(p, id), p);
}
