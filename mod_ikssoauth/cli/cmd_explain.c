/* SPDX-License-Identifier: Apache-2.0 */
/* The command explain, of a trace: why a sign-in was refused, and who has to act. */
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/hosts.h"
#include "model/fix.h"
#include "saml/time.h"
#include "sso/explain.h"
#include "sso/trace.h"

/* "3 minutes ago"; nothing of a time that is not over, by a clock that differs from the server's. */
static const char *ago(apr_time_t then, apr_time_t now, apr_pool_t *p)
{
    static const struct { apr_time_t seconds; const char *unit; } units[] = {
        { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" }
    };
    const apr_time_t seconds = apr_time_sec(now - then);

    for (apr_size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        const apr_time_t number = seconds / units[i].seconds;

        if (number > 0)
            return apr_psprintf(p, "%" APR_TIME_T_FMT " %s%s ago", number, units[i].unit, number == 1 ? "" : "s");
    }
    return "just now";
}

/* What the advice is filled with, and which product it is about; what is not known is told in words. */
typedef struct advice_t {
    const char *product;
    ik_fix_values_t values;
} advice_t;

/* A trace does not say at which host it was made: where there are several, --url does. */
static ik_exit_t advise(advice_t *advice, ik_cli_t *cli, const ik_trace_t *trace)
{
    ik_accounts_result_t result = { .account = NULL };
    ik_settings_t settings;
    apr_array_header_t *files;
    ik_ctx_t ctx = cli->ctx;
    int is_only;
    apr_status_t rv = ik_hosts_settings(&settings, &files, &is_only, cli);

    if (rv != APR_SUCCESS && cli->options.url)
        return ik_hosts_fail(cli, rv);
    if (*trace->account && ik_accounts_get(&result, &cli->ctx, trace->account) == APR_SUCCESS && result.report && result.report->idp)
        advice->product = result.report->idp->product;
    advice->values.account = *trace->account ? trace->account : NULL;
    ctx.settings = &settings;
    if (rv == APR_SUCCESS && (is_only || cli->options.url) && result.account)
        advice->values = ik_explain_values(&ctx, result.account);
    return IK_EXIT_DONE;
}

static void show(ik_cli_t *cli, const ik_trace_t *trace, const advice_t *advice)
{
    const ik_reason_row_t *row = ik_reason_row(trace->reason);
    const ik_fix_row_t *fix = ik_fix_find(trace->reason, trace->detail, advice->product);
    ik_object_t *to = cli->answer;

    ik_object_text(to, "trace", "trace", trace->id);
    ik_object_time(to, "at", NULL, trace->at);
    ik_object_text(to, "when", "when", apr_psprintf(cli->p, "%s, %s", ago(trace->at, cli->ctx.now, cli->p),
                                                    ik_saml_time_text(cli->p, trace->at)));
    ik_object_text(to, "reason", "reason", row->id);
    ik_object_text(to, "sentence", "the person was told", row->sentence);
    ik_object_text(to, "detail", "what was found", trace->detail);
    ik_object_text(to, "actor", "who has to act", ik_actor_name(row->actor));
    ik_object_text(to, "fix", "what to do", ik_fix_text(cli->p, fix, &advice->values));
    ik_object_text(to, "account", "account", *trace->account ? trace->account : NULL);
    ik_object_text(to, "issuer", "identity provider", *trace->issuer ? trace->issuer : NULL);
    ik_object_bool(to, "verified", "signed by the account's identity provider", trace->verified);
    ik_object_text(to, "endpoint", "endpoint", trace->endpoint);
    ik_object_text(to, "client", "client", trace->client);
}

static ik_exit_t explain_trace(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    const ik_trace_t *trace;
    advice_t advice = { .product = NULL };
    ik_exit_t how = ik_describe_outcome(cli, ik_trace_get(&trace, &result, &cli->ctx, NULL, cli->args[0]), &result);

    if (how == IK_EXIT_DONE)
        how = advise(&advice, cli, trace);
    if (how == IK_EXIT_DONE)
        show(cli, trace, &advice);
    return how;
}

ik_exit_t ik_cmd_explain(ik_cli_t *cli)
{
    const unsigned of_response = cli->options.given & (IK_OPT_RESPONSE | IK_OPT_ACCOUNT);

    if ((cli->nargs != 0) == (of_response != 0))
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", "Write \"ikssoctl explain TRACE\" or \"ikssoctl explain --response "
                           "FILE --account ID\".");
    return cli->nargs ? explain_trace(cli) : ik_cmd_explain_response(cli);
}
