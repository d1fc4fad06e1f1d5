/* SPDX-License-Identifier: Apache-2.0 */
/* The command init: database and key file, for the user httpd runs as. */
#include <stdlib.h>

#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/owner.h"
#include "seal/keyring.h"
#include "store/schema.h"

/* What is told at the end: one line for everything that was done or found. */
typedef struct init_t {
    ik_cli_t *cli;
    ik_owner_t owner;
    apr_array_header_t *deeds;      /* const char * */
} init_t;

static void tell(init_t *init, const char *deed)
{
    APR_ARRAY_PUSH(init->deeds, const char *) = deed;
}

static ik_exit_t fail(init_t *init, const char *code, const char *problem)
{
    return ik_cli_fail(init->cli, IK_EXIT_FAILURE, code, problem);
}

static apr_status_t make_directory(init_t *init, const char *path, const char **problem)
{
    const char *created;
    apr_pool_t *p = init->cli->p;
    apr_status_t rv = ik_owner_directory(&created, &init->owner, path, p, problem);

    if (rv == APR_SUCCESS && created)
        tell(init, apr_psprintf(p, "The directory %s was created.", created));
    return rv;
}

/* The tables, on a connection that is closed again: the last one to close tidies up SQLite's own files. */
static ik_exit_t upgrade(init_t *init, int exists)
{
    ik_cli_t *cli = init->cli;
    const char *problem = NULL, *place = ik_options_shown_db(cli->options.db, cli->p);
    apr_pool_t *p;
    ik_store_t *store;
    ik_db_t *db;
    int from = 0;
    apr_status_t rv;

    apr_pool_create(&p, cli->p);
    rv = ik_store_open(&store, cli->options.db, 1, p, &problem);
    if (rv == APR_SUCCESS && (rv = ik_store_acquire(&db, store, p)) != APR_SUCCESS)
        problem = apr_psprintf(p, "The database %s cannot be opened: %s.", place, ik_store_problem(store, p));
    else if (rv == APR_SUCCESS)
        rv = ik_schema_upgrade(&from, db, p, &problem);
    problem = apr_pstrdup(cli->p, problem);
    apr_pool_destroy(p);
    if (rv != APR_SUCCESS)
        return fail(init, "database", problem);
    if (from == IK_SCHEMA_VERSION)
        tell(init, apr_psprintf(cli->p, "The database %s is there, with schema version %d.", place, from));
    else if (from)
        tell(init, apr_psprintf(cli->p, "The database %s was upgraded from schema version %d to %d.", place, from,
                                IK_SCHEMA_VERSION));
    else
        tell(init, apr_psprintf(cli->p, "The database %s was %s, with schema version %d.", place,
                                exists ? "given its tables" : "created", IK_SCHEMA_VERSION));
    return IK_EXIT_DONE;
}

static ik_exit_t give_database(init_t *init, const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    apr_pool_t *p = init->cli->p;
    const char *problem;

    if (!ik_owner_may_write(&init->owner, path, p))
        return fail(init, "owner",
                    apr_psprintf(p, "The user %s may not write in the directory of %s, as SQLite needs: give it a "
                                 "directory of its own that belongs to %s.", init->owner.user, path,
                                 init->owner.user));
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ik_owner_give(&init->owner, apr_pstrcat(p, path, ends[i], NULL), p, &problem) != APR_SUCCESS)
            return fail(init, "owner", problem);
    return IK_EXIT_DONE;
}

static ik_exit_t make_database(init_t *init)
{
    ik_cli_t *cli = init->cli;
    const char *problem, *path;
    ik_store_t *store;
    ik_exit_t how;
    int exists;

    if (ik_store_open(&store, cli->options.db, 1, cli->p, &problem) != APR_SUCCESS)
        return fail(init, "database", problem);
    path = ik_store_path(store);
    exists = ik_store_exists(store, cli->p);
    if (path && make_directory(init, path, &problem) != APR_SUCCESS)
        return fail(init, "database", problem);
    how = upgrade(init, exists);
    /* A database that was there keeps its owner unless another is asked for: httpd may run as somebody else. */
    if (how != IK_EXIT_DONE || !path || (exists && !cli->options.owner))
        return how;
    return give_database(init, path);
}

