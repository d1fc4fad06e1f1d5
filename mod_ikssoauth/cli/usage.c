/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command that a line means, and says how commands are called. */
#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/usage.h"
#include "model/option.h"

/* "ikssoctl account add ID [--name N] …" */
static const char *usage_line(const ik_command_t *command, apr_pool_t *p)
{
    int names_options = strstr(command->args, "--") != NULL;

    return apr_pstrcat(p, "ikssoctl ", command->words, *command->args ? " " : "", command->args,
                       command->options && !names_options ? " " : "",
                       names_options ? "" : ik_options_synopsis(command->options, p), NULL);
}

/* "  force-authn=off|on", and what it is for, of every option that an account has. */
static const char *account_options(apr_pool_t *p)
{
    const char *text = "";

    for (const ik_option_row_t *row = ik_option_rows; row->name; row++) {
        text = apr_pstrcat(p, text, "  ", row->name, "=", row->values ? row->values[0] : "off|YYYY-MM-DD", NULL);
        for (int i = 1; row->values && row->values[i]; i++)
            text = apr_pstrcat(p, text, "|", row->values[i], NULL);
        text = apr_pstrcat(p, text, "\n        ", row->help, "\n", NULL);
    }
    return text;
}

const char *ik_usage(apr_pool_t *p)
{
    const char *text = "usage: ikssoctl [options] COMMAND\n\nCommands:\n";

    for (const ik_command_t *command = ik_commands; command->words; command++)
        text = apr_pstrcat(p, text, "  ", usage_line(command, p) + strlen("ikssoctl "), "\n        ",
                           command->synopsis, "\n", NULL);
    return apr_pstrcat(p, text, "\nOptions of every command:\n", ik_options_help(p),
                       "\nOptions of an account (--option NAME=VALUE), the usual value first:\n", account_options(p),
                       "\nExit code: 0 done, 1 refused, 2 wrong usage, 3 failure.\n", NULL);
}

/* How many of words are the words of command; 0 if it is not the one. */
static int matched(const ik_command_t *command, const apr_array_header_t *words, apr_pool_t *p)
{
    const apr_array_header_t *own = ik_text_words(p, command->words);

    if (words->nelts < own->nelts)
        return 0;
    for (int i = 0; i < own->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(own, i, const char *), APR_ARRAY_IDX(words, i, const char *)) != 0)
            return 0;
    return own->nelts;
}

static int may_lack(const char *arg)
{
    return *arg == '[' || strchr(arg, '|') != NULL;
}

static int fits(const ik_command_t *command, int nargs, apr_pool_t *p)
{
    const apr_array_header_t *args = ik_text_words(p, command->args);
    int most = args->nelts, least = most;

    for (int i = 0; i < most; i++)
        least -= may_lack(APR_ARRAY_IDX(args, i, const char *));
    return nargs >= least && nargs <= most;
}

static const char *unknown_problem(const ik_options_t *options, apr_pool_t *p)
{
    if (!options->words->nelts)
        return "No command is given: \"ikssoctl --help\" shows which there are.";
    return apr_psprintf(p, "There is no command \"%s\": \"ikssoctl --help\" shows which there are.",
                        ik_encode_header(p, ik_text_join(p, options->words, " ")));
}

const ik_command_t *ik_usage_match(const ik_options_t *options, int *args, apr_pool_t *p, const char **problem)
{
    const ik_command_t *command = ik_commands;
    unsigned foreign;

    *args = 0;
    while (command->words && !*args) {
        *args = matched(command, options->words, p);
        command += !*args;
    }
    if (!*args) {
        *problem = unknown_problem(options, p);
        return NULL;
    }
    foreign = options->given & ~(command->options | IK_OPT_GLOBAL);
    if (foreign || !fits(command, options->words->nelts - *args, p)) {
        const char *line = usage_line(command, p);

        *problem = apr_psprintf(p, "The arguments do not fit: write \"%s\".", line);
        if (foreign)
            *problem = apr_psprintf(p, "The command takes no %s: write \"%s\".", ik_options_names(foreign, p), line);
        return NULL;
    }
    return command;
}
