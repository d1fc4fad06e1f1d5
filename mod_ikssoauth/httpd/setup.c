/* SPDX-License-Identifier: Apache-2.0 */
/* What happens once: when the configuration has been read, when the server starts, when a child starts. */
#include "httpd/setup.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <dlfcn.h>
#include <http_core.h>

#include "base/text.h"
#include "httpd/configtest.h"
#include "httpd/host.h"
#include "httpd/log_sink.h"
#include "httpd/mistakes.h"
#include "httpd/own_keys_kept.h"
#include "httpd/permissions.h"
#include "httpd/shadows.h"
#include "httpd/tree.h"
#include "httpd/watchdog.h"
#include "model/role.h"
#include "saml/own.h"
#include "saml/spkeys.h"
#include "sso/host_settings.h"

/* What hosts share while the server is set up. */
typedef struct setup_t {
    apr_pool_t *p, *ptemp;
    ik_counters_t *counters;
    apr_hash_t *keys;       /* file name to ik_keywatch_t */
    apr_hash_t *own_keys;   /* directory to ik_own_keys_t */
    apr_hash_t *by_spec;    /* the same backends by their spec */
    apr_array_header_t *backends;   /* ik_backend_t * */
} setup_t;

static const char *host_name(const server_rec *s)
{
    return s->server_hostname ? s->server_hostname : "(no ServerName)";
}

static int accepts_role(const ik_conf_t *conf, const char *role, apr_pool_t *p)
{
    return ik_text_in(conf->roles ? conf->roles : ik_role_defaults(p), role);
}

/* A line of the main server may be meant for any host. */
static int some_host_accepts(server_rec *main_server, const ik_conf_t *conf, const char *role, apr_pool_t *p)
{
    server_rec *s;

    if (accepts_role(conf, role, p))
        return 1;
    for (s = conf->server->is_virtual ? NULL : main_server; s; s = s->next) {
        if (accepts_role(ik_conf_of(s), role, p))
            return 1;
    }
    return 0;
}

static int check_roles(server_rec *main_server, const ik_conf_t *conf, apr_pool_t *p)
{
    int i, k, ok = 1;

    for (i = 0; i < conf->role_lines->nelts; i++) {
        const ik_role_line_t *line = &APR_ARRAY_IDX(conf->role_lines, i, ik_role_line_t);

        for (k = 0; k < line->roles->nelts; k++) {
            const char *role = APR_ARRAY_IDX(line->roles, k, const char *);

            if (some_host_accepts(main_server, conf, role, p))
                continue;
            ik_log_server(conf->server, IK_LOG_ERROR, "IK0101", 0, "%s: Require ik-role \"%s\": this role is not one "
                          "of IkSSORoles; correct it, or add it there", line->where, role);
            ok = 0;
        }
    }
    return ok;
}

/* httpd has put its guess into server_hostname by now, so only the configuration itself tells. */
static int names_server(const ap_directive_t *tree)
{
    for (; tree; tree = tree->next) {
        if (!ap_cstr_casecmp(tree->directive, "ServerName"))
            return 1;
        if (ap_cstr_casecmp(tree->directive, "<VirtualHost") != 0 && names_server(tree->first_child))
            return 1;
    }
    return 0;
}

/* Each host by itself. */
static int check_hosts(server_rec *main_server, apr_pool_t *ptemp)
{
    server_rec *s;
    int ok = 1;

    for (s = main_server; s; s = s->next) {
        const ik_conf_t *conf = ik_conf_of(s);
        const char *problem = NULL;
        ik_host_t *host;

        if (conf->enabled)
            problem = ik_host_make(&host, conf, ptemp);
        if (problem)
            ik_log_server(s, IK_LOG_ERROR, "IK0102", 0, "host %s: %s", host_name(s), problem);
        if (!check_roles(main_server, conf, ptemp) || problem)
            ok = 0;
    }
    return ok;
}

/*
 * httpd unloads modules at every restart. xmlsec1 and OpenSSL cannot be started again once they were, and would
 * keep pointers into unloaded code; so this module, and with it the libraries it needs, stays where it is.
 */
static const char *stay_loaded(void)
{
    Dl_info self;

    if (!dladdr(&ikssoauth_module, &self)
        || !dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE))
        return "the module cannot be kept loaded";
    return ik_saml_start() == APR_SUCCESS ? NULL : "the SAML libraries do not start";
}

static int any_host(const server_rec *s)
{
    for (; s; s = s->next) {
        if (ik_conf_of(s)->enabled)
            return 1;
    }
    return 0;
}

/* With "httpd -t", which ends here, also what the start would find out. */
static int check_everything(server_rec *main_server, apr_pool_t *ptemp)
{
    const apr_array_header_t *lines = ik_tree_lines(main_server, ptemp);
    int ok = check_hosts(main_server, ptemp);

    if (ik_mistakes_find(main_server, lines, ptemp))
        ok = 0;
    ik_shadows_find(main_server, lines, ptemp);
    if (ok && ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST && any_host(main_server))
        ok = stay_loaded() == NULL && !ik_configtest_run(main_server, ptemp);
    return ok;
}

