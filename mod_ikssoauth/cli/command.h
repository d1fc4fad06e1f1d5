/* SPDX-License-Identifier: Apache-2.0 */
/* What a command of ikssoctl is, and what it is run with. */
#ifndef IK_CLI_COMMAND_H
#define IK_CLI_COMMAND_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "cli/value.h"
#include "sso/context.h"

/* The exit code is the outcome (design section 3). */
typedef enum { IK_EXIT_DONE = 0, IK_EXIT_REFUSED = 1, IK_EXIT_USAGE = 2, IK_EXIT_FAILURE = 3 } ik_exit_t;

/* Options, as bits: which were given, which a command takes. */
enum {
    IK_OPT_DB = 1 << 0, IK_OPT_KEYS = 1 << 1, IK_OPT_JSON = 1 << 2, IK_OPT_HELP = 1 << 3, IK_OPT_VERSION = 1 << 4,
    IK_OPT_OWNER = 1 << 5, IK_OPT_NAME = 1 << 6, IK_OPT_METADATA = 1 << 7, IK_OPT_ENTITY_ID = 1 << 8,
    IK_OPT_DOMAIN = 1 << 9, IK_OPT_DELETE = 1 << 10, IK_OPT_AFTER = 1 << 11, IK_OPT_OPTION = 1 << 12,
    IK_OPT_EXPIRES = 1 << 13, IK_OPT_REVOKE = 1 << 14, IK_OPT_URL = 1 << 15,
    IK_OPT_RESPONSE = 1 << 16, IK_OPT_ACCOUNT = 1 << 17,
    IK_OPT_METADATA_URL = 1 << 20, IK_OPT_DRY_RUN = 1 << 23, IK_OPT_DIR = 1 << 24
};
#define IK_OPT_GLOBAL (IK_OPT_DB | IK_OPT_KEYS | IK_OPT_JSON | IK_OPT_HELP | IK_OPT_VERSION)

typedef struct ik_options_t {
    unsigned given;                     /* IK_OPT_… */
    const char *db, *keys, *dir;        /* option, environment or default */
    const char *owner, *name, *metadata, *entity_id, *after, *expires, *url, *response, *account, *metadata_url;
    apr_array_header_t *domains;        /* const char * */
    apr_array_header_t *options;        /* const char *, "name=value" */
    apr_array_header_t *words;          /* const char *: what is no option */
} ik_options_t;

typedef struct ik_command_t ik_command_t;

typedef struct ik_cli_t {
    apr_pool_t *p;
    ik_options_t options;
    const ik_command_t *command;
    const char *const *args;            /* words after those of the command */
    int nargs;
    ik_ctx_t ctx;                       /* with a store if the command needs it */
    const char *message;                /* a sentence: what was done, or what went wrong */
    const char *report;                 /* lines for people in place of answer, shown also if it was refused; NULL: none */
    const char *line;                   /* what scripts take: alone on standard output, message on the other; NULL: none */
    const char *code;                   /* what went wrong, for programs */
    ik_object_t *answer;                /* what there is to tell besides; never NULL */
} ik_cli_t;

typedef enum { IK_NEEDS_NOTHING, IK_NEEDS_STORE } ik_needs_t;

struct ik_command_t {
    const char *words;                  /* "account add" */
    const char *args;                   /* "ID"; "[EMAIL]": may be left out; "FILE|--delete": or an option instead */
    ik_needs_t needs;
    unsigned options;                   /* IK_OPT_… besides the global ones */
    ik_exit_t (*run)(ik_cli_t *cli);
    const char *synopsis;               /* what it does, in a line */
};

/* One row per command; the last has no words. */
extern const ik_command_t ik_commands[];

/*
 * Opens the database that the options name: IK_EXIT_DONE with a store in cli->ctx, or a failure. What is done with it from
 * then on is told to the audit log.
 */
ik_exit_t ik_cli_open_store(ik_cli_t *cli);

/* Ends a command that failed or was refused. Returns how. */
ik_exit_t ik_cli_fail(ik_cli_t *cli, ik_exit_t how, const char *code, const char *message);

#endif
