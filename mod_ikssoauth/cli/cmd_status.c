/* SPDX-License-Identifier: Apache-2.0 */
/* The command status: how much the database holds. */
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "store/revocation.h"
#include "store/schema.h"
#include "store/upkeep.h"

/* Asks for sizes and the last position; *problem, in cli->p, says what the database said if that fails. */
static apr_status_t ask(ik_sizes_t *sizes, apr_int64_t *position, ik_cli_t *cli, const char **problem)
{
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv;

    apr_pool_create(&p, cli->p);
    rv = ik_store_acquire(&db, cli->ctx.store, p);
    if (rv != APR_SUCCESS) {
        *problem = ik_store_problem(cli->ctx.store, cli->p);
    } else {
        rv = ik_store_sizes(sizes, db, p);
        if (rv == APR_SUCCESS)
            rv = ik_store_revocation_position(position, db, p);
        *problem = apr_pstrdup(cli->p, ik_db_problem(db));
    }
    apr_pool_destroy(p);
    return rv;
}

ik_exit_t ik_cmd_status(ik_cli_t *cli)
{
    ik_object_t *to = cli->answer;
    apr_int64_t position;
    ik_sizes_t sizes;
    const char *problem;

    if (ask(&sizes, &position, cli, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "database",
                           apr_psprintf(cli->p, "The database could not be used: %s.", problem));
    ik_object_text(to, "database", "database", ik_options_shown_db(cli->options.db, cli->p));
    ik_object_number(to, "schema", "schema version", IK_SCHEMA_VERSION);
    ik_object_number(to, "bytes", "bytes", sizes.bytes);
    ik_object_number(to, "accounts", "accounts", sizes.accounts);
    ik_object_number(to, "users", "users", sizes.users);
    ik_object_number(to, "assertions", "used assertions", sizes.assertions);
    ik_object_number(to, "revocations", "revocations", sizes.revocations);
    ik_object_number(to, "held", "held forms", sizes.held);
    /* A position is at least the time at which it was taken (model/revocation.h). */
    ik_object_time(to, "last_revocation", "last revocation", position);
    ik_object_number(to, "position", NULL, position);
    return IK_EXIT_DONE;
}