int ik_setup_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    (void)pconf;
    (void)plog;
    ik_conf_of(main_server)->named = names_server(ap_conftree);
    return check_everything(main_server, ptemp) ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

/* The keys of a file as they were read last: they outlive restarts, as the file itself does. */
static apr_status_t find_share(ik_keyshare_t **share, const char *file, process_rec *process)
{
    const char *key = apr_pstrcat(process->pool, "ikssoauth:keys:", file, NULL);
    void *found = NULL;
    apr_status_t rv;

    apr_pool_userdata_get(&found, key, process->pool);
    *share = found;
    if (found)
        return APR_SUCCESS;
    rv = ik_keyshare_create(share, process->pool);
    return rv == APR_SUCCESS ? apr_pool_userdata_setn(*share, key, NULL, process->pool) : rv;
}

/* A file that is refused at a restart leaves the keys in force that the server has served with (httpd/backend.c). */
static const char *open_keys(ik_keywatch_t **watch, const char *file, server_rec *s, const setup_t *setup)
{
    const char *problem = ik_permissions_check_keys(file, setup->ptemp);
    ik_keyshare_t *share;

    if (find_share(&share, file, s->process) != APR_SUCCESS)
        return "there is no shared memory for the keys";
    if (!problem && ik_keywatch_open(watch, file, share, setup->p, &problem) == APR_SUCCESS)
        return NULL;
    if (!ik_is_restart() || ik_keywatch_resume(watch, file, share, setup->p) != APR_SUCCESS)
        return problem ? problem : file;
    ik_log_server(s, IK_LOG_ERROR, "IK0171", 0, "IkSSOKeyFile: %s; the keys read before stay in force. Mend it: once "
                  "httpd is stopped, it would not start with this", problem ? problem : file);
    return NULL;
}

static const char *load_keys(ik_host_t *host, setup_t *setup)
{
    const char *file = host->conf->key_file, *problem = NULL;
    ik_keywatch_t *watch = apr_hash_get(setup->keys, file, APR_HASH_KEY_STRING);

    if (!watch)
        problem = open_keys(&watch, file, host->conf->server, setup);
    if (problem)
        return apr_psprintf(setup->ptemp, "%s: %s", ik_conf_cite(host->conf, "IkSSOKeyFile", setup->ptemp), problem);
    apr_hash_set(setup->keys, file, APR_HASH_KEY_STRING, watch);
    host->keys = watch;
    return NULL;
}

static const char *load_directory(ik_host_t *host, setup_t *setup)
{
    const char *path = host->conf->certificate_dir, *problem = NULL;
    ik_own_keys_t *own = apr_hash_get(setup->own_keys, path, APR_HASH_KEY_STRING);

    if (!own)
        problem = ik_own_keys_keep(&own, path, host->conf->server, setup->ptemp);
    if (problem)
        return apr_psprintf(setup->ptemp, "%s: %s", ik_conf_cite(host->conf, "IkSSOCertificateDir", setup->ptemp), problem);
    apr_hash_set(setup->own_keys, path, APR_HASH_KEY_STRING, own);
    host->own_keys = own;
    host->settings.spkeys = ik_own_keys_now(own, ik_log_sink_server(host->conf->server, setup->ptemp));
    return NULL;
}

static const char *load_certificates(ik_host_t *host, setup_t *setup)
{
    const apr_array_header_t *pairs = host->conf->certificates;
    ik_spkeys_t *keys = ik_spkeys_make(setup->p);
    const char *problem = NULL;
    int i;

    for (i = 0; pairs && i < pairs->nelts; i++) {
        const ik_pair_files_t *pair = &APR_ARRAY_IDX(pairs, i, ik_pair_files_t);

        if (ik_spkeys_add(keys, pair->cert, pair->key, setup->p, &problem) != APR_SUCCESS)
            return apr_psprintf(setup->ptemp, "%s: IkSSOCertificate: %s", pair->where, problem ? problem : pair->cert);
    }
    host->settings.spkeys = keys;
    return NULL;
}

/* For the command line, which has no virtual host (sso/host_settings.h). A directory stands with "" for a key. */
static const char *settings_text(const ik_host_t *host, apr_pool_t *p)
{
    const apr_array_header_t *pairs = host->conf->certificates;
    apr_array_header_t *files = apr_array_make(p, 4, sizeof(const char *));

    for (int i = 0; pairs && i < pairs->nelts; i++) {
        APR_ARRAY_PUSH(files, const char *) = APR_ARRAY_IDX(pairs, i, ik_pair_files_t).cert;
        APR_ARRAY_PUSH(files, const char *) = APR_ARRAY_IDX(pairs, i, ik_pair_files_t).key;
    }
    if (host->conf->certificate_dir) {
        APR_ARRAY_PUSH(files, const char *) = host->conf->certificate_dir;
        APR_ARRAY_PUSH(files, const char *) = "";
    }
    return ik_host_settings_text(&host->settings, files, p);
}

