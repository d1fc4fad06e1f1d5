/* SPDX-License-Identifier: Apache-2.0 */
/* Tries role rules on what came with the last logins. */
#include "sso/rules_trial.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "sso/account_change.h"
#include "sso/account_task.h"
#include "sso/claims.h"
#include "sso/received.h"
#include "store/user.h"

#define STEPS (20 * IK_PATTERN_STEPS)   /* of all people together */

/* One trial on its way. */
typedef struct trying_t {
    ik_account_task_t task;         /* the first member: account_task.c hands its address over */
    const char *text;
    const apr_array_header_t *names;
    const char *what;               /* those, in words */
    ik_ruling_t *ruling;
    int joins;                      /* several values may have come as one */
    ik_trial_t *trial;
    apr_pool_t *brief;              /* cleared with each person */
} trying_t;

static void add_change(const trying_t *t, const ik_user_t *user, const char *after, const char *detail)
{
    apr_pool_t *p = t->task.ctx->p;
    ik_trial_row_t *row = apr_array_push(t->trial->changes);

    *row = (ik_trial_row_t){ .email = apr_pstrdup(p, user->email), .name = apr_pstrdup(p, user->name),
                             .before = apr_pstrdup(p, user->role), .after = after, .detail = apr_pstrdup(p, detail) };
}

static void compare(const trying_t *t, const ik_user_t *user, const apr_array_header_t *values)
{
    ik_refusal_t why = { .p = t->brief };
    ik_decision_t decision = { .role = NULL };

    if (values->nelts == 0)
        add_change(t, user, NULL, apr_psprintf(t->brief, "no attribute \"%s\"", t->what));
    else if (ik_ruling_decide(&decision, t->ruling, t->what, values, &why) != APR_SUCCESS)
        add_change(t, user, NULL, why.detail);
    else if (strcmp(decision.role, user->role) != 0)
        add_change(t, user, apr_pstrdup(t->task.ctx->p, decision.role),
                   decision.number ? ik_decision_rule(&decision, t->brief) : "the role itself");
}

static apr_status_t look_at(void *arg, const ik_user_t *user)
{
    trying_t *t = arg;
    const apr_array_header_t *values;

    if (t->trial->people == IK_TRIAL_PEOPLE) {
        t->trial->all = 0;
        return APR_SUCCESS;
    }
    apr_pool_clear(t->brief);
    t->trial->people++;
    values = ik_received_values(user->received, t->names, t->brief);
    if (values && t->joins)
        values = ik_rules_separate(values, t->brief);
    if (values)
        compare(t, user, values);
    else
        t->trial->unknown++;
    return APR_SUCCESS;
}

static apr_status_t try(ik_db_t *db, void *arg, apr_pool_t *p)
{
    trying_t *t = arg;
    const ik_ctx_t *ctx = t->task.ctx;
    const ik_rules_t *rules;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, &t->task, db);

    if (rv == APR_SUCCESS)
        rv = ik_account_rules(&rules, t->task.result, ctx, t->text);
    if (rv == APR_SUCCESS)
        rv = apr_pool_create(&t->brief, p);
    if (rv != APR_SUCCESS)
        return rv;
    t->task.result->account = account;
    t->names = ik_claim_role_names(rules, ctx->settings, ctx->p);
    t->what = ik_text_join(ctx->p, t->names, " or ");
    t->ruling = ik_ruling_make(rules, ctx->settings ? ctx->settings->roles : NULL, STEPS, ctx->p);
    t->joins = rules->rows->nelts > 0 && ik_claim_joins(ctx, account);
    return ik_store_user_received_each(db, t->task.id, IK_TRIAL_PEOPLE + 1, look_at, t, p);
}

apr_status_t ik_rules_try(ik_trial_t **trial, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                          const char *rules)
{
    trying_t t = { .task = { .ctx = ctx, .result = result, .id = id }, .text = rules };

    t.trial = apr_pcalloc(ctx->p, sizeof *t.trial);
    t.trial->all = 1;
    t.trial->changes = apr_array_make(ctx->p, 16, sizeof(ik_trial_row_t));
    *trial = t.trial;
    return ik_account_task_run(&t.task, try, IK_TASK_LOOKS);
}
