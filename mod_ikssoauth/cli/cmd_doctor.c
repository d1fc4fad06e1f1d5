/* SPDX-License-Identifier: Apache-2.0 */
/* The command doctor: checks a set-up that runs, its files, its database, and its hosts from outside. */
#include <unistd.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "base/text.h"
#include "base/url.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/owner.h"
#include "cli/probe.h"
#include "cli/render.h"
#include "saml/time.h"
#include "sso/host_settings.h"
#include "store/host.h"

#define DAYS(n) apr_time_from_sec((n) * 86400)
#define GONE DAYS(1)            /* not seen for so long, while others of the database were: it is not served any more */
#define FORGOTTEN DAYS(30)      /* and then that is not worth a word */

/* The defaults of IkSSOMetadataPath, IkSSOSettingsPath and IkSSODefaultTarget. */
#define METADATA_PATH "/saml/metadata"
#define SETTINGS_PATH "/dashboard/settings/single-sign-on"
#define DASHBOARD_PATH "/dashboard"

/* What is known of that host: an empty list for one that has not served from this database. */
static apr_array_header_t *only(const apr_array_header_t *hosts, const char *origin, apr_pool_t *p)
{
    apr_array_header_t *found = apr_array_make(p, 1, sizeof(ik_known_host_t *));

    for (int i = 0; i < hosts->nelts; i++) {
        const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, const ik_known_host_t *);

        if (strcmp(host->origin, origin) == 0)
            APR_ARRAY_PUSH(found, const ik_known_host_t *) = host;
    }
    return found;
}

/* Those that are served, or were when all of them were stopped: what is gone is not judged by what it had. */
static apr_array_header_t *served(ik_doctor_t *doctor, const apr_array_header_t *hosts)
{
    apr_array_header_t *found = apr_array_make(doctor->p, hosts->nelts, sizeof(ik_known_host_t *));
    apr_time_t latest = hosts->nelts ? APR_ARRAY_IDX(hosts, 0, const ik_known_host_t *)->seen : 0;

    if (latest > doctor->now)
        latest = doctor->now;
    for (int i = 0; i < hosts->nelts; i++) {
        const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, const ik_known_host_t *);
        apr_time_t silent = latest - host->seen;

        if (silent <= GONE)
            APR_ARRAY_PUSH(found, const ik_known_host_t *) = host;
        else if (silent <= FORGOTTEN)
            ik_doctor_find(doctor, IK_FOUND_WARNING, "reachable", host->origin, "If it is not gone for good, start httpd there.",
                           "no httpd has served it from this database since %s, so it was not asked",
                           ik_saml_time_text(doctor->p, host->seen));
    }
    return found;
}

/* metadata_path: NULL for the one that is known or usual. account: one that people can sign in to, or NULL. */
static void visit(ik_doctor_t *doctor, const char *origin, const char *metadata_path, const ik_known_host_t *known,
                  const char *account, ik_probe_t *probe)
{
    ik_doctor_host_t host = { .origin = origin, .metadata_path = METADATA_PATH, .settings_path = SETTINGS_PATH,
                              .dashboard_path = DASHBOARD_PATH, .account = account, .ask = ik_probe_ask, .arg = probe };
    apr_array_header_t *files;
    ik_settings_t settings;

    if (known)
        host.settings_path = known->settings_path;
    if (known && ik_host_settings_read(&settings, &files, known->settings, origin, doctor->p)) {
        host.metadata_path = settings.metadata_path;
        host.dashboard_path = settings.default_target;
        if (settings.only_account && account && strcmp(settings.only_account, account) != 0)
            host.account = NULL;
    }
    if (metadata_path)
        host.metadata_path = metadata_path;
    ik_doctor_host(doctor, &host);
}

/* "https://HOST", or with the path of the metadata behind it: *path is NULL without. */
static int split_url(ik_origin_t *origin, const char **path, const char *url, apr_pool_t *p)
{
    const char *slash = strncmp(url, "https://", strlen("https://")) ? NULL : strchr(url + strlen("https://"), '/');

    *path = slash && slash[1] ? slash : NULL;
    return ik_url_origin(origin, *path ? apr_pstrmemdup(p, url, (apr_size_t)(slash - url)) : url, p) == APR_SUCCESS
        && strcmp(origin->scheme, "https") == 0;
}

/* origin: of the host that --url names, with the path behind it; NULL: every one of hosts. */
static ik_exit_t visit_hosts(ik_doctor_t *doctor, ik_cli_t *cli, const apr_array_header_t *hosts, const char *origin, const char *path,
                             const char *account)
{
    ik_probe_t *probe = ik_probe_make(cli->p);

    if (!probe)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "internal", "libcurl could not be started: reinstall it.");
    for (int i = 0; i < hosts->nelts; i++) {
        const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, const ik_known_host_t *);

        visit(doctor, host->origin, path, host, account, probe);
    }
    if (!hosts->nelts && origin)
        visit(doctor, origin, path, NULL, account, probe);
    else if (!hosts->nelts)
        ik_doctor_find(doctor, IK_FOUND_WARNING, "reachable", "hosts", "Name one: --url https://HOST.", "no virtual host has served "
                       "from this database yet, so none was asked");
    return IK_EXIT_DONE;
}

