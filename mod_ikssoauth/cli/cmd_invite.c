/* SPDX-License-Identifier: Apache-2.0 */
/* The command account invite: a link to the settings page, or the end of all links that were made. */
#include <apr_strings.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/describe.h"
#include "saml/time.h"
#include "sso/invite.h"

#define SETTINGS_PATH "/dashboard/settings/single-sign-on"      /* the default of IkSSOSettingsPath */

/* Where nobody knows the name of the host, people put it in. */
static const ik_known_host_t no_host = { .origin = "https://HOST", .settings_path = SETTINGS_PATH };

static ik_exit_t fail_usage(ik_cli_t *cli, const char *problem)
{
    return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", problem);
}

static ik_exit_t revoke_all(ik_cli_t *cli)
{
    ik_accounts_result_t result;
    int count;
    ik_exit_t how;

    if (cli->options.given & (IK_OPT_EXPIRES | IK_OPT_URL))
        return fail_usage(cli, "--revoke takes neither --expires nor --url: it makes no link.");
    how = ik_describe_outcome(cli, ik_invite_revoke(&count, &result, &cli->ctx, cli->args[0], NULL), &result);
    if (how != IK_EXIT_DONE)
        return how;
    cli->message = count ? apr_psprintf(cli->p, "%d invitation%s of the account %s %s revoked, and what was opened by "
                                        "invitations is closed.", count, count == 1 ? "" : "s", cli->args[0],
                                        count == 1 ? "was" : "were")
                         : apr_psprintf(cli->p, "No invitation of the account %s was open.", cli->args[0]);
    ik_object_text(cli->answer, "account", NULL, cli->args[0]);
    ik_object_number(cli->answer, "revoked", NULL, count);
    return how;
}

/* The host that --url names: one that is known with its path, any other with the usual one. */
static ik_exit_t choose_host(apr_array_header_t *hosts, ik_cli_t *cli)
{
    ik_known_host_t *named = apr_pmemdup(cli->p, &no_host, sizeof no_host);
    ik_origin_t origin;

    if (ik_url_origin(&origin, cli->options.url, cli->p) != APR_SUCCESS
        || strncmp(origin.text, "https://", strlen("https://")) != 0)
        return fail_usage(cli, "--url takes the address of a virtual host and nothing behind it: \"https://imagekit.io\".");
    named->origin = origin.text;
    for (int i = 0; i < hosts->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(hosts, i, ik_known_host_t *)->origin, origin.text) == 0)
            named = APR_ARRAY_IDX(hosts, i, ik_known_host_t *);
    apr_array_clear(hosts);
    APR_ARRAY_PUSH(hosts, ik_known_host_t *) = named;
    return IK_EXIT_DONE;
}

/* The hosts that the link may be on, the likeliest first; empty if none is known. */
static ik_exit_t find_hosts(apr_array_header_t **hosts, ik_cli_t *cli)
{
    if (ik_invite_hosts(hosts, &cli->ctx) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "database", "The database could not be asked for its hosts.");
    return cli->options.url ? choose_host(*hosts, cli) : IK_EXIT_DONE;
}

static const char *others(const apr_array_header_t *hosts, apr_pool_t *p)
{
    const char *list = "";

    for (int i = 1; i < hosts->nelts; i++)
        list = apr_pstrcat(p, list, i > 1 ? ", " : "", APR_ARRAY_IDX(hosts, i, ik_known_host_t *)->origin, NULL);
    return apr_psprintf(p, " Other hosts of this database: %s; --url names the one that the link is to be on.", list);
}

static const char *hints(const ik_cli_t *cli, const apr_array_header_t *hosts, const ik_account_t *account)
{
    const char *text = "";

    if (!hosts->nelts)
        text = " No virtual host has started with this database yet: put the host's name in place of HOST.";
    if (hosts->nelts > 1)
        text = others(hosts, cli->p);
    if (!account->enabled)
        text = apr_psprintf(cli->p, "%s The account is disabled: the link opens nothing before \"ikssoctl account enable "
                            "%s\".", text, account->id);
    return text;
}

static const apr_array_header_t *links_on(const apr_array_header_t *hosts, const char *token, apr_pool_t *p)
{
    apr_array_header_t *links = apr_array_make(p, hosts->nelts + 1, sizeof(const char *));

    for (int i = 0; i < hosts->nelts; i++)
        APR_ARRAY_PUSH(links, const char *) = ik_invite_link(APR_ARRAY_IDX(hosts, i, ik_known_host_t *), token, p);
    return links;
}

static void show(ik_cli_t *cli, const char *token, const apr_array_header_t *hosts, const ik_account_t *account,
                 apr_time_t expires)
{
    const ik_known_host_t *host = hosts->nelts ? APR_ARRAY_IDX(hosts, 0, ik_known_host_t *) : &no_host;

    cli->line = ik_invite_link(host, token, cli->p);
    cli->message = apr_psprintf(cli->p, "The link opens the settings page of the account %s once, until %s: give it to its "
                                "administrator only.%s", cli->args[0], ik_saml_time_text(cli->p, expires),
                                hints(cli, hosts, account));
    ik_object_text(cli->answer, "account", NULL, cli->args[0]);
    ik_object_text(cli->answer, "link", NULL, cli->line);
    ik_object_texts(cli->answer, "links", NULL, links_on(hosts, token, cli->p));
    ik_object_time(cli->answer, "expires", NULL, expires);
}

ik_exit_t ik_cmd_account_invite(ik_cli_t *cli)
{
    apr_int64_t seconds = IK_INVITE_DEFAULT;
    ik_accounts_result_t result;
    apr_array_header_t *hosts;
    const char *token;
    ik_exit_t how;

    if (cli->options.given & IK_OPT_REVOKE)
        return revoke_all(cli);
    if (cli->options.expires && ik_text_duration(&seconds, cli->options.expires) != APR_SUCCESS)
        return fail_usage(cli, "--expires takes a whole number and one of s, m, h, d: \"7d\".");
    how = find_hosts(&hosts, cli);
    if (how == IK_EXIT_DONE)
        how = ik_describe_outcome(cli, ik_invite_make(&token, &result, &cli->ctx, cli->args[0], seconds, ""), &result);
    if (how == IK_EXIT_DONE)
        show(cli, token, hosts, result.account, cli->ctx.now + apr_time_from_sec(seconds));
    return how;
}
