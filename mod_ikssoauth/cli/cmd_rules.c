/* SPDX-License-Identifier: Apache-2.0 */
/* The command account rules: prints the role rules of an account, sets them, or tries others without saving them. */
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/input.h"
#include "sso/host_settings.h"
#include "sso/rules_trial.h"

/*
 * What the host that started last is configured to, with the roles that any host accepts. Where none is known nobody
 * knows the roles either: then every word that may name one is accepted.
 */
static void know_settings(ik_settings_t *settings, ik_cli_t *cli)
{
    apr_array_header_t *hosts, *files;
    ik_settings_t of_host;

    if (ik_invite_hosts(&hosts, &cli->ctx) != APR_SUCCESS)
        return;
    for (int i = 0; i < hosts->nelts; i++) {
        const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, const ik_known_host_t *);

        if (!ik_host_settings_read(&of_host, &files, host->settings, host->origin, cli->p))
            continue;
        if (cli->ctx.settings)
            apr_array_cat(settings->roles, of_host.roles);
        else
            *settings = of_host;
        cli->ctx.settings = settings;
    }
}

static ik_exit_t print(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    ik_exit_t how = ik_describe_outcome(cli, ik_accounts_get(&result, &cli->ctx, cli->args[0]), &result);

    if (how != IK_EXIT_DONE)
        return how;
    cli->report = result.account->rules;
    ik_object_text(cli->answer, "account", NULL, cli->args[0]);
    ik_object_text(cli->answer, "rules", NULL, result.account->rules);
    return how;
}

static ik_exit_t set(ik_cli_t *cli, const char *rules)
{
    const ik_account_change_t change = { .rules = rules };
    ik_accounts_result_t result;
    ik_exit_t how = ik_describe_outcome(cli, ik_accounts_set(&result, &cli->ctx, cli->args[0], &change), &result);

    if (how != IK_EXIT_DONE)
        return how;
    cli->message = apr_psprintf(cli->p, *result.account->rules
                                ? "The account %s was given these rules: they decide from the next login of everybody on."
                                : "The account %s has no role rules now: the attribute is the role.", cli->args[0]);
    ik_object_text(cli->answer, "account", NULL, cli->args[0]);
    ik_object_text(cli->answer, "rules", NULL, result.account->rules);
    return how;
}

static const ik_object_t *describe_change(const ik_trial_row_t *row, apr_pool_t *p)
{
    ik_object_t *o = ik_object_make(p);

    ik_object_text(o, "email", "e-mail", row->email);
    ik_object_text(o, "before", "role now", row->before);
    ik_object_text(o, "after", "role then", row->after);
    ik_object_text(o, "why", "why", row->detail);
    return o;
}

static ik_exit_t try_out(ik_cli_t *cli, const char *rules)
{
    apr_array_header_t *rows = apr_array_make(cli->p, 16, sizeof(const ik_object_t *));
    ik_accounts_result_t result;
    ik_trial_t *trial;
    ik_exit_t how = ik_describe_outcome(cli, ik_rules_try(&trial, &result, &cli->ctx, cli->args[0], rules), &result);

    if (how != IK_EXIT_DONE)
        return how;
    for (int i = 0; i < trial->changes->nelts; i++)
        APR_ARRAY_PUSH(rows, const ik_object_t *) = describe_change(&APR_ARRAY_IDX(trial->changes, i, ik_trial_row_t), cli->p);
    cli->message = apr_psprintf(cli->p, "Of the %d people %s, %d would change; of %d it cannot be told. Nothing was saved.",
                                trial->people, trial->all ? "of the account" : "who signed in last", trial->changes->nelts,
                                trial->unknown);
    ik_object_text(cli->answer, "account", NULL, cli->args[0]);
    ik_object_number(cli->answer, "people", NULL, trial->people);
    ik_object_number(cli->answer, "unknown", NULL, trial->unknown);
    ik_object_bool(cli->answer, "all", NULL, trial->all);
    ik_object_objects(cli->answer, "changes", rows->nelts ? "who would change" : NULL, rows);
    return how;
}

ik_exit_t ik_cmd_account_rules(ik_cli_t *cli)
{
    const int deletes = (cli->options.given & IK_OPT_DELETE) != 0, tries = (cli->options.given & IK_OPT_DRY_RUN) != 0;
    const int has_file = cli->nargs == 2;
    ik_settings_t settings;
    const char *rules, *problem;
    apr_size_t len;

    if ((deletes && (tries || has_file)) || (tries && !has_file))
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage",
                           "Give FILE, --dry-run with FILE, --delete, or nothing to see the rules that count: write \"ikssoctl "
                           "account rules ID [FILE] [--delete] [--dry-run]\".");
    if (!deletes && !has_file)
        return print(cli);
    if (deletes)
        return set(cli, "");
    if (ik_input_read(&rules, &len, cli->args[1], cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "file", problem);
    know_settings(&settings, cli);
    return tries ? try_out(cli, rules) : set(cli, rules);
}
