/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one thing that an administrator does: connection, transaction, and what follows its commit. */
#include <apr_strings.h>

#include "base/encode.h"
#include "sso/account_change.h"
#include "sso/account_task.h"
#include "sso/audit.h"
#include "sso/connect.h"
#include "sso/revoke.h"
#include "store/account.h"

apr_status_t ik_account_task_refuse_unknown(ik_account_task_t *task)
{
    const char *id = ik_encode_header(task->ctx->p, task->id);

    return ik_account_refuse(task->result, "not_found",
                             apr_psprintf(task->ctx->p, "There is no account \"%s\": \"ikssoctl account list\" shows "
                                          "which there are.", id));
}

apr_status_t ik_account_task_load(ik_account_t **account, ik_account_task_t *task, ik_db_t *db)
{
    apr_status_t rv = ik_store_account_get(account, db, task->id, task->ctx->p);

    return rv == APR_NOTFOUND ? ik_account_task_refuse_unknown(task) : rv;
}

apr_status_t ik_account_task_hold(ik_account_t **account, ik_account_task_t *task, ik_db_t *db)
{
    apr_int64_t version;
    apr_status_t rv = ik_store_account_hold(&version, db, task->id, task->ctx->p);

    if (rv == APR_NOTFOUND)
        return ik_account_task_refuse_unknown(task);
    return rv == APR_SUCCESS ? ik_account_task_load(account, task, db) : rv;
}

ik_event_t *ik_account_task_tell(ik_account_task_t *task, ik_event_id_t id)
{
    ik_event_t *event;

    if (!task->events)
        task->events = apr_array_make(task->ctx->p, 2, sizeof(ik_event_t));
    event = apr_array_push(task->events);
    *event = ik_event_of(id, task->id);
    event->email = task->email;
    return event;
}

apr_status_t ik_account_task_end_sessions(ik_account_task_t *task, ik_db_t *db)
{
    task->revoked = 1;
    return ik_revoke_account(task->ctx, db, task->id);
}

apr_status_t ik_account_task_end_sessions_of_user(ik_account_task_t *task, ik_db_t *db)
{
    task->revoked = 1;
    return ik_revoke_user(NULL, task->ctx, db, task->id, task->email);
}

static apr_status_t work_and_tell(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    apr_status_t rv;

    task->events = NULL;
    rv = task->work(db, task, p);
    return rv == APR_SUCCESS ? ik_audit_commit(task->ctx, db, task->events) : rv;
}

static apr_status_t run_on(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_account_task_t *task = arg;
    apr_status_t rv = task->effect == IK_TASK_CHANGES ? ik_db_transaction(db, IK_COMMIT_POWER_SAFE, work_and_tell, task, p)
                                                      : task->work(db, task, p);

    if (rv == APR_SUCCESS && task->revoked)
        ik_revoke_publish(task->ctx, db);
    return rv;
}

apr_status_t ik_account_task_run(ik_account_task_t *task, ik_work_t *work, ik_task_effect_t effect)
{
    const ik_ctx_t *ctx = task->ctx;
    ik_accounts_result_t *result = task->result;
    const char *said = "";
    apr_status_t rv;

    *result = (ik_accounts_result_t){ 0 };
    task->work = work;
    task->effect = effect;
    rv = ik_connect_run(&said, ctx, run_on, task);
    if (rv == APR_SUCCESS)
        ik_audit_committed(ctx, task->events);
    result->sessions_ended = rv == APR_SUCCESS && task->revoked;
    if (rv != APR_SUCCESS)
        result->account = NULL;
    if (rv != APR_SUCCESS && rv != IK_REFUSED)
        result->problem = apr_psprintf(ctx->p, "The database could not be used%s%s.", *said ? ": " : "", said);
    return rv;
}
