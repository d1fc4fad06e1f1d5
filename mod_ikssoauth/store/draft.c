/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps settings that are tried, and those that were replaced. */
#include "store/draft.h"

#include "base/text.h"
#include "store/run.h"

/* The first columns of both statements that read drafts. */
static ik_draft_t *read_draft(const ik_row_t *row, apr_pool_t *p)
{
    ik_draft_t *draft = apr_pcalloc(p, sizeof(*draft));

    draft->id = ik_row_text(row, 0, p);
    draft->digest = ik_row_text(row, 1, p);
    draft->state = (ik_draft_state_t)ik_row_int(row, 2);
    draft->made = ik_row_int(row, 3);
    draft->report = ik_row_text(row, 4, p);
    return draft;
}

static apr_status_t take_tested(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(ik_draft_t **)arg = read_draft(row, p);
    return APR_SUCCESS;
}

static apr_status_t take_draft(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    ik_draft_t *draft = read_draft(row, p);
    ik_account_t *account = apr_pcalloc(p, sizeof(*account));

    account->id = ik_row_text(row, 5, p);
    account->name = ik_row_text(row, 6, p);
    account->entity_id = ik_row_text(row, 7, p);
    account->idp_entity_id = ik_row_text(row, 8, p);
    account->domains = ik_text_words(p, ik_row_text(row, 9, p));
    ik_option_read(&account->options, ik_row_text(row, 10, p), p);
    account->metadata = ik_row_text(row, 11, p);
    account->rules = ik_row_text(row, 12, p);
    draft->account = account;
    *(ik_draft_t **)arg = draft;
    return APR_SUCCESS;
}

/* Before the draft is inserted: so it stays even if a clock was set back since the others were made. */
static apr_status_t trim(ik_db_t *db, const char *account, apr_pool_t *p)
{
    const apr_int64_t kept = IK_DRAFTS_MAX - 1;
    const void *args[] = { account, account, &kept };

    return ik_db_change(db, IK_SQL_DRAFT_TRIM, args, NULL, p);
}

apr_status_t ik_store_draft_put(const ik_draft_t *draft, ik_db_t *db, apr_pool_t *p)
{
    const ik_account_t *a = draft->account;
    const apr_int64_t made = draft->made;
    const void *args[] = { draft->id, a->id, draft->digest, &made, a->name, a->entity_id, a->idp_entity_id,
                           ik_text_join(p, a->domains, " "), ik_option_text(&a->options, p),
                           a->rules ? a->rules : "", a->metadata };
    apr_status_t rv = ik_db_in_transaction(db) ? trim(db, a->id, p) : APR_EINVAL;

    return rv == APR_SUCCESS ? ik_db_change(db, IK_SQL_DRAFT_PUT, args, NULL, p) : rv;
}

static apr_status_t find(ik_draft_t **draft, ik_db_t *db, ik_sql_t sql, ik_row_each_t *take, const char *account,
                         const char *key, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t since = now - IK_DRAFT_LIFETIME;
    const void *args[] = { account, key, &since };
    apr_status_t rv;

    *draft = NULL;
    rv = ik_db_rows(db, sql, args, take, draft, p);
    return rv == APR_SUCCESS && !*draft ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_draft_get(ik_draft_t **draft, ik_db_t *db, const char *account, const char *id, apr_time_t now,
                                apr_pool_t *p)
{
    return find(draft, db, IK_SQL_DRAFT_GET, take_draft, account, id, now, p);
}

apr_status_t ik_store_draft_tested(ik_draft_t **draft, ik_db_t *db, const char *account, const char *digest,
                                   apr_time_t now, apr_pool_t *p)
{
    return find(draft, db, IK_SQL_DRAFT_TESTED, take_tested, account, digest, now, p);
}

apr_status_t ik_store_draft_finish(ik_db_t *db, const char *account, const char *id, ik_draft_state_t state,
                                   const char *report, apr_pool_t *p)
{
    const apr_int64_t value = state;
    const void *args[] = { &value, report, account, id }, *key[] = { account, id };
    apr_int64_t found = -1;
    int rows = 0;
    apr_status_t rv = state == IK_DRAFT_UNTESTED ? APR_EINVAL : ik_db_change(db, IK_SQL_DRAFT_FINISH, args, &rows, p);

    if (rv != APR_SUCCESS || rows == 1)
        return rv;
    rv = ik_db_int(&found, db, IK_SQL_DRAFT_STATE, key, p);
    if (rv != APR_SUCCESS)
        return rv;
    return found < 0 ? APR_NOTFOUND : APR_EEXIST;
}

apr_status_t ik_store_draft_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    return ik_db_expire(gone, db, IK_SQL_DRAFT_EXPIRE, now - IK_DRAFT_LIFETIME, limit, p);
}

apr_status_t ik_store_previous_put(ik_db_t *db, const char *account, const ik_previous_t *previous, apr_pool_t *p)
{
    const apr_int64_t replaced = previous->replaced;
    const void *args[] = { account, previous->entity_id, previous->metadata, previous->idp_entity_id,
                           ik_text_join(p, previous->domains, " "), ik_option_text(&previous->options, p),
                           previous->rules ? previous->rules : "", &replaced };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_PREVIOUS_PUT, args, &rows, p);

    return rv == APR_SUCCESS && rows != 1 ? APR_EGENERAL : rv;
}

static apr_status_t take_previous(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    ik_previous_t *previous = apr_pcalloc(p, sizeof(*previous));

    previous->entity_id = ik_row_text(row, 0, p);
    previous->metadata = ik_row_text(row, 1, p);
    previous->idp_entity_id = ik_row_text(row, 2, p);
    previous->domains = ik_text_words(p, ik_row_text(row, 3, p));
    ik_option_read(&previous->options, ik_row_text(row, 4, p), p);
    previous->replaced = ik_row_int(row, 5);
    previous->rules = ik_row_text(row, 6, p);
    *(ik_previous_t **)arg = previous;
    return APR_SUCCESS;
}

apr_status_t ik_store_previous_get(ik_previous_t **previous, ik_db_t *db, const char *account, apr_pool_t *p)
{
    const void *args[] = { account };
    apr_status_t rv;

    *previous = NULL;
    rv = ik_db_rows(db, IK_SQL_PREVIOUS_GET, args, take_previous, previous, p);
    return rv == APR_SUCCESS && !*previous ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_previous_forget(ik_db_t *db, const char *account, apr_pool_t *p)
{
    const void *args[] = { account };

    return ik_db_change(db, IK_SQL_PREVIOUS_FORGET, args, NULL, p);
}