static const char *join_backend(ik_host_t *host, setup_t *setup)
{
    const char *spec = host->conf->database, *problem;
    ik_backend_t *backend = apr_hash_get(setup->by_spec, spec, APR_HASH_KEY_STRING);

    if (!backend) {
        problem = ik_backend_make(&backend, spec, host->conf->server, setup->p, setup->ptemp);
        if (problem)
            return apr_psprintf(setup->ptemp, "%s: %s", ik_conf_cite(host->conf, "IkSSODatabase", setup->ptemp), problem);
        backend->settings = &host->settings;
        apr_hash_set(setup->by_spec, spec, APR_HASH_KEY_STRING, backend);
        APR_ARRAY_PUSH(setup->backends, ik_backend_t *) = backend;
    }
    APR_ARRAY_PUSH(backend->hosts, ik_known_host_t) =
        (ik_known_host_t){ .origin = host->settings.origin.text, .settings_path = host->conf->settings_path,
                           .settings = settings_text(host, setup->p) };
    if (!backend->audit)
        backend->audit = host->conf->audit;
    host->backend = backend;
    return NULL;
}

static const char *set_up_host(ik_conf_t *conf, setup_t *setup)
{
    ik_host_t *host;
    const char *problem = ik_host_make(&host, conf, setup->p);

    if (!problem)
        problem = load_keys(host, setup);
    if (!problem)
        problem = conf->certificate_dir ? load_directory(host, setup) : load_certificates(host, setup);
    if (!problem)
        problem = join_backend(host, setup);
    if (problem)
        return problem;
    host->counters = setup->counters;
    conf->host = host;
    return NULL;
}

static int refuse_host(server_rec *s, const char *problem)
{
    ik_log_server(s, IK_LOG_ERROR, "IK0104", 0, "host %s: %s", host_name(s), problem);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int set_up_hosts(server_rec *main_server, setup_t *setup)
{
    server_rec *s;

    for (s = main_server; s; s = s->next) {
        ik_conf_t *conf = ik_conf_of(s);
        const char *problem = conf->enabled ? set_up_host(conf, setup) : NULL;

        conf->counters = setup->counters;
        conf->backends = setup->backends;
        if (problem)
            return refuse_host(s, problem);
    }
    return OK;
}

/* When all hosts of each are known: they are told to it. */
static int prepare_backends(const setup_t *setup)
{
    for (int i = 0; i < setup->backends->nelts; i++) {
        const ik_backend_t *backend = APR_ARRAY_IDX(setup->backends, i, const ik_backend_t *);
        const char *where = ik_conf_cite(ik_conf_of(backend->server), "IkSSODatabase", setup->ptemp);
        const char *problem = ik_backend_prepare(backend, setup->ptemp);

        if (problem)
            return refuse_host(backend->server, apr_pstrcat(setup->ptemp, where, ": ", problem, NULL));
    }
    return OK;
}

static int start_jobs(server_rec *main_server, const setup_t *setup)
{
    const char *problem = ik_watchdog_start(&ik_conf_of(main_server)->watchdog, setup->backends, setup->p);

    if (problem)
        ik_log_server(main_server, IK_LOG_ERROR, "IK0164", 0, "%s", problem);
    return problem ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

int ik_setup_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    setup_t setup = { .p = pconf, .ptemp = ptemp };
    const char *problem;
    apr_status_t rv;

    (void)plog;
    if (!any_host(s))
        return OK;
    problem = stay_loaded();
    if (problem) {
        ik_log_server(s, IK_LOG_ERROR, "IK0105", 0, "%s", problem);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    rv = ik_counters_create(&setup.counters, pconf);
    if (rv != APR_SUCCESS) {
        ik_log_server(s, IK_LOG_ERROR, "IK0106", rv, "no shared memory for the counters");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    setup.keys = apr_hash_make(ptemp);
    setup.own_keys = apr_hash_make(ptemp);
    setup.by_spec = apr_hash_make(ptemp);
    setup.backends = apr_array_make(pconf, 1, sizeof(ik_backend_t *));
    return set_up_hosts(s, &setup) == OK && prepare_backends(&setup) == OK && start_jobs(s, &setup) == OK
        ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

void ik_setup_child(apr_pool_t *pchild, server_rec *main_server)
{
    server_rec *s;

    for (s = main_server; s; s = s->next) {
        ik_host_t *host = ik_conf_of(s)->host;

        if (host)
            ik_backend_open(host->backend, pchild);
    }
    if (ik_conf_of(main_server)->watchdog)
        ik_watchdog_end_with(ik_conf_of(main_server)->watchdog, pchild);
}
