/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses among the hosts that the database knows. */
#include "cli/hosts.h"

#include <string.h>

#include "base/url.h"
#include "sso/invite.h"

/* The first that is known well enough, of that origin (NULL: of any); *count: how many there are. */
static const ik_known_host_t *choose(int *count, const apr_array_header_t *hosts, const char *origin)
{
    const ik_known_host_t *first = NULL;

    *count = 0;
    for (int i = 0; i < hosts->nelts; i++) {
        const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, const ik_known_host_t *);

        if (!*host->settings || (origin && strcmp(host->origin, origin) != 0))
            continue;
        first = first ? first : host;
        ++*count;
    }
    return first;
}

apr_status_t ik_hosts_settings(ik_settings_t *settings, apr_array_header_t **files, int *is_only, const ik_cli_t *cli)
{
    const char *url = cli->options.url;
    const ik_known_host_t *host;
    ik_origin_t origin = { .text = NULL };
    apr_array_header_t *hosts;
    int count;
    apr_status_t rv = ik_invite_hosts(&hosts, &cli->ctx);

    if (rv != APR_SUCCESS)
        return rv == APR_NOTFOUND ? APR_EGENERAL : rv;
    if (url && ik_url_origin(&origin, url, cli->p) != APR_SUCCESS)
        return APR_NOTFOUND;
    host = choose(&count, hosts, origin.text);
    *is_only = count == 1;
    return host && ik_host_settings_read(settings, files, host->settings, host->origin, cli->p) ? APR_SUCCESS : APR_NOTFOUND;
}

ik_exit_t ik_hosts_fail(ik_cli_t *cli, apr_status_t rv)
{
    if (rv != APR_NOTFOUND)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "database", "The database could not be asked for its hosts.");
    return ik_cli_fail(cli, IK_EXIT_FAILURE, "no_host", cli->options.url
                       ? "No virtual host of that address is known in this database: --url takes the one that people see."
                       : "No virtual host has started with this database yet, so nobody knows what it accepts: start httpd first.");
}
