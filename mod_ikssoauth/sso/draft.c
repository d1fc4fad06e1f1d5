/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps settings that are tried, takes the one answer to their test, and saves them when somebody wants that. */
#include "sso/draft.h"

#include <string.h>

#include <apr_strings.h>

#include "saml/outgoing.h"
#include "seal/random.h"
#include "sso/account_change.h"
#include "sso/account_save.h"
#include "sso/checklist.h"
#include "store/draft.h"

#define RANDOM_BYTES 16     /* 22 characters of base64url */

/* One thing that is done with a draft. */
typedef struct drafting_t {
    ik_account_task_t task;     /* the first member: account_task.c hands its address over */
    const char *id;
    ik_draft_t *draft;
    ik_draft_state_t state;
    ik_checklist_t *list;
} drafting_t;

/* What the change would make of the account; refused like the change itself. */
static apr_status_t change(ik_account_t *account, drafting_t *d, ik_db_t *db)
{
    const ik_account_t before = *account;
    apr_status_t rv = ik_account_change(account, d->task.result, d->task.ctx, d->task.change);

    if (rv == APR_SUCCESS)
        rv = ik_account_check_seen(&d->task, db, &before, account);
    return rv == APR_SUCCESS ? ik_account_check_taken(&d->task, db, account) : rv;
}

static ik_metadata_report_t *report_of(const ik_account_t *account, const ik_ctx_t *ctx)
{
    return account->metadata ? ik_metadata_read(account->metadata, strlen(account->metadata), ctx->now, ctx->p) : NULL;
}

/* Whether a sign-in can start with these settings. */
static apr_status_t check_start(drafting_t *d, const ik_account_t *account)
{
    ik_accounts_result_t *result = d->task.result;

    if (!result->report)
        result->report = report_of(account, d->task.ctx);
    if (!result->report)
        return ik_account_refuse(result, "no_metadata",
                                 "There is no metadata yet that a test could sign in with: paste it first.");
    if (!result->report->idp)
        return ik_account_refuse(result, "metadata_refused", result->report->problem);
    if (!ik_outgoing_endpoint(result->report->idp->sso))
        return ik_account_refuse(result, "no_sign_in_address",
                                 "The metadata has no SingleSignOnService with HTTP-Redirect or HTTP-POST, so a sign-in "
                                 "cannot start here: export the metadata again, or start the sign-in at the identity "
                                 "provider.");
    return APR_SUCCESS;
}

/* Keeps a new draft with the settings of account. */
static apr_status_t keep(drafting_t *d, ik_db_t *db, const ik_account_t *account)
{
    const ik_ctx_t *ctx = d->task.ctx;
    ik_draft_t *draft = apr_pcalloc(ctx->p, sizeof *draft);
    apr_status_t rv = check_start(d, account);

    if (rv != APR_SUCCESS)
        return rv;
    draft->id = ik_random_id(ctx->p, RANDOM_BYTES);
    draft->account = account;
    draft->digest = ik_account_digest(account, ctx->p);
    draft->state = IK_DRAFT_UNTESTED;
    draft->report = "";
    draft->made = ctx->now;
    if (!draft->id || !draft->digest)
        return APR_EGENERAL;
    d->draft = draft;
    return ik_store_draft_put(draft, db, ctx->p);
}

