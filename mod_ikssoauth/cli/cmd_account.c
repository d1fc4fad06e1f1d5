/* SPDX-License-Identifier: Apache-2.0 */
/* The commands on accounts and metadata. */
#include <apr_hash.h>
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/describe_certificate.h"
#include "cli/input.h"
#include "sso/invite.h"
#include "sso/refresh.h"

/* Fills *change from the options. */
static ik_exit_t read_change(ik_account_change_t *change, ik_cli_t *cli)
{
    const ik_options_t *options = &cli->options;
    const char *problem;

    *change = (ik_account_change_t){ .name = options->name, .entity_id = options->entity_id };
    if (options->given & IK_OPT_DOMAIN)
        change->domains = options->domains;
    change->options = options->options;
    if (options->metadata
        && ik_input_read(&change->metadata, &change->metadata_len, options->metadata, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "file", problem);
    return IK_EXIT_DONE;
}

/* Says what was done to the account, and what its metadata means. */
static ik_exit_t done(ik_cli_t *cli, apr_status_t rv, const ik_accounts_result_t *result, const char *deed)
{
    ik_exit_t how = ik_describe_outcome(cli, rv, result);

    if (how != IK_EXIT_DONE)
        return how;
    if (result->sessions_ended)
        deed = apr_psprintf(cli->p, "%s; all its sessions %s", deed, ik_describe_end(cli));
    if (result->source_forgotten)
        deed = apr_psprintf(cli->p, "%s; its metadata is not fetched from a URL any more", deed);
    cli->message = apr_psprintf(cli->p, "The account %s was %s.", cli->args[0], deed);
    ik_object_text(cli->answer, "id", NULL, cli->args[0]);
    ik_describe_report(cli->answer, result->report, cli->ctx.now);
    return how;
}

ik_exit_t ik_cmd_account_add(ik_cli_t *cli)
{
    ik_account_change_t change;
    ik_accounts_result_t result;
    ik_exit_t how = read_change(&change, cli);

    if (how != IK_EXIT_DONE)
        return how;
    return done(cli, ik_accounts_add(&result, &cli->ctx, cli->args[0], &change), &result, "added");
}

static ik_exit_t refuse_usage(ik_cli_t *cli, const char *sentence)
{
    return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", sentence);
}

ik_exit_t ik_cmd_account_set(ik_cli_t *cli)
{
    ik_account_change_t change;
    ik_accounts_result_t result;
    ik_exit_t how = read_change(&change, cli);
    unsigned wanted = cli->options.given & ~IK_OPT_GLOBAL, by_url = wanted & IK_OPT_METADATA_URL;
    apr_status_t rv = APR_SUCCESS;

    if (!wanted)
        return refuse_usage(cli, "Nothing is to be changed: give at least one of --name, --metadata, --metadata-url, "
                                 "--entity-id, --domain, --option.");
    if (by_url && (wanted & IK_OPT_METADATA))
        return refuse_usage(cli, "Give either --metadata or --metadata-url.");
    if (how != IK_EXIT_DONE)
        return how;
    if (wanted != by_url)
        rv = ik_accounts_set(&result, &cli->ctx, cli->args[0], &change);
    if (rv == APR_SUCCESS && by_url)
        rv = ik_refresh_set(&result, &cli->ctx, cli->args[0], cli->options.metadata_url, 0);
    return done(cli, rv, &result, "changed");
}

ik_exit_t ik_cmd_account_refresh(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    apr_status_t rv = ik_refresh_now(&result, &cli->ctx, cli->args[0]);
    ik_exit_t how = done(cli, rv, &result, "given the metadata that is at its URL now");

    ik_describe_source(cli->answer, result.source);
    return how;
}

ik_exit_t ik_cmd_account_disable(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_enable(&result, &cli->ctx, cli->args[0], 0), &result, "disabled");
}

ik_exit_t ik_cmd_account_enable(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_enable(&result, &cli->ctx, cli->args[0], 1), &result, "enabled");
}

ik_exit_t ik_cmd_account_delete(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_delete(&result, &cli->ctx, cli->args[0]), &result, "deleted, with its users");
}

