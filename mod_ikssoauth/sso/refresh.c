/* SPDX-License-Identifier: Apache-2.0 */
/* Sets where metadata is fetched from, and fetches it when its time has come. */
#include "sso/refresh.h"

#include <string.h>

#include <apr_strings.h>

#include "saml/time.h"
#include "sso/account_change.h"
#include "sso/account_save.h"
#include "sso/certificates.h"
#include "sso/refresh_plan.h"
#include "store/account.h"
#include "store/source.h"

#define CANDIDATES 8            /* due sources that are looked at, if others are faster */
#define SOURCES_MAX 1000000     /* of a list */

/* One source on its way through a transaction. */
typedef struct refresh_t {
    ik_account_task_t task;             /* the first member: account_task.c hands its address over */
    const ik_source_t *source;          /* what was fetched; of ik_refresh_set: what is to be */
    const ik_fetched_t *fetched;
    const char *refused;                /* why nothing was fetched, or NULL */
    const char *cause;                  /* the same for the operator alone; NULL: refused says it all */
    ik_source_t *now;                   /* as it is stored at the end; NULL: it is another's, or there is none */
    apr_array_header_t *list;
    apr_time_t until;
} refresh_t;

static apr_status_t run(refresh_t *r, ik_work_t *work, ik_task_effect_t effect)
{
    apr_status_t rv = ik_account_task_run(&r->task, work, effect);

    r->task.result->source = rv == APR_SUCCESS ? r->now : NULL;
    return rv;
}

/* Why what was fetched cannot be used, whoever wants it; NULL if it can. */
static const char *flaw(const ik_metadata_report_t *report, const ik_ctx_t *ctx)
{
    if (report->problem)
        return apr_pstrcat(ctx->p, "What is at the URL cannot be used. ", report->problem, NULL);
    if (report->idp->valid_until && report->idp->valid_until <= ctx->now)
        return apr_psprintf(ctx->p, "What is at the URL says that it was valid until %s: it must be renewed there.",
                            ik_saml_time_text(ctx->p, report->idp->valid_until));
    return NULL;
}

/* ---- again and again */

/* What is there stays in force. Without the etag, so that the next answer is a whole one. */
static apr_status_t fail(refresh_t *r, ik_db_t *db, const char *problem)
{
    const ik_ctx_t *ctx = r->task.ctx;
    const char *cause = r->cause ? r->cause : problem;
    ik_event_t *event;

    if (!r->now->failing_since) {
        r->now->failing_since = ctx->now;
        event = ik_account_task_tell(&r->task, IK_EVENT_METADATA_FAILED);
        event->detail = cause;
    }
    r->now->failure = problem;
    r->now->cause = cause;
    r->now->etag = "";
    r->now->next = ik_refresh_retry(r->now->failing_since, ctx->now);
    return ik_store_source_put(r->now, db, ctx->p);
}

static apr_status_t succeed(refresh_t *r, ik_db_t *db, const ik_idp_t *idp, int changed)
{
    const ik_ctx_t *ctx = r->task.ctx;
    ik_event_t *event;

    if (changed || r->now->failing_since) {
        event = ik_account_task_tell(&r->task, IK_EVENT_METADATA_REFRESHED);
        event->idp = idp->entity_id;
        event->detail = changed ? "changed" : "not changed, and can be fetched again";
    }
    r->now->fetched = ctx->now;
    r->now->failure = r->now->cause = "";
    r->now->failing_since = 0;
    r->now->etag = r->fetched->etag;
    r->now->next = ik_refresh_next(idp, r->fetched->max_age, ctx->now);
    return ik_store_source_put(r->now, db, ctx->p);
}

/*
 * A change of keys is what this is for. Another identity provider is not: who could put something else there would take
 * over the account (R19). What rolling back leads to is left alone: nobody has decided anything.
 */
static apr_status_t renew(refresh_t *r, ik_db_t *db, ik_account_t *account, const ik_metadata_report_t *report)
{
    const ik_ctx_t *ctx = r->task.ctx;
    const ik_account_t before = *account;
    apr_status_t rv;

    if (account->idp_entity_id && strcmp(account->idp_entity_id, report->idp->entity_id) != 0)
        return fail(r, db, "What is at the URL is the metadata of another identity provider (another entityID) than before. "
                           "If that is meant, save the URL again, or paste the metadata.");
    if (account->metadata && strcmp(account->metadata, r->fetched->bytes) == 0)
        return succeed(r, db, report->idp, 0);
    account->metadata = r->fetched->bytes;
    account->idp_entity_id = report->idp->entity_id;
    rv = ik_store_account_update(account, db, ctx->now, ctx->p);
    if (rv == APR_SUCCESS)
        rv = ik_certificates_keep(ctx, db, account);
    if (rv == APR_SUCCESS)
        rv = ik_account_tell_keys(&r->task, db, &before, account);
    return rv == APR_SUCCESS ? succeed(r, db, report->idp, 1) : rv;
}

