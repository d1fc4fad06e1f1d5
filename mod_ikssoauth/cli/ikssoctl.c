/* SPDX-License-Identifier: Apache-2.0 */
/* ikssoctl: reads a command line, runs its command, shows the outcome. */
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "cli/command.h"
#include "cli/operator.h"
#include "cli/options.h"
#include "cli/render.h"
#include "cli/usage.h"
#include "saml/own.h"
#include "sso/audit.h"
#include "store/schema.h"

#define CONNECTIONS 2       /* to the database: what is done, and a line for the audit log beside it */

ik_exit_t ik_cli_fail(ik_cli_t *cli, ik_exit_t how, const char *code, const char *message)
{
    cli->code = code;
    cli->message = message;
    return how;
}

ik_exit_t ik_cli_open_store(ik_cli_t *cli)
{
    static const struct ik_audit_t outbox = { NULL, NULL };
    const char *problem, *reason;
    apr_pool_t *p;
    ik_db_t *db;
    int rv;

    if (ik_store_open(&cli->ctx.store, cli->options.db, CONNECTIONS, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "database", problem);
    if (!ik_store_exists(cli->ctx.store, cli->p))
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "database",
                           apr_psprintf(cli->p, "There is no database %s: run \"ikssoctl init\" first, or name another "
                                        "with --db.", ik_store_path(cli->ctx.store)));
    apr_pool_create(&p, cli->p);
    if (ik_store_acquire(&db, cli->ctx.store, p) != APR_SUCCESS) {
        reason = ik_store_problem(cli->ctx.store, cli->p);
        problem = apr_psprintf(cli->p, "The database %s cannot be opened: %s.",
                               ik_options_shown_db(cli->options.db, cli->p), reason);
        rv = APR_EGENERAL;
    } else {
        rv = ik_schema_check(db, cli->p, &problem);
    }
    apr_pool_destroy(p);
    cli->ctx.audit = &outbox;
    return rv == APR_SUCCESS ? IK_EXIT_DONE : ik_cli_fail(cli, IK_EXIT_FAILURE, "database", problem);
}

static ik_exit_t run(ik_cli_t *cli)
{
    ik_exit_t how = IK_EXIT_DONE;

    if (ik_saml_start() != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "internal",
                           "The XML libraries could not be started: reinstall libxml2 and xmlsec1.");
    if (cli->command->needs == IK_NEEDS_STORE)
        how = ik_cli_open_store(cli);
    return how == IK_EXIT_DONE ? cli->command->run(cli) : how;
}

static ik_exit_t find_and_run(ik_cli_t *cli, int argc, const char *const *argv)
{
    const char *problem = NULL;
    int args;

    if (ik_options_read(&cli->options, argc, argv, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", problem);
    if (cli->options.given & (IK_OPT_HELP | IK_OPT_VERSION))
        return IK_EXIT_DONE;
    cli->command = ik_usage_match(&cli->options, &args, cli->p, &problem);
    if (!cli->command)
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", problem);
    cli->args = &APR_ARRAY_IDX(cli->options.words, args, const char *);
    cli->nargs = cli->options.words->nelts - args;
    return run(cli);
}

/* {"ok": true, "message": …, what there is to tell} or {"ok": false, "error": {"code": …, "message": …}, …}. */
static const char *json_of(const ik_cli_t *cli, ik_exit_t how)
{
    ik_object_t *top = ik_object_make(cli->p), *error = ik_object_make(cli->p);

    ik_object_bool(top, "ok", NULL, how == IK_EXIT_DONE);
    if (how == IK_EXIT_DONE) {
        ik_object_text(top, "message", NULL, cli->message);
    } else {
        ik_object_text(error, "code", NULL, cli->code);
        ik_object_text(error, "message", NULL, cli->message);
        ik_object_object(top, "error", NULL, error);
    }
    apr_array_cat(top->fields, cli->answer->fields);
    return ik_render_json(top, cli->p);
}

static int is_json(int argc, const char *const *argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            return 1;
    return 0;
}

static void show_plain(const ik_cli_t *cli)
{
    if (cli->line) {
        printf("%s\n", cli->line);
        fprintf(stderr, "%s\n", cli->message);
        return;
    }
    printf("%s%s%s", cli->message ? cli->message : "", cli->message ? "\n" : "",
           cli->report ? cli->report : ik_render_plain(cli->answer, cli->p));
}

static void show_problem(const ik_cli_t *cli)
{
    if (cli->report)
        fputs(cli->report, stdout);
    fprintf(stderr, "ikssoctl: %s\n", cli->message);
}

/* 0 if everything was written. */
static int show(const ik_cli_t *cli, ik_exit_t how, int json)
{
    if (cli->options.given & IK_OPT_HELP)
        fputs(ik_usage(cli->p), stdout);
    else if (cli->options.given & IK_OPT_VERSION)
        puts("ikssoctl " IK_VERSION);
    else if (json)
        fputs(json_of(cli, how), stdout);
    else if (how == IK_EXIT_DONE)
        show_plain(cli);
    else
        show_problem(cli);
    return fflush(stdout) != 0 || ferror(stdout);
}

int main(int argc, const char *const *argv)
{
    ik_cli_t cli = { 0 };
    ik_exit_t how;
    int lost;

    if (apr_app_initialize(&argc, &argv, NULL) != APR_SUCCESS || apr_pool_create(&cli.p, NULL) != APR_SUCCESS)
        return IK_EXIT_FAILURE;
    cli.answer = ik_object_make(cli.p);
    cli.ctx = (ik_ctx_t){ .p = cli.p, .now = apr_time_now(), .by = ik_operator(cli.p) };
    how = find_and_run(&cli, argc, argv);
    lost = show(&cli, how, is_json(argc, argv));
    apr_pool_destroy(cli.p);
    apr_terminate();
    return lost ? IK_EXIT_FAILURE : how;
}
