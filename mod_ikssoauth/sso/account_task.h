/* SPDX-License-Identifier: Apache-2.0 */
/* One thing that an administrator does, on its way through a transaction. For accounts.c and users.c. */
#ifndef IK_SSO_ACCOUNT_TASK_H
#define IK_SSO_ACCOUNT_TASK_H

#include "model/event.h"
#include "sso/accounts.h"

/* Whether a task changes anything. */
typedef enum { IK_TASK_LOOKS, IK_TASK_CHANGES } ik_task_effect_t;

typedef struct ik_account_task_t {
    const ik_ctx_t *ctx;
    ik_accounts_result_t *result;
    const char *id;
    const ik_account_change_t *change;
    apr_int64_t seen;                   /* what somebody who rolls back, or sets a URL, has seen; 0: whatever it is */
    const char *email;                  /* normalised */
    int enabled;
    apr_array_header_t *list;
    ik_user_t *user;
    int revoked;                        /* sessions have been ended: to be published after the commit */
    ik_work_t *work;                    /* what is being run */
    ik_task_effect_t effect;            /* of it */
    apr_array_header_t *events;         /* ik_event_t: what is told once it is committed; NULL: nothing */
} ik_account_task_t;

/*
 * Runs work(db, task, p): what changes something in one power-safe transaction, whose revocations are published after
 * its commit; what looks without one, so that it never waits for a writer. Returns as sso/accounts.h says.
 */
apr_status_t ik_account_task_run(ik_account_task_t *task, ik_work_t *work, ik_task_effect_t effect);

/* The account, in ctx->p; refuses one that is not there. */
apr_status_t ik_account_task_load(ik_account_t **account, ik_account_task_t *task, ik_db_t *db);

/* Likewise, and until the transaction ends neither the account nor a login to it goes on beside this. */
apr_status_t ik_account_task_hold(ik_account_t **account, ik_account_task_t *task, ik_db_t *db);

apr_status_t ik_account_task_refuse_unknown(ik_account_task_t *task);

/*
 * Has the audit log told, once the transaction is committed, of an event of the task's account and email. The event
 * is the caller's to fill, with what lives in ctx->p, until the next one.
 */
ik_event_t *ik_account_task_tell(ik_account_task_t *task, ik_event_id_t id);

/* Ends all sessions of the account; of the task's user. As part of the transaction. */
apr_status_t ik_account_task_end_sessions(ik_account_task_t *task, ik_db_t *db);
apr_status_t ik_account_task_end_sessions_of_user(ik_account_task_t *task, ik_db_t *db);

#endif
