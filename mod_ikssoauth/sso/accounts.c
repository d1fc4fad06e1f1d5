/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator does with accounts and their users. */
#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "model/email.h"
#include "sso/account_change.h"
#include "sso/accounts.h"
#include "store/account.h"
#include "store/user.h"

/* One use case on its way through a transaction. */
typedef struct task_t {
    const ik_ctx_t *ctx;
    ik_accounts_result_t *result;
    const char *id;
    const ik_account_change_t *change;
    const char *email;                  /* normalised */
    int enabled;
    apr_array_header_t *list;
    ik_user_t *user;
} task_t;

static apr_status_t refuse_unknown(task_t *task)
{
    const char *id = ik_encode_header(task->ctx->p, task->id);

    return ik_account_refuse(task->result, "not_found",
                             apr_psprintf(task->ctx->p, "There is no account \"%s\": \"ikssoctl account list\" shows "
                                          "which there are.", id));
}

static apr_status_t refuse_taken_entity_id(task_t *task, const ik_account_t *account)
{
    return ik_account_refuse(task->result, "entity_id_taken",
                             apr_psprintf(task->ctx->p, "The entity ID %s belongs to another account: choose "
                                          "another, by convention https://HOST/saml/consume#%s.",
                                          account->entity_id, account->id));
}

static apr_status_t load(ik_account_t **account, task_t *task, ik_db_t *db)
{
    apr_status_t rv = ik_store_account_get(account, db, task->id, task->ctx->p);

    return rv == APR_NOTFOUND ? refuse_unknown(task) : rv;
}

/*
 * Sharing an identity provider is allowed, since the signed imagekit_id decides (design decision 1); who shares
 * it is nobody's business (security rule 3.6).
 */
static apr_status_t note_sharing(task_t *task, ik_db_t *db, const ik_account_t *account)
{
    apr_array_header_t *users;
    apr_status_t rv = ik_store_account_by_idp(&users, db, account->idp_entity_id, 2, task->ctx->p);
    int shared = 0;

    if (rv != APR_SUCCESS)
        return rv;
    for (int i = 0; i < users->nelts; i++)
        shared = shared || strcmp(APR_ARRAY_IDX(users, i, ik_account_t *)->id, account->id) != 0;
    if (shared)
        APR_ARRAY_PUSH(task->result->report->notes, const char *) =
            apr_psprintf(task->ctx->p, "Another account uses the same identity provider: it must send imagekit_id, "
                         "with the value \"%s\", to whoever belongs to this one.", account->id);
    return APR_SUCCESS;
}

static apr_status_t saved(task_t *task, ik_db_t *db, ik_account_t *account)
{
    task->result->account = account;
    return task->change && task->change->metadata ? note_sharing(task, db, account) : APR_SUCCESS;
}

static apr_status_t save(task_t *task, ik_db_t *db, ik_account_t *account)
{
    apr_status_t rv = ik_store_account_update(account, db, task->ctx->now, task->ctx->p);

    if (rv == APR_EEXIST)
        return refuse_taken_entity_id(task, account);
    return rv == APR_SUCCESS ? saved(task, db, account) : rv;
}

static apr_status_t get(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    task->result->account = account;
    if (account->metadata)
        task->result->report = ik_metadata_read(account->metadata, strlen(account->metadata), task->ctx->now,
                                                task->ctx->p);
    return APR_SUCCESS;
}

static apr_status_t add(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    const ik_ctx_t *ctx = task->ctx;
    ik_account_t *account = apr_pcalloc(ctx->p, sizeof(*account)), *known;
    apr_status_t rv;

    if (!ik_account_id_is_valid(task->id))
        return ik_account_refuse(task->result, "id_invalid",
                                 "An account's ID is 1 to 64 of A-Z a-z 0-9 . _ - and starts with neither . nor -: "
                                 "choose another.");
    *account = (ik_account_t){ .id = task->id, .name = "", .enabled = 1 };
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
        return refuse_taken_entity_id(task, account);
    return rv == APR_SUCCESS ? saved(task, db, account) : rv;
}

static apr_status_t set(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = ik_account_change(account, task->result, task->ctx, task->change);
    return rv == APR_SUCCESS ? save(task, db, account) : rv;
}

static apr_status_t forget_metadata(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    account->metadata = NULL;
    account->idp_entity_id = NULL;
    return save(task, db, account);
}

static apr_status_t enable(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    account->enabled = task->enabled;
    return save(task, db, account);
}

static apr_status_t delete(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    apr_status_t rv = ik_store_account_delete(db, task->id, p);

    return rv == APR_NOTFOUND ? refuse_unknown(task) : rv;
}

static apr_status_t refuse_unknown_user(task_t *task)
{
    return ik_account_refuse(task->result, "user_not_found",
                             apr_psprintf(task->ctx->p, "There is no user %s in the account \"%s\": \"ikssoctl user "
                                          "list %s\" shows who there is.", task->email, task->id, task->id));
}

static apr_status_t get_user(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = ik_store_user_get(&task->user, db, task->id, task->email, task->ctx->p);
    return rv == APR_NOTFOUND ? refuse_unknown_user(task) : rv;
}