static apr_status_t take(refresh_t *r, ik_db_t *db, ik_account_t *account)
{
    const ik_ctx_t *ctx = r->task.ctx;
    const char *bytes = r->fetched->unchanged ? account->metadata : r->fetched->bytes, *problem;
    ik_metadata_report_t *report;
    apr_size_t len;

    if (!bytes)
        return fail(r, db, "The server says that nothing has changed, but nothing is there yet.");
    len = r->fetched->unchanged ? strlen(bytes) : r->fetched->len;
    report = ik_metadata_read(bytes, len, ctx->now, ctx->p);
    r->task.result->report = report;
    problem = flaw(report, ctx);
    if (problem)
        return fail(r, db, problem);
    return r->fetched->unchanged ? succeed(r, db, report->idp, 0) : renew(r, db, account, report);
}

static apr_status_t settle(ik_db_t *db, void *arg, apr_pool_t *p)
{
    refresh_t *r = arg;
    const ik_ctx_t *ctx = r->task.ctx;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_hold(&account, &r->task, db);

    (void)p;
    if (rv != APR_SUCCESS)
        return rv;
    r->task.result->account = account;
    rv = ik_store_source_get(&r->now, db, r->task.id, ctx->p);
    if (rv == APR_NOTFOUND || (rv == APR_SUCCESS && strcmp(r->now->url, r->source->url) != 0)) {
        r->now = NULL;
        return APR_SUCCESS;
    }
    if (rv != APR_SUCCESS)
        return rv;
    return r->refused ? fail(r, db, r->refused) : take(r, db, account);
}

apr_status_t ik_refresh_settle(ik_accounts_result_t *result, const ik_ctx_t *ctx, const ik_source_t *source,
                               apr_status_t rv, const ik_fetched_t *fetched)
{
    refresh_t r = { .task = { .ctx = ctx, .result = result, .id = source->account }, .source = source, .fetched = fetched };

    if (rv != APR_SUCCESS)
        r.refused = rv == IK_REFUSED ? fetched->problem : "This server had no memory left to fetch it.";
    if (rv == IK_REFUSED)
        r.cause = fetched->cause;
    return run(&r, settle, IK_TASK_CHANGES);
}

static apr_status_t fetch_and_settle(ik_accounts_result_t *result, const ik_ctx_t *ctx, const ik_source_t *source,
                                     const ik_fetch_t *how)
{
    ik_fetch_t wanted = { .url = source->url, .etag = source->etag };
    ik_fetched_t fetched;
    apr_status_t rv;

    if (how) {
        wanted.is_over = how->is_over;
        wanted.arg = how->arg;
    }
    rv = ik_fetch(&fetched, &wanted, ctx->p);
    /* A server that ends says nothing about the source: its lease runs out, and another fetches it. */
    if (rv != APR_SUCCESS && how && how->is_over && how->is_over(how->arg)) {
        *result = (ik_accounts_result_t){ 0 };
        return APR_SUCCESS;
    }
    return ik_refresh_settle(result, ctx, source, rv, &fetched);
}

/* ---- whose time has come */

static apr_status_t list_due(ik_db_t *db, void *arg, apr_pool_t *p)
{
    refresh_t *r = arg;

    (void)p;
    return ik_store_source_due(&r->list, db, r->task.ctx->now, CANDIDATES, r->task.ctx->p);
}

static apr_status_t list_all(ik_db_t *db, void *arg, apr_pool_t *p)
{
    refresh_t *r = arg;

    (void)p;
    return ik_store_source_due(&r->list, db, APR_INT64_MAX, SOURCES_MAX, r->task.ctx->p);
}

static apr_status_t lease(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const refresh_t *r = arg;

    return ik_store_source_take(db, r->source, r->until, p);
}

apr_status_t ik_refresh_due(const char **id, ik_accounts_result_t *result, const ik_ctx_t *ctx, const ik_fetch_t *wanted)
{
    refresh_t r = { .task = { .ctx = ctx, .result = result }, .until = ctx->now + IK_REFRESH_LEASE };
    apr_status_t rv = ik_account_task_run(&r.task, list_due, IK_TASK_LOOKS);
    int i;

    *id = NULL;
    for (i = 0; rv == APR_SUCCESS && i < r.list->nelts && !*id; i++) {
        r.source = APR_ARRAY_IDX(r.list, i, const ik_source_t *);
        rv = ik_account_task_run(&r.task, lease, IK_TASK_CHANGES);
        if (rv == APR_SUCCESS)
            *id = r.source->account;
        rv = rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    }
    if (rv == APR_SUCCESS && *id)
        rv = fetch_and_settle(result, ctx, r.source, wanted);
    /* Refused: the account was deleted meanwhile. */
    return rv == IK_REFUSED ? APR_SUCCESS : rv;
}

apr_status_t ik_refresh_list(apr_array_header_t **sources, ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    refresh_t r = { .task = { .ctx = ctx, .result = result } };
    apr_status_t rv = ik_account_task_run(&r.task, list_all, IK_TASK_LOOKS);

    *sources = r.list;
    return rv;
}