static ik_exit_t make_keys(init_t *init)
{
    ik_cli_t *cli = init->cli;
    const char *path = cli->options.keys, *problem = NULL;
    ik_keyring_t *ring = NULL;
    apr_status_t rv;

    if (make_directory(init, path, &problem) != APR_SUCCESS)
        return fail(init, "keys", problem);
    rv = ik_keyring_create(path, cli->ctx.now, cli->p, &problem);
    if (rv != APR_SUCCESS && !APR_STATUS_IS_EEXIST(rv))
        return fail(init, "keys", problem);
    if (rv != APR_SUCCESS && ik_keyring_load(&ring, path, cli->p, &problem) != APR_SUCCESS)
        return fail(init, "keys", problem);
    /* Its group reads it: a worker process has no business in changing the keys. */
    if ((rv == APR_SUCCESS || cli->options.owner)
        && ik_owner_share(&init->owner, path, cli->p, &problem) != APR_SUCCESS)
        return fail(init, "owner", problem);
    tell(init, rv == APR_SUCCESS ? apr_psprintf(cli->p, "The key file %s was created.", path)
               : apr_psprintf(cli->p, "The key file %s is there, with %d key%s.", path, ring->keys->nelts,
                              ring->keys->nelts == 1 ? "" : "s"));
    return IK_EXIT_DONE;
}

/* Only what differs from the directives' defaults has to be written. */
static const char *minimal_vhost(const ik_options_t *options, apr_pool_t *p)
{
    int own_db = options->given & IK_OPT_DB || getenv("IKSSO_DB");
    int own_keys = options->given & IK_OPT_KEYS || getenv("IKSSO_KEYS");

    return apr_pstrcat(p, "<VirtualHost *:443>\n"
                       "    ServerName imagekit.io\n"
                       "    SSLEngine on\n"
                       "    IkSSO On\n",
                       own_db ? apr_psprintf(p, "    IkSSODatabase \"%s\"\n", ik_options_shown_db(options->db, p)) : "",
                       own_keys ? apr_psprintf(p, "    IkSSOKeyFile \"%s\"\n", options->keys) : "",
                       "    <Location /dashboard>\n"
                       "        AuthType ikssoauth\n"
                       "        Require valid-user\n"
                       "    </Location>\n"
                       "    ProxyPass /dashboard http://127.0.0.1:3000/dashboard\n"
                       "</VirtualHost>", NULL);
}

ik_exit_t ik_cmd_init(ik_cli_t *cli)
{
    init_t init = { .cli = cli, .deeds = apr_array_make(cli->p, 6, sizeof(const char *)) };
    const char *problem;
    ik_exit_t how;

    if (ik_owner_find(&init.owner, cli->options.owner, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_REFUSED, "owner", problem);
    how = make_database(&init);
    if (how == IK_EXIT_DONE)
        how = make_keys(&init);
    if (how == IK_EXIT_DONE)
        cli->message = apr_pstrcat(cli->p, apr_array_pstrcat(cli->p, init.deeds, '\n'),
                                   "\n\nThe smallest virtual host:\n\n", minimal_vhost(&cli->options, cli->p), NULL);
    ik_object_text(cli->answer, "database", NULL, ik_options_shown_db(cli->options.db, cli->p));
    ik_object_text(cli->answer, "keys", NULL, cli->options.keys);
    ik_object_text(cli->answer, "owner", NULL, init.owner.user);
    ik_object_number(cli->answer, "schema", NULL, IK_SCHEMA_VERSION);
    ik_object_texts(cli->answer, "done", NULL, init.deeds);
    return how;
}