/* What several hosts have in common is told once. */
static void check_own_keys(ik_doctor_t *doctor, const apr_array_header_t *hosts, uid_t user, gid_t group)
{
    apr_hash_t *seen = apr_hash_make(doctor->p);

    for (int i = 0; i < hosts->nelts; i++) {
        const ik_known_host_t *host = APR_ARRAY_IDX(hosts, i, const ik_known_host_t *);
        apr_array_header_t *files;
        ik_settings_t settings;

        if (!ik_host_settings_read(&settings, &files, host->settings, host->origin, doctor->p))
            continue;
        for (int k = 0; k + 1 < files->nelts; k += 2) {
            const char *path = APR_ARRAY_IDX(files, k, const char *);

            if (!apr_hash_get(seen, path, APR_HASH_KEY_STRING))
                ik_doctor_own_keys(doctor, path, APR_ARRAY_IDX(files, k + 1, const char *), user, group);
            apr_hash_set(seen, path, APR_HASH_KEY_STRING, path);
        }
    }
}

static ik_exit_t look(ik_doctor_t *doctor, ik_cli_t *cli)
{
    apr_array_header_t *hosts = apr_array_make(cli->p, 1, sizeof(ik_known_host_t *));
    const char *account = NULL, *path = NULL, *problem;
    ik_origin_t origin = { 0 };
    ik_owner_t owner;
    ik_db_t *db;
    uid_t user;

    if (cli->options.url && !split_url(&origin, &path, cli->options.url, cli->p))
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", "--url takes the address of a virtual host, and behind it the path of its "
                           "metadata if that is another than usual: \"https://imagekit.io\".");
    if (ik_owner_find(&owner, cli->options.owner, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", problem);
    user = owner.user ? owner.uid : geteuid();
    ik_doctor_keys(doctor, cli->options.keys, user);
    ik_doctor_database(doctor, &db, cli->options.db, ik_options_shown_db(cli->options.db, cli->p), user);
    if (db) {
        ik_doctor_contents(doctor, &account, db);
        if (ik_store_host_list(&hosts, db, cli->p) != APR_SUCCESS)
            ik_doctor_find(doctor, IK_FOUND_FAILED, "database", "hosts", "Mend the database.", "the hosts could not be read: %s",
                           ik_db_problem(db));
    }
    hosts = cli->options.url ? only(hosts, origin.text, cli->p) : served(doctor, hosts);
    check_own_keys(doctor, hosts, user, owner.user ? owner.gid : getegid());
    return visit_hosts(doctor, cli, hosts, cli->options.url ? origin.text : NULL, path, account);
}

static apr_array_header_t *described(const ik_doctor_t *doctor, apr_pool_t *p)
{
    apr_array_header_t *rows = apr_array_make(p, doctor->findings->nelts, sizeof(ik_object_t *));

    for (int i = 0; i < doctor->findings->nelts; i++) {
        const ik_finding_t *finding = &APR_ARRAY_IDX(doctor->findings, i, ik_finding_t);
        ik_object_t *row = ik_object_make(p);

        ik_object_text(row, "state", NULL, ik_doctor_word(finding->state));
        ik_object_text(row, "check", NULL, finding->check);
        ik_object_text(row, "subject", NULL, finding->subject);
        ik_object_text(row, "message", NULL, finding->message);
        ik_object_text(row, "fix", NULL, finding->fix);
        APR_ARRAY_PUSH(rows, ik_object_t *) = row;
    }
    return rows;
}

/* A line per finding: "warning  hsts          https://imagekit.io: what was found. What mends it." */
static const char *lines(const ik_doctor_t *doctor, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, doctor->findings->nelts, sizeof(const char *));

    for (int i = 0; i < doctor->findings->nelts; i++) {
        const ik_finding_t *finding = &APR_ARRAY_IDX(doctor->findings, i, ik_finding_t);
        const char *text = apr_psprintf(p, "%-8s %-13s %s: %s%s%s", ik_doctor_word(finding->state), finding->check, finding->subject,
                                        finding->message, finding->fix ? ". " : "", finding->fix ? finding->fix : "");

        APR_ARRAY_PUSH(all, const char *) = apr_pstrcat(p, ik_render_line(text, p), "\n", NULL);
    }
    return ik_text_join(p, all, "");
}

ik_exit_t ik_cmd_doctor(ik_cli_t *cli)
{
    ik_doctor_t doctor;
    ik_exit_t how;

    ik_doctor_begin(&doctor, cli->ctx.now, cli->p);
    how = look(&doctor, cli);
    if (how != IK_EXIT_DONE)
        return how;
    cli->report = lines(&doctor, cli->p);
    ik_object_objects(cli->answer, "checks", NULL, described(&doctor, cli->p));
    ik_object_number(cli->answer, "ok_count", NULL, doctor.count[IK_FOUND_OK]);
    ik_object_number(cli->answer, "warnings", NULL, doctor.count[IK_FOUND_WARNING]);
    ik_object_number(cli->answer, "failed", NULL, doctor.count[IK_FOUND_FAILED]);
    cli->message = apr_psprintf(cli->p, "%d checks: %d ok, %d to be looked at, %d failed.", doctor.findings->nelts,
                                doctor.count[IK_FOUND_OK], doctor.count[IK_FOUND_WARNING], doctor.count[IK_FOUND_FAILED]);
    return doctor.count[IK_FOUND_FAILED] ? ik_cli_fail(cli, IK_EXIT_REFUSED, "unhealthy", cli->message) : IK_EXIT_DONE;
}
