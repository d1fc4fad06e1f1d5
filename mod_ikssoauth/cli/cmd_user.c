/* SPDX-License-Identifier: Apache-2.0 */
/* The commands on users and their sessions. */
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/describe.h"

ik_exit_t ik_cmd_user_list(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    apr_array_header_t *users, *rows = apr_array_make(cli->p, 16, sizeof(const ik_object_t *));
    ik_exit_t how = ik_describe_outcome(cli, ik_accounts_users(&users, &result, &cli->ctx, cli->args[0]), &result);

    if (how != IK_EXIT_DONE)
        return how;
    for (int i = 0; i < users->nelts; i++)
        APR_ARRAY_PUSH(rows, const ik_object_t *) =
            ik_describe_user_row(APR_ARRAY_IDX(users, i, ik_user_t *), cli->p);
    if (!rows->nelts)
        cli->message = "The account has no user yet: people are registered when they first sign in.";
    ik_object_objects(cli->answer, "users", "", rows);
    return IK_EXIT_DONE;
}

ik_exit_t ik_cmd_user_show(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    ik_user_t *user;
    ik_exit_t how = ik_describe_outcome(cli, ik_accounts_user(&user, &result, &cli->ctx, cli->args[0], cli->args[1]),
                                        &result);

    if (how == IK_EXIT_DONE)
        ik_describe_user(cli->answer, user);
    return how;
}

/* Says what was done to the user. */
static ik_exit_t done(ik_cli_t *cli, apr_status_t rv, const ik_accounts_result_t *result, const char *message)
{
    ik_exit_t how = ik_describe_outcome(cli, rv, result);

    if (how != IK_EXIT_DONE)
        return how;
    cli->message = message;
    ik_object_text(cli->answer, "account", NULL, cli->args[0]);
    ik_object_text(cli->answer, "email", NULL, cli->nargs > 1 ? cli->args[1] : NULL);
    return how;
}

ik_exit_t ik_cmd_user_disable(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_user_enable(&result, &cli->ctx, cli->args[0], cli->args[1], 0), &result,
                apr_psprintf(cli->p, "The user was disabled in the account %s; all its sessions %s.", cli->args[0],
                             ik_describe_end(cli)));
}

ik_exit_t ik_cmd_user_enable(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_user_enable(&result, &cli->ctx, cli->args[0], cli->args[1], 1), &result,
                apr_psprintf(cli->p, "The user may sign in to the account %s again.", cli->args[0]));
}

ik_exit_t ik_cmd_user_delete(ik_cli_t *cli)
{
    ik_accounts_result_t result;

    return done(cli, ik_accounts_user_delete(&result, &cli->ctx, cli->args[0], cli->args[1]), &result,
                apr_psprintf(cli->p, "The user was deleted from the account %s; all its sessions %s.", cli->args[0],
                             ik_describe_end(cli)));
}

ik_exit_t ik_cmd_session_revoke(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    const char *email = cli->nargs > 1 ? cli->args[1] : NULL;

    return done(cli, ik_accounts_end_sessions(&result, &cli->ctx, cli->args[0], email), &result,
                apr_psprintf(cli->p, "All sessions of %s %s %s; people may sign in again.",
                             email ? "the user in the account" : "the account", cli->args[0], ik_describe_end(cli)));
}
