/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator does with the users of an account, and with their sessions. */
#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "model/email.h"
#include "sso/account_change.h"
#include "sso/account_task.h"
#include "store/invite.h"
#include "store/user.h"

static apr_status_t refuse_unknown_user(ik_account_task_t *task)
{
    return ik_account_refuse(task->result, "user_not_found",
                             apr_psprintf(task->ctx->p, "There is no user %s in the account \"%s\": \"ikssoctl user "
                                          "list %s\" shows who there is.", task->email, task->id, task->id));
}

static apr_status_t get_user(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = ik_store_user_get(&task->user, db, task->id, task->email, task->ctx->p);
    return rv == APR_NOTFOUND ? refuse_unknown_user(task) : rv;
}

static apr_status_t delete_user(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_hold(&account, task, db);

    if (rv == APR_SUCCESS)
        rv = ik_store_user_delete(db, task->id, task->email, p);
    if (rv == APR_NOTFOUND)
        return refuse_unknown_user(task);
    ik_account_task_tell(task, IK_EVENT_USER_DELETED);
    return rv == APR_SUCCESS ? ik_account_task_end_sessions_of_user(task, db) : rv;
}

static apr_status_t enable_user(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_hold(&account, task, db);

    if (rv == APR_SUCCESS)
        rv = ik_store_user_enable(db, task->id, task->email, task->enabled, p);
    if (rv == APR_NOTFOUND)
        return refuse_unknown_user(task);
    ik_account_task_tell(task, task->enabled ? IK_EVENT_USER_ENABLED : IK_EVENT_USER_DISABLED);
    return rv == APR_SUCCESS && !task->enabled ? ik_account_task_end_sessions_of_user(task, db) : rv;
}

static apr_status_t end_sessions(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    apr_status_t rv = ik_account_task_hold(&task->result->account, task, db);

    (void)p;
    ik_account_task_tell(task, IK_EVENT_SESSIONS_ENDED);
    if (rv == APR_SUCCESS)
        rv = ik_store_invite_revoke_used(db, task->id, task->ctx->now, task->ctx->p);
    return rv == APR_SUCCESS ? ik_account_task_end_sessions(task, db) : rv;
}

/* Whoever is not there has no session; saying so finds the mistyped address. */
static apr_status_t end_sessions_of_user(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    apr_status_t rv = ik_account_task_hold(&task->result->account, task, db);

    if (rv == APR_SUCCESS)
        rv = ik_store_user_get(&task->user, db, task->id, task->email, p);
    if (rv == APR_NOTFOUND)
        return refuse_unknown_user(task);
    ik_account_task_tell(task, IK_EVENT_SESSIONS_ENDED);
    return rv == APR_SUCCESS ? ik_account_task_end_sessions_of_user(task, db) : rv;
}

/* Rows live in the store's memory while they are handed over: what is kept is copied. */
static apr_status_t keep_user(void *arg, const ik_user_t *row)
{
    ik_account_task_t *task = arg;
    apr_pool_t *p = task->ctx->p;
    ik_user_t *user = apr_pmemdup(p, row, sizeof(*row));

    user->account = apr_pstrdup(p, row->account);
    user->email = apr_pstrdup(p, row->email);
    user->name = apr_pstrdup(p, row->name);
    user->role = apr_pstrdup(p, row->role);
    user->attributes = NULL;
    APR_ARRAY_PUSH(task->list, ik_user_t *) = user;
    return APR_SUCCESS;
}

static apr_status_t list_users(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, task, db);

    return rv == APR_SUCCESS ? ik_store_user_each(db, task->id, keep_user, task, p) : rv;
}

/* One page of users on its way. */
typedef struct paging_t {
    ik_account_task_t task;     /* the first member: account_task.c hands its address over */
    ik_user_query_t query;
    ik_user_page_t *page;
} paging_t;

static apr_status_t page_users(ik_db_t *db, void *arg, apr_pool_t *p)
{
    paging_t *paging = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, &paging->task, db);

    (void)p;
    return rv == APR_SUCCESS
           ? ik_store_user_page(&paging->page, db, paging->task.id, &paging->query, paging->task.ctx->p) : rv;
}

/* Whole characters only, up to the first byte that is none: a database may refuse anything else. */
static const char *shortened(const char *search, apr_pool_t *p)
{
    const char *at = search, *end = search + strlen(search), *good = search;

    while (ik_text_next(&at, end) >= 0 && at - search <= IK_USER_SEARCH_MAX)
        good = at;
    return apr_pstrmemdup(p, search, (apr_size_t)(good - search));
}

static apr_status_t run_on_user(ik_account_task_t *task, const char *email, ik_work_t *work, ik_task_effect_t effect)
{
    task->email = ik_email_normalise(task->ctx->p, email);
    if (task->email)
        return ik_account_task_run(task, work, effect);
    *task->result = (ik_accounts_result_t){ 0 };
    return ik_account_refuse(task->result, "email_invalid",
                             apr_psprintf(task->ctx->p, "\"%s\" is not an e-mail address: write NAME@DOMAIN.",
                                          ik_encode_header(task->ctx->p, email)));
}

apr_status_t ik_accounts_user(ik_user_t **user, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                              const char *email)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };
    apr_status_t rv = run_on_user(&task, email, get_user, IK_TASK_LOOKS);

    *user = task.user;
    return rv;
}

apr_status_t ik_accounts_user_delete(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                     const char *email)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };

    return run_on_user(&task, email, delete_user, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_user_enable(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                     const char *email, int enabled)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id, .enabled = enabled };

    return run_on_user(&task, email, enable_user, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_end_sessions(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                      const char *email)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };

    if (!email)
        return ik_account_task_run(&task, end_sessions, IK_TASK_CHANGES);
    return run_on_user(&task, email, end_sessions_of_user, IK_TASK_CHANGES);
}

apr_status_t ik_accounts_users(apr_array_header_t **users, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                               const char *id)
{
    ik_account_task_t task = { .ctx = ctx, .result = result, .id = id };

    task.list = *users = apr_array_make(ctx->p, 16, sizeof(ik_user_t *));
    return ik_account_task_run(&task, list_users, IK_TASK_LOOKS);
}

/* What stands in a link that somebody has cut is where nobody is: the first page. */
apr_status_t ik_accounts_user_page(ik_user_page_t **page, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                   const char *id, const ik_user_query_t *query)
{
    paging_t paging = { .task = { .ctx = ctx, .result = result, .id = id } };
    apr_status_t rv;

    paging.query.search = shortened(query->search, ctx->p);
    paging.query.after = query->after ? ik_email_normalise(ctx->p, query->after) : NULL;
    paging.query.before = query->before ? ik_email_normalise(ctx->p, query->before) : NULL;
    rv = ik_account_task_run(&paging.task, page_users, IK_TASK_LOOKS);
    *page = rv == APR_SUCCESS ? paging.page : NULL;
    return rv;
}
