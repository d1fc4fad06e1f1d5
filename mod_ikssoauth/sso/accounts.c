/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator does with accounts; users.c has their users. */
#include <apr_strings.h>

#include "base/text.h"
#include "sso/account_change.h"
#include "sso/account_save.h"
#include "sso/certificates.h"
#include "store/account.h"
#include "store/draft.h"
#include "store/idp_key.h"

static apr_status_t get_key_use(const ik_account_task_t *task, ik_db_t *db)
{
    apr_pool_t *p = task->ctx->p;
    ik_key_use_t *use = apr_palloc(p, sizeof *use);
    apr_status_t rv = ik_store_verified_get(&use->fingerprint, &use->at, db, task->id, p);

    task->result->key_use = rv == APR_SUCCESS ? use : NULL;
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static apr_status_t get(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_previous_t *previous;
    ik_source_t *source;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    task->result->account = account;
    if (account->metadata)
        task->result->report = ik_metadata_read(account->metadata, strlen(account->metadata), task->ctx->now,
                                                task->ctx->p);
    rv = ik_store_previous_get(&previous, db, task->id, task->ctx->p);
    task->result->previous = rv == APR_SUCCESS ? previous : NULL;
    if (rv == APR_SUCCESS || rv == APR_NOTFOUND)
        rv = ik_account_look(&task->result->seen, &source, task->ctx, db, account);
    task->result->source = rv == APR_SUCCESS ? source : NULL;
    return rv == APR_SUCCESS ? get_key_use(task, db) : rv;
}

static apr_status_t add(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    const ik_ctx_t *ctx = task->ctx;
    ik_account_t *account = apr_pcalloc(ctx->p, sizeof(*account)), *known;
    apr_status_t rv;

    if (!ik_account_id_is_valid(task->id))
        return ik_account_refuse(task->result, "id_invalid",
                                 "An account's ID is 1 to 64 of A-Z a-z 0-9 . _ - and starts with neither . nor -: "
                                 "choose another.");
    *account = (ik_account_t){ .id = task->id, .name = "", .enabled = 1, .rules = "" };
    account->domains = apr_array_make(ctx->p, 1, sizeof(const char *));
    rv = ik_store_account_get(&known, db, task->id, p);
    if (rv == APR_SUCCESS)
        return ik_account_refuse(task->result, "exists",
                                 apr_psprintf(ctx->p, "The account \"%s\" exists already: change it with \"ikssoctl "
                                              "account set %s\".", task->id, task->id));
    if (rv == APR_NOTFOUND)
        rv = ik_account_change(account, task->result, ctx, task->change);
    if (rv == APR_SUCCESS)
        rv = ik_store_account_insert(account, db, ctx->now, ctx->p);
    if (rv == APR_EEXIST)
        return ik_account_refuse_taken(task, account);
    if (rv == APR_SUCCESS)
        rv = ik_certificates_keep(ctx, db, account);
    task->result->account = account;
    ik_account_task_tell(task, IK_EVENT_ACCOUNT_ADDED)->idp = account->idp_entity_id;
    return rv == APR_SUCCESS && task->result->report ? ik_account_note_sharing(task, db, account) : rv;
}

static apr_status_t set(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account, before;
    apr_status_t rv = ik_account_task_hold(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    before = *account;
    rv = ik_account_change(account, task->result, task->ctx, task->change);
    if (rv == APR_SUCCESS)
        rv = ik_account_check_seen(task, db, &before, account);
    if (rv == APR_SUCCESS)
        ik_account_tell_saved(task, IK_EVENT_SETTINGS_SAVED, &before, account);
    return rv == APR_SUCCESS ? ik_account_save(task, db, &before, account) : rv;
}

static apr_status_t forget_metadata(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account, before;
    apr_status_t rv = ik_account_task_hold(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    before = *account;
    ik_account_task_tell(task, IK_EVENT_SETTINGS_DELETED)->idp = account->idp_entity_id;
    account->metadata = NULL;
    account->idp_entity_id = NULL;
    rv = ik_account_save(task, db, &before, account);
    return rv == APR_SUCCESS ? ik_account_task_end_sessions(task, db) : rv;
}

static apr_status_t refuse_roll_back(ik_account_task_t *task)
{
    return ik_account_refuse(task->result, "no_previous",
                             apr_psprintf(task->ctx->p, "There are no earlier settings of the account \"%s\" to roll "
                                          "back to.", task->id));
}

/* What is kept was accepted once; a program that has become stricter since may refuse it. */
static apr_status_t roll_back(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_previous_t *previous;
    ik_source_t *source;
    ik_account_t *account, before;
    apr_int64_t seen = 0;
    apr_status_t rv = ik_account_task_hold(&account, task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = ik_account_look(&seen, &source, task->ctx, db, account);
    if (rv != APR_SUCCESS)
        return rv;
    if (task->seen && task->seen != seen)
        return ik_account_refuse_changed(task->result, task->ctx->p, "you were asked", "roll back");
    rv = ik_store_previous_get(&previous, db, task->id, task->ctx->p);
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? refuse_roll_back(task) : rv;
    before = *account;
    ik_account_restore(account, previous);
    rv = ik_accounts_check(task->result, task->ctx, account->metadata, strlen(account->metadata));
    ik_account_tell_saved(task, IK_EVENT_SETTINGS_ROLLED_BACK, &before, account);
    return rv == APR_SUCCESS ? ik_account_save(task, db, &before, account) : rv;
}

static apr_status_t enable(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account, before;
    apr_status_t rv = ik_account_task_hold(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    before = *account;
    account->enabled = task->enabled;
    ik_account_task_tell(task, task->enabled ? IK_EVENT_ACCOUNT_ENABLED : IK_EVENT_ACCOUNT_DISABLED);
    rv = ik_account_save(task, db, &before, account);
    return rv == APR_SUCCESS && !task->enabled ? ik_account_task_end_sessions(task, db) : rv;
}

/* The revocation stays: an account of that id may be added again while somebody still has a cookie of the old one. */
static apr_status_t delete(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    apr_status_t rv = ik_store_account_delete(db, task->id, p);

    if (rv == APR_NOTFOUND)
        return ik_account_task_refuse_unknown(task);
    ik_account_task_tell(task, IK_EVENT_ACCOUNT_DELETED);
    return rv == APR_SUCCESS ? ik_account_task_end_sessions(task, db) : rv;
}

/* Rows live in the store's memory while they are handed over: what is kept is copied. */
static apr_status_t keep_account(void *arg, const ik_account_t *row)
{
    ik_account_task_t *task = arg;
    apr_pool_t *p = task->ctx->p;
    ik_account_t *account = apr_pmemdup(p, row, sizeof(*row));

    account->id = apr_pstrdup(p, row->id);
    account->name = apr_pstrdup(p, row->name);
    account->entity_id = apr_pstrdup(p, row->entity_id);
    account->idp_entity_id = apr_pstrdup(p, row->idp_entity_id);
    account->domains = ik_text_words(p, ik_text_join(p, row->domains, " "));
    APR_ARRAY_PUSH(task->list, ik_account_t *) = account;
    return APR_SUCCESS;
}

static apr_status_t list(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_account_each(db, keep_account, arg, p);
}

apr_status_t ik_accounts_get(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };

    return ik_account_task_run(&task, get, IK_TASK_LOOKS);
}

apr_status_t ik_accounts_add(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const ik_account_change_t *change)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id, .change = change };

    return ik_account_task_run(&task, add, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_set(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const ik_account_change_t *change)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id, .change = change };

    return ik_account_task_run(&task, set, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_roll_back(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                   apr_int64_t seen)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id, .seen = seen };

    return ik_account_task_run(&task, roll_back, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_forget_metadata(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };

    return ik_account_task_run(&task, forget_metadata, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_enable(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, int enabled)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id, .enabled = enabled };

    return ik_account_task_run(&task, enable, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_delete(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };

    return ik_account_task_run(&task, delete, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_check(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *metadata, apr_size_t len)
{
    *result = (ik_accounts_result_t){ .report = ik_metadata_read(metadata, len, ctx->now, ctx->p) };
    if (!result->report->idp)
        return ik_account_refuse(result, "metadata_refused", result->report->problem);
    return APR_SUCCESS;
}

apr_status_t ik_accounts_list(apr_array_header_t **accounts, ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    ik_account_task_t task = { .ctx = ctx, .result = result };

    task.list = *accounts = apr_array_make(ctx->p, 16, sizeof(ik_account_t *));
    return ik_account_task_run(&task, list, IK_TASK_LOOKS);
}