static apr_status_t refuse(ik_accounts_result_t *result, const char *code, const char *problem, const char *cause)
{
    apr_status_t rv = ik_account_refuse(result, code, problem);

    result->cause = cause;
    return rv;
}

apr_status_t ik_refresh_now(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id)
{
    apr_status_t rv = ik_accounts_get(result, ctx, id);

    if (rv != APR_SUCCESS)
        return rv;
    if (!result->source)
        return ik_account_refuse(result, "no_url", "The metadata of this account is not fetched from a URL: save one first.");
    rv = fetch_and_settle(result, ctx, result->source, NULL);
    if (rv == APR_SUCCESS && result->source && *result->source->failure)
        return refuse(result, "fetch_failed", result->source->failure, result->source->cause);
    return rv;
}

/* ---- where from */

/* A form that is sent twice asks for what it has done already. */
static apr_status_t judge_seen(refresh_t *r, apr_int64_t seen, const ik_source_t *source, const char *url)
{
    if (!r->task.seen || seen == r->task.seen || strcmp(source ? source->url : "", url) == 0)
        return APR_SUCCESS;
    return ik_account_refuse_changed(r->task.result, r->task.ctx->p, "you opened this page", "do this");
}

static apr_status_t check_seen(refresh_t *r, ik_db_t *db, const ik_account_t *account, const char *url)
{
    ik_source_t *source;
    apr_int64_t seen = 0;
    apr_status_t rv = ik_account_look(&seen, &source, r->task.ctx, db, account);

    return rv == APR_SUCCESS ? judge_seen(r, seen, source, url) : rv;
}

static apr_status_t forget(ik_db_t *db, void *arg, apr_pool_t *p)
{
    refresh_t *r = arg;
    ik_account_t *account;
    apr_status_t rv = ik_account_task_hold(&account, &r->task, db);

    if (rv != APR_SUCCESS)
        return rv;
    r->task.result->account = account;
    rv = check_seen(r, db, account, "");
    if (rv != APR_SUCCESS)
        return rv;
    ik_account_task_tell(&r->task, IK_EVENT_SETTINGS_SAVED)->detail = "metadata_url";
    return ik_store_source_forget(db, r->task.id, p);
}

/* ik_account_task_run begins with an empty result, so what was read before it is read once more. */
static apr_status_t set(ik_db_t *db, void *arg, apr_pool_t *p)
{
    refresh_t *r = arg;
    const ik_ctx_t *ctx = r->task.ctx;
    const ik_idp_t *idp;
    ik_account_t *account, before;
    apr_status_t rv = ik_account_task_hold(&account, &r->task, db);

    if (rv == APR_SUCCESS)
        rv = check_seen(r, db, account, r->source->url);
    if (rv != APR_SUCCESS)
        return rv;
    r->task.result->report = ik_metadata_read(r->fetched->bytes, r->fetched->len, ctx->now, ctx->p);
    idp = r->task.result->report->idp;
    before = *account;
    account->metadata = r->fetched->bytes;
    account->idp_entity_id = idp->entity_id;
    ik_account_tell_saved(&r->task, IK_EVENT_SETTINGS_SAVED, &before, account);
    rv = ik_account_save(&r->task, db, &before, account);
    r->task.result->source_forgotten = 0;
    if (rv != APR_SUCCESS)
        return rv;
    r->now = apr_pmemdup(ctx->p, r->source, sizeof(*r->source));
    r->now->next = ik_refresh_next(idp, r->fetched->max_age, ctx->now);
    return ik_store_source_put(r->now, db, p);
}

apr_status_t ik_refresh_set(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, const char *url,
                            apr_int64_t seen)
{
    const ik_fetch_t wanted = { .url = url };
    ik_fetched_t fetched = { 0 };
    ik_source_t source = { .account = id, .url = url, .failure = "", .cause = "", .fetched = ctx->now };
    refresh_t r = { .task = { .ctx = ctx, .result = result, .id = id, .seen = seen }, .source = &source, .fetched = &fetched };
    const char *problem;
    apr_status_t rv;

    if (!*url)
        return run(&r, forget, IK_TASK_CHANGES);
    rv = ik_accounts_get(result, ctx, id);
    if (rv == APR_SUCCESS)
        rv = judge_seen(&r, result->seen, result->source, url);
    if (rv == APR_SUCCESS)
        rv = ik_fetch(&fetched, &wanted, ctx->p);
    if (rv != APR_SUCCESS)
        return rv == IK_REFUSED && fetched.problem ? refuse(result, "url_refused", fetched.problem, fetched.cause) : rv;
    rv = ik_accounts_check(result, ctx, fetched.bytes, fetched.len);
    problem = flaw(result->report, ctx);
    if (problem)
        return ik_account_refuse(result, "url_refused", problem);
    source.etag = fetched.etag;
    return run(&r, set, IK_TASK_CHANGES);
}