/* By account, whose id is the key. */
static apr_hash_t *by_account(const apr_array_header_t *sources, apr_pool_t *p)
{
    apr_hash_t *hash = apr_hash_make(p);

    for (int i = 0; i < sources->nelts; i++) {
        const ik_source_t *source = APR_ARRAY_IDX(sources, i, const ik_source_t *);

        apr_hash_set(hash, source->account, APR_HASH_KEY_STRING, source);
    }
    return hash;
}

ik_exit_t ik_cmd_account_list(ik_cli_t *cli)
{
    ik_accounts_result_t result, listed;
    apr_array_header_t *accounts, *sources, *rows = apr_array_make(cli->p, 16, sizeof(const ik_object_t *));
    ik_exit_t how = ik_describe_outcome(cli, ik_accounts_list(&accounts, &result, &cli->ctx), &result);
    apr_hash_t *fetched;

    if (how == IK_EXIT_DONE)
        how = ik_describe_outcome(cli, ik_refresh_list(&sources, &listed, &cli->ctx), &listed);
    if (how != IK_EXIT_DONE)
        return how;
    fetched = by_account(sources, cli->p);
    for (int i = 0; i < accounts->nelts; i++) {
        const ik_account_t *account = APR_ARRAY_IDX(accounts, i, const ik_account_t *);

        APR_ARRAY_PUSH(rows, const ik_object_t *) =
            ik_describe_account_row(account, apr_hash_get(fetched, account->id, APR_HASH_KEY_STRING), cli->ctx.now, cli->p);
    }
    if (!rows->nelts)
        cli->message = "There is no account yet: add one with \"ikssoctl account add ID\".";
    ik_object_objects(cli->answer, "accounts", "", rows);
    return IK_EXIT_DONE;
}

ik_exit_t ik_cmd_account_show(ik_cli_t *cli)
{
    ik_accounts_result_t result, listed;
    apr_array_header_t *invites;
    ik_exit_t how = ik_describe_outcome(cli, ik_accounts_get(&result, &cli->ctx, cli->args[0]), &result);

    if (how == IK_EXIT_DONE)
        how = ik_describe_outcome(cli, ik_invite_list(&invites, &listed, &cli->ctx, cli->args[0]), &listed);
    if (how != IK_EXIT_DONE)
        return how;
    ik_describe_account(cli->answer, result.account, result.report, cli->ctx.now);
    ik_describe_key_use(cli->answer, result.key_use, result.report ? result.report->idp : NULL, cli->ctx.now);
    ik_describe_source(cli->answer, result.source);
    ik_describe_previous(cli->answer, result.previous);
    ik_describe_invites(cli->answer, invites, cli->ctx.now);
    return how;
}

ik_exit_t ik_cmd_account_metadata(ik_cli_t *cli)
{
    ik_account_change_t change = { 0 };
    ik_accounts_result_t result;
    const char *problem;
    int deletes = (cli->options.given & IK_OPT_DELETE) != 0;

    if (deletes == (cli->nargs == 2))
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage",
                           "Give either FILE or --delete: write \"ikssoctl account metadata ID FILE|--delete\".");
    if (deletes)
        return done(cli, ik_accounts_forget_metadata(&result, &cli->ctx, cli->args[0]), &result,
                    "freed from its metadata: single sign-on is off");
    if (ik_input_read(&change.metadata, &change.metadata_len, cli->args[1], cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "file", problem);
    return done(cli, ik_accounts_set(&result, &cli->ctx, cli->args[0], &change), &result,
                "given this metadata");
}

ik_exit_t ik_cmd_account_rollback(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_roll_back(&result, &cli->ctx, cli->args[0], 0), &result,
                "given back the settings before the last change");
}

ik_exit_t ik_cmd_metadata_check(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    const char *bytes, *problem;
    apr_size_t len;
    ik_exit_t how;

    if (ik_input_read(&bytes, &len, cli->args[0], cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "file", problem);
    how = ik_describe_outcome(cli, ik_accounts_check(&result, &cli->ctx, bytes, len), &result);
    if (how == IK_EXIT_DONE)
        cli->message = "This metadata can be used.";
    ik_describe_report(cli->answer, result.report, cli->ctx.now);
    return how;
}