static apr_status_t delete_user(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    if (rv == APR_SUCCESS)
        rv = ik_store_user_delete(db, task->id, task->email, p);
    return rv == APR_NOTFOUND ? refuse_unknown_user(task) : rv;
}

/* Rows live in the store's memory while they are handed over: what is kept is copied. */
static apr_status_t keep_account(void *arg, const ik_account_t *row)
{
    task_t *task = arg;
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

static apr_status_t keep_user(void *arg, const ik_user_t *row)
{
    task_t *task = arg;
    apr_pool_t *p = task->ctx->p;
    ik_user_t *user = apr_pmemdup(p, row, sizeof(*row));

    user->account = apr_pstrdup(p, row->account);
    user->email = apr_pstrdup(p, row->email);
    user->name = apr_pstrdup(p, row->name);
    user->role = apr_pstrdup(p, row->role);
    APR_ARRAY_PUSH(task->list, ik_user_t *) = user;
    return APR_SUCCESS;
}

static apr_status_t list(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_account_each(db, keep_account, arg, p);
}

static apr_status_t list_users(ik_db_t *db, void *arg, apr_pool_t *p)
{
    task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = load(&account, task, db);

    return rv == APR_SUCCESS ? ik_store_user_each(db, task->id, keep_user, task, p) : rv;
}

/* Without a transaction where nothing is written, so that looking never waits for a writer. */
static apr_status_t work_on(ik_db_t *db, task_t *task, ik_work_t *work, int writes, apr_pool_t *p)
{
    return writes ? ik_db_transaction(db, IK_COMMIT_POWER_SAFE, work, task, p) : work(db, task, p);
}

static apr_status_t perform(task_t *task, ik_work_t *work, int writes)
{
    const ik_ctx_t *ctx = task->ctx;
    ik_accounts_result_t *result = task->result;
    const char *said = "";
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    *result = (ik_accounts_result_t){ 0 };
    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&db, ctx->store, p);
    if (rv != APR_SUCCESS) {
        said = ik_store_problem(ctx->store, ctx->p);
    } else {
        rv = work_on(db, task, work, writes, p);
        said = apr_pstrdup(ctx->p, ik_db_problem(db));
    }
    apr_pool_destroy(p);
    if (rv != APR_SUCCESS)
        result->account = NULL;
    if (rv != APR_SUCCESS && rv != IK_REFUSED)
        result->problem = apr_psprintf(ctx->p, "The database could not be used%s%s.", *said ? ": " : "", said);
    return rv;
}

apr_status_t ik_accounts_get(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id }, get, 0);
}

apr_status_t ik_accounts_add(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const ik_account_change_t *change)
{
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id, .change = change }, add, 1);
}

apr_status_t ik_accounts_set(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const ik_account_change_t *change)
{
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id, .change = change }, set, 1);
}

apr_status_t ik_accounts_forget_metadata(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id }, forget_metadata, 1);
}

apr_status_t ik_accounts_enable(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, int enabled)
{
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id, .enabled = enabled }, enable, 1);
}

apr_status_t ik_accounts_delete(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id }, delete, 1);
}

apr_status_t ik_accounts_check(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *metadata, apr_size_t len)
{
    *result = (ik_accounts_result_t){ .report = ik_metadata_read(metadata, len, ctx->now, ctx->p) };
    if (!result->report->idp)
        return ik_account_refuse(result, "metadata_refused", result->report->problem);
    return APR_SUCCESS;
}

static apr_status_t perform_on_user(task_t *task, const char *email, ik_work_t *work, int writes)
{
    task->email = ik_email_normalise(task->ctx->p, email);
    if (task->email)
        return perform(task, work, writes);
    *task->result = (ik_accounts_result_t){ 0 };
    return ik_account_refuse(task->result, "email_invalid",
                             apr_psprintf(task->ctx->p, "\"%s\" is not an e-mail address: write NAME@DOMAIN.",
                                          ik_encode_header(task->ctx->p, email)));
}

apr_status_t ik_accounts_user(ik_user_t **user, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                              const char *email)
{
    task_t task = { .ctx = ctx, .result = result, .id = id };
    apr_status_t rv = perform_on_user(&task, email, get_user, 0);

    *user = task.user;
    return rv;
}

apr_status_t ik_accounts_user_delete(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                     const char *email)
{
    return perform_on_user(&(task_t){ .ctx = ctx, .result = result, .id = id }, email, delete_user, 1);
}

apr_status_t ik_accounts_list(apr_array_header_t **accounts, ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    *accounts = apr_array_make(ctx->p, 16, sizeof(ik_account_t *));
    return perform(&(task_t){ .ctx = ctx, .result = result, .list = *accounts }, list, 0);
}

apr_status_t ik_accounts_users(apr_array_header_t **users, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                               const char *id)
{
    *users = apr_array_make(ctx->p, 16, sizeof(ik_user_t *));
    return perform(&(task_t){ .ctx = ctx, .result = result, .id = id, .list = *users }, list_users, 0);
}
