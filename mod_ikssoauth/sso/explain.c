/* SPDX-License-Identifier: Apache-2.0 */
/* Holds a captured response against an account: now, and as if it were new. */
#include "sso/explain.h"

#include <string.h>

#include <apr_strings.h>

#include "saml/captured.h"
#include "saml/time.h"
#include "sso/checklist.h"
#include "sso/connect.h"
#include "store/replay.h"

/* One response on its way. */
typedef struct explaining_t {
    const ik_ctx_t *ctx;
    const ik_account_t *account;
    ik_db_t *db;
    ik_explained_t *to;
    ik_seen_t seen;
    int everything;
} explaining_t;

static void add_besides(const explaining_t *e, ik_reason_t reason, const char *detail)
{
    APR_ARRAY_PUSH(e->to->besides, ik_checked_t) = (ik_checked_t){ .state = IK_CHECK_FAILED, .reason = reason, .detail = detail };
}

/* "12 minutes", in the unit that people would use. */
static const char *duration(apr_time_t length, apr_pool_t *p)
{
    static const struct {
        apr_int64_t seconds;
        const char *name;
    } units[] = { { 24 * 3600, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
    const apr_int64_t seconds = apr_time_sec(length);
    apr_size_t i = 0;
    apr_int64_t count;

    while (i < sizeof units / sizeof units[0] - 1 && seconds < 2 * units[i].seconds)
        i++;
    count = seconds / units[i].seconds;
    return apr_psprintf(p, "%" APR_INT64_T_FMT " %s%s", count, units[i].name, count == 1 ? "" : "s");
}

static const char *sentence(const ik_time_seen_t *time, apr_time_t now, apr_pool_t *p)
{
    const char *at = ik_saml_time_text(p, time->at);

    if (time->at > now)
        return apr_psprintf(p, "%s is in %s (%s)", time->name, duration(time->at - now, p), at);
    return apr_psprintf(p, "%s was %s ago (%s)", time->name, duration(now - time->at, p), at);
}

static void tell_times(const explaining_t *e)
{
    const apr_array_header_t *times = e->seen.times;

    e->to->times = apr_array_make(e->ctx->p, 6, sizeof(const char *));
    for (int i = 0; times && i < times->nelts; i++)
        APR_ARRAY_PUSH(e->to->times, const char *) = sentence(&APR_ARRAY_IDX(times, i, ik_time_seen_t), e->ctx->now, e->ctx->p);
}

static int is_of_time(const ik_checked_t *checked)
{
    return checked->state == IK_CHECK_FAILED && (checked->reason == IK_REASON_EXPIRED || checked->reason == IK_REASON_NOT_YET_VALID);
}

static int has_aged(const ik_checklist_t *list)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        if (is_of_time(&list->checks[id]))
            return 1;
    return 0;
}

static apr_status_t check_at(ik_checklist_t **list, explaining_t *e, apr_time_t now, ik_seen_t *seen, const char *response)
{
    const ik_checklist_in_t in = { .saml_response = response, .account = e->account, .captured = 1, .seen = seen,
                                   .everything = e->everything };
    ik_ctx_t ctx = *e->ctx;

    ctx.now = now;
    return ik_checklist_make(list, &ctx, e->db, &in);
}

/* What a login looks at besides the message. */
static void check_account(const explaining_t *e)
{
    const char *only = e->ctx->settings->only_account;

    if (!e->account->enabled)
        add_besides(e, IK_REASON_ACCOUNT_DISABLED, apr_psprintf(e->ctx->p, "account \"%s\" is disabled", e->account->id));
    if (only && strcmp(only, e->account->id) != 0)
        add_besides(e, IK_REASON_ACCOUNT_MISMATCH, apr_psprintf(e->ctx->p, "this host serves account \"%s\" only, not \"%s\"", only,
                                                                e->account->id));
}

static apr_status_t check_use(const explaining_t *e)
{
    const ik_seen_t *seen = &e->seen;
    int used = 0;
    apr_status_t rv = seen->id && seen->issuer ? ik_store_replay_used(&used, e->db, seen->issuer, seen->id, e->ctx->p) : APR_SUCCESS;

    if (used)
        add_besides(e, IK_REASON_REPLAYED, apr_psprintf(e->ctx->p, "assertion \"%s\" was used before", seen->id));
    return rv;
}

static apr_status_t explain(explaining_t *e, const char *response)
{
    ik_explained_t *to = e->to;
    ik_checklist_t *list, *then;
    apr_status_t rv = check_at(&list, e, e->ctx->now, &e->seen, response);
    int as_new;

    if (rv != APR_SUCCESS)
        return rv;
    to->list = list;
    to->issued = e->seen.issued;
    to->answers = e->seen.answers;
    tell_times(e);
    check_account(e);
    as_new = to->besides->nelts == 0;
    rv = check_use(e);
    to->accepted = list->passed && to->besides->nelts == 0;
    to->accepted_then = to->accepted;
    if (rv != APR_SUCCESS || !to->issued || !(has_aged(list) || to->besides->nelts > !as_new))
        return rv;
    rv = check_at(&then, e, to->issued, NULL, response);
    to->then = then;
    to->accepted_then = rv == APR_SUCCESS && then->passed && as_new;
    return rv;
}

ik_fix_values_t ik_explain_values(const ik_ctx_t *ctx, const ik_account_t *account)
{
    const ik_settings_t *s = ctx->settings;

    return (ik_fix_values_t){
        .acs = ik_ctx_acs(ctx, account), .entity_id = ik_ctx_entity_id(ctx, account), .account = account->id,
        .claim_account = APR_ARRAY_IDX(s->claim_account, 0, const char *), .claim_name = APR_ARRAY_IDX(s->claim_name, 0, const char *),
        .claim_role = APR_ARRAY_IDX(s->claim_role, 0, const char *),
        .login = apr_pstrcat(ctx->p, s->origin.text, s->login_path, "?account=", account->id, NULL),
    };
}

static ik_explained_t *begin(const ik_ctx_t *ctx, const ik_accounts_result_t *result, const char *form)
{
    ik_explained_t *to = apr_pcalloc(ctx->p, sizeof *to);

    to->account = result->account->id;
    to->form = form;
    to->besides = apr_array_make(ctx->p, 2, sizeof(ik_checked_t));
    to->product = result->report && result->report->idp ? result->report->idp->product : NULL;
    to->values = ik_explain_values(ctx, result->account);
    return to;
}

static apr_status_t refuse(ik_accounts_result_t *result, const char *problem)
{
    *result = (ik_accounts_result_t){ .code = "no_response", .problem = problem };
    return IK_REFUSED;
}

apr_status_t ik_explain(ik_explained_t **explained, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                        const char *bytes, apr_size_t len, int everything)
{
    explaining_t e = { .ctx = ctx, .everything = everything };
    ik_captured_t captured;
    const char *problem;
    apr_pool_t *brief;
    apr_status_t rv = ik_accounts_get(result, ctx, id);

    if (rv != APR_SUCCESS)
        return rv;
    problem = ik_captured_read(&captured, bytes, len, ctx->p);
    if (problem)
        return refuse(result, problem);
    e.account = result->account;
    e.to = begin(ctx, result, captured.form);
    rv = ik_connect(&e.db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = explain(&e, captured.response);
    ik_disconnect(brief);
    if (rv != APR_SUCCESS)
        result->problem = "The database could not be asked about the response.";
    *explained = e.to;
    return rv;
}