static apr_status_t make(ik_db_t *db, void *arg, apr_pool_t *p)
{
    drafting_t *d = arg;
    ik_account_t *account, *tried;
    apr_status_t rv = ik_account_task_hold(&account, &d->task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    tried = apr_pmemdup(d->task.ctx->p, account, sizeof *account);
    rv = change(tried, d, db);
    d->task.result->account = account;
    return rv == APR_SUCCESS ? keep(d, db, tried) : rv;
}

/* The draft, of this account and no other. */
static apr_status_t load(drafting_t *d, ik_db_t *db)
{
    const ik_ctx_t *ctx = d->task.ctx;
    apr_status_t rv = ik_store_draft_get(&d->draft, db, d->task.id, d->id, ctx->now, ctx->p);

    if (rv == APR_NOTFOUND)
        return ik_account_refuse(d->task.result, "draft_not_found",
                                 "This test sign-in is over: start another one from the settings page.");
    if (rv == APR_SUCCESS && d->draft->state != IK_DRAFT_UNTESTED)
        d->list = ik_checklist_read(d->draft->report, ctx->p);
    return rv;
}

static apr_status_t get(ik_db_t *db, void *arg, apr_pool_t *p)
{
    drafting_t *d = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, &d->task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = load(d, db);
    if (rv != APR_SUCCESS)
        return rv;
    d->task.result->account = account;
    d->task.result->report = report_of(d->draft->account, d->task.ctx);
    return APR_SUCCESS;
}

/*
 * What others have saved since the draft was made is not taken back unseen. Nor is metadata that was fetched since: the draft
 * has that of before, with keys that may be none any more.
 */
static apr_status_t check_unchanged(drafting_t *d, ik_db_t *db, const ik_account_t *account)
{
    const ik_ctx_t *ctx = d->task.ctx;
    ik_source_t *source;
    apr_int64_t seen;
    apr_status_t rv;

    if (account->changed <= d->draft->made || ik_draft_is_saved(d->draft, account, ctx->p))
        return APR_SUCCESS;
    rv = ik_account_look(&seen, &source, ctx, db, account);
    if (rv != APR_SUCCESS)
        return rv;
    return ik_account_refuse_changed(d->task.result, ctx->p, source ? "this test sign-in began, or new metadata was fetched"
                                                                    : "this test sign-in began", "test");
}

static apr_status_t repeat(ik_db_t *db, void *arg, apr_pool_t *p)
{
    drafting_t *d = arg;
    ik_account_t *account = NULL;
    apr_status_t rv = ik_account_task_hold(&account, &d->task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = load(d, db);
    if (rv == APR_SUCCESS)
        rv = check_unchanged(d, db, account);
    if (rv == APR_SUCCESS)
        rv = ik_account_check_taken(&d->task, db, d->draft->account);
    d->task.result->account = account;
    return rv == APR_SUCCESS ? keep(d, db, d->draft->account) : rv;
}

/* What is in force is past testing: whatever a test of it showed, saving it changes nothing. */
static apr_status_t look_up(ik_db_t *db, void *arg, apr_pool_t *p)
{
    drafting_t *d = arg;
    ik_accounts_result_t *result = d->task.result;
    const ik_ctx_t *ctx = d->task.ctx;
    const char *in_force = NULL;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_load(&account, &d->task, db);

    (void)p;
    if (rv == APR_SUCCESS) {
        in_force = ik_account_digest(account, ctx->p);
        rv = change(account, d, db);
    }
    if (rv != APR_SUCCESS)
        return rv;
    result->digest = ik_account_digest(account, ctx->p);
    if (!in_force || !result->digest)
        return APR_EGENERAL;
    if (strcmp(in_force, result->digest) == 0)
        return APR_SUCCESS;
    rv = ik_store_draft_tested(&d->draft, db, d->task.id, result->digest, ctx->now, ctx->p);
    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    d->state = d->draft->state;
    d->list = ik_checklist_read(d->draft->report, ctx->p);
    return APR_SUCCESS;
}

static apr_status_t save(ik_db_t *db, void *arg, apr_pool_t *p)
{
    drafting_t *d = arg;
    const ik_ctx_t *ctx = d->task.ctx;
    ik_account_t *account, before;
    ik_previous_t settings;
    apr_status_t rv = ik_account_task_hold(&account, &d->task, db);

    (void)p;
    if (rv == APR_SUCCESS)
        rv = load(d, db);
    if (rv == APR_SUCCESS)
        rv = check_unchanged(d, db, account);
    if (rv != APR_SUCCESS)
        return rv;
    before = *account;
    settings = ik_account_settings(d->draft->account);
    ik_account_restore(account, &settings);
    rv = ik_accounts_check(d->task.result, ctx, account->metadata, strlen(account->metadata));
    ik_account_tell_saved(&d->task, IK_EVENT_SETTINGS_SAVED, &before, account);
    return rv == APR_SUCCESS ? ik_account_save(&d->task, db, &before, account) : rv;
}

apr_status_t ik_draft_make(const ik_draft_t **draft, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                           const ik_account_change_t *change)
{
    drafting_t d = { .task = { .ctx = ctx, .result = result, .id = id, .change = change } };
    apr_status_t rv = ik_account_task_run(&d.task, make, IK_TASK_CHANGES);

    *draft = d.draft;
    return rv;
}

apr_status_t ik_draft_get(const ik_draft_t **draft, ik_checklist_t **list, ik_accounts_result_t *result,
                          const ik_ctx_t *ctx, const char *id, const char *draft_id)
{
    drafting_t d = { .task = { .ctx = ctx, .result = result, .id = id }, .id = draft_id };
    apr_status_t rv = ik_account_task_run(&d.task, get, IK_TASK_LOOKS);

    *draft = d.draft;
    *list = d.list;
    return rv;
}

apr_status_t ik_draft_outcome(ik_draft_state_t *state, ik_checklist_t **list, ik_accounts_result_t *result,
                              const ik_ctx_t *ctx, const char *id, const ik_account_change_t *change)
{
    drafting_t d = { .task = { .ctx = ctx, .result = result, .id = id, .change = change } };
    apr_status_t rv = ik_account_task_run(&d.task, look_up, IK_TASK_LOOKS);

    *state = d.state;
    *list = d.list;
    return rv;
}

apr_status_t ik_draft_repeat(const ik_draft_t **draft, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                             const char *id, const char *draft_id)
{
    drafting_t d = { .task = { .ctx = ctx, .result = result, .id = id }, .id = draft_id };
    apr_status_t rv = ik_account_task_run(&d.task, repeat, IK_TASK_CHANGES);

    *draft = d.draft;
    return rv;
}

int ik_draft_is_saved(const ik_draft_t *draft, const ik_account_t *account, apr_pool_t *p)
{
    const char *in_force = ik_account_digest(account, p);

    return in_force && strcmp(in_force, draft->digest) == 0;
}

apr_status_t ik_draft_save(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, const char *draft_id)
{
    drafting_t d = { .task = { .ctx = ctx, .result = result, .id = id }, .id = draft_id };

    return ik_account_task_run(&d.task, save, IK_TASK_CHANGES);
}
