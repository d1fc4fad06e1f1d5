/* SPDX-License-Identifier: Apache-2.0 */
/* The table of directives, and what configurations start from and merge into. */
#include "httpd/config.h"

#include <stddef.h>

#include <apr_strings.h>

#include "httpd/values.h"
#include "model/attribute.h"

#define DAY (24 * 3600)

static const ik_conf_t defaults = {
    .database = "sqlite3:/var/lib/ikssoauth/ikssoauth.db",
    .key_file = "/etc/ikssoauth/session.keys",
    .consume_path = "/saml/consume",
    .metadata_path = "/saml/metadata",
    .login_path = "/single-sign-on",
    .logout_path = "/logout",
    .settings_path = "/dashboard/settings/single-sign-on",
    .users_path = "/dashboard/settings/users",
    .default_target = "/dashboard",
    .session_lifetime = 12 * 3600,
    .session_idle = 3600,
    .clock_skew = 180,
};

static const char *complain(const cmd_parms *cmd, const char *arg, const char *problem)
{
    return problem ? apr_psprintf(cmd->pool, "%s \"%s\": %s", cmd->cmd->name, arg, problem) : NULL;
}

static const char *store(cmd_parms *cmd, void *conf, apr_uint64_t *set, const char *arg)
{
    const ik_field_t *f = cmd->info;

    *set |= APR_UINT64_C(1) << (cmd->cmd - ik_directives);
    return complain(cmd, arg, f->parse(cmd->pool, arg, (char *)conf + f->offset, f));
}

/* Remembers that a row was given, and where. */
static void note(ik_conf_t *conf, const cmd_parms *cmd)
{
    const ptrdiff_t row = cmd->cmd - ik_directives;

    conf->set |= APR_UINT64_C(1) << row;
    conf->where[row] = apr_psprintf(cmd->pool, "%s:%d", cmd->directive->filename, cmd->directive->line_num);
}

static const char *set_server(cmd_parms *cmd, void *dir, const char *arg)
{
    ik_conf_t *conf = ik_conf_of(cmd->server);

    (void)dir;
    note(conf, cmd);
    return store(cmd, conf, &conf->set, arg);
}

static const char *set_dir(cmd_parms *cmd, void *dir, const char *arg)
{
    return store(cmd, dir, &((ik_dir_conf_t *)dir)->set, arg);
}

static const char *set_claim(cmd_parms *cmd, void *dir, const char *what, const char *name)
{
    static const char *const words[IK_CLAIM_COUNT] = { "account", "name", "role" };
    ik_conf_t *conf = ik_conf_of(cmd->server);
    int i;

    (void)dir;
    note(conf, cmd);
    for (i = 0; i < IK_CLAIM_COUNT; i++) {
        if (!ap_cstr_casecmp(what, words[i]))
            return complain(cmd, name, ik_parse_claim_word(cmd->pool, name, &conf->claims[i], NULL));
    }
    return complain(cmd, what, "the first word must be account, name or role");
}

static const char *add_certificate(cmd_parms *cmd, void *dir, const char *cert, const char *key)
{
    ik_conf_t *conf = ik_conf_of(cmd->server);
    ik_pair_files_t pair;
    const char *problem = complain(cmd, cert, ik_parse_file(cmd->pool, cert, &pair.cert, NULL));

    (void)dir;
    if (!problem)
        problem = complain(cmd, key, ik_parse_file(cmd->pool, key, &pair.key, NULL));
    if (problem)
        return problem;
    if (!conf->certificates)
        conf->certificates = apr_array_make(cmd->pool, 2, sizeof(ik_pair_files_t));
    note(conf, cmd);
    pair.where = conf->where[cmd->cmd - ik_directives];
    APR_ARRAY_PUSH(conf->certificates, ik_pair_files_t) = pair;
    return NULL;
}

/* A variable is told in a header too, whose name has neither our prefix nor case: two must not share one. */
static const char *check_variable(const ik_conf_t *conf, const char *variable, apr_pool_t *p)
{
    int i;

    if (!ik_attribute_variable_is_valid(variable))
        return "this cannot be the variable of an attribute: 1 to 64 of A-Z a-z 0-9 _, not starting with a digit, and "
               "none that httpd, gateways or programs give a meaning of their own";
    for (i = 0; conf->attributes && i < conf->attributes->nelts; i++) {
        const char *other = APR_ARRAY_IDX(conf->attributes, i, ik_attribute_rule_t).variable;

        if (strcmp(other, variable) != 0
            && !ap_cstr_casecmp(ik_attribute_header(other, p), ik_attribute_header(variable, p)))
            return apr_psprintf(p, "its request header would be that of %s, too", other);
    }
    return NULL;
}

static const char *add_attribute(cmd_parms *cmd, void *dir, const char *name, const char *variable, const char *pattern)
{
    ik_conf_t *conf = ik_conf_of(cmd->server);
    ik_attribute_rule_t rule = { .name = name, .variable = variable };
    apr_array_header_t *names = NULL;
    const char *problem = complain(cmd, name, ik_parse_claim_word(cmd->pool, name, &names, NULL));

    (void)dir;
    if (!problem)
        problem = complain(cmd, variable, check_variable(conf, variable, cmd->pool));
    if (!problem && pattern)
        problem = complain(cmd, pattern, ik_parse_text(cmd->pool, pattern, &rule.pattern, NULL));
    if (problem)
        return problem;
    if (!conf->attributes)
        conf->attributes = apr_array_make(cmd->pool, 4, sizeof(ik_attribute_rule_t));
    APR_ARRAY_PUSH(conf->attributes, ik_attribute_rule_t) = rule;
    note(conf, cmd);
    return NULL;
}

#define ROW(type, parse, name, lo, hi) \
    (void *)&(const ik_field_t){ parse, offsetof(type, name), sizeof(((type *)0)->name), lo, hi }
#define FIELD(parse, name) ROW(ik_conf_t, parse, name, 0, 0)
#define SECONDS(name, lo, hi) ROW(ik_conf_t, ik_parse_duration, name, lo, hi)

/* A row is a directive; the index of the row is its bit in ik_conf_t.set. */
const command_rec ik_directives[] = {
    AP_INIT_TAKE1("IkSSO", set_server, FIELD(ik_parse_flag, enabled), RSRC_CONF,
                  "On: serve the single sign-on endpoints of this host and remove identity headers sent by clients"),
    AP_INIT_TAKE1("IkSSOPublicURL", set_server, FIELD(ik_parse_origin, public_url), RSRC_CONF,
                  "the https origin people see; default https://ServerName"),
    AP_INIT_TAKE1("IkSSODatabase", set_server, FIELD(ik_parse_database, database), RSRC_CONF,
                  "sqlite3:PATH or pgsql:CONNINFO"),
    AP_INIT_TAKE1("IkSSOKeyFile", set_server, FIELD(ik_parse_file, key_file), RSRC_CONF,
                  "the key ring that seals cookies"),
    AP_INIT_TAKE2("IkSSOCertificate", add_certificate, FIELD(NULL, certificates), RSRC_CONF,
                  "certificate and key file (PEM) of this service provider; may repeat"),
    AP_INIT_TAKE1("IkSSOCertificateDir", set_server, FIELD(ik_parse_file, certificate_dir), RSRC_CONF,
                  "the directory of key pairs of this service provider that ikssoctl sp-key looks after"),
    AP_INIT_TAKE1("IkSSOConsumePath", set_server, FIELD(ik_parse_path, consume_path), RSRC_CONF,
                  "where identity providers post their responses"),
    AP_INIT_TAKE1("IkSSOMetadataPath", set_server, FIELD(ik_parse_path, metadata_path), RSRC_CONF,
                  "where identity providers find our metadata"),
    AP_INIT_TAKE1("IkSSOSignMetadata", set_server, FIELD(ik_parse_flag, sign_metadata), RSRC_CONF,
                  "On: sign our metadata with the key pair that signs"),
    AP_INIT_TAKE1("IkSSOLoginPath", set_server, FIELD(ik_parse_path, login_path), RSRC_CONF,
                  "where people sign in"),
    AP_INIT_TAKE1("IkSSOLogoutPath", set_server, FIELD(ik_parse_path, logout_path), RSRC_CONF,
                  "where people sign out"),
    AP_INIT_TAKE1("IkSSOSettingsPath", set_server, FIELD(ik_parse_path, settings_path), RSRC_CONF,
                  "where administrators of accounts set up single sign-on"),
    AP_INIT_TAKE1("IkSSOUsersPath", set_server, FIELD(ik_parse_path, users_path), RSRC_CONF,
                  "where administrators of accounts look after their people"),
    AP_INIT_TAKE1("IkSSODefaultTarget", set_server, FIELD(ik_parse_path, default_target), RSRC_CONF,
                  "where a login without a target lands"),
    AP_INIT_ITERATE("IkSSORedirectHosts", set_server, FIELD(ik_parse_host_word, redirect_hosts), RSRC_CONF,
                    "other hosts that a login may lead to"),
    AP_INIT_ITERATE("IkSSORoles", set_server, FIELD(ik_parse_role_word, roles), RSRC_CONF,
                    "the accepted roles"),
    AP_INIT_TAKE2("IkSSOClaim", set_claim, NULL, RSRC_CONF,
                  "account, name or role, and the attribute that carries it; repeat for alternatives"),
    AP_INIT_TAKE23("IkSSOAttribute", add_attribute, FIELD(NULL, attributes), RSRC_CONF,
                   "a further attribute, the variable that passes it on, and optionally a pattern of its values"),
    AP_INIT_TAKE1("IkSSOSessionLifetime", set_server, SECONDS(session_lifetime, 60, 30 * DAY), RSRC_CONF,
                  "how long a login lasts"),
    AP_INIT_TAKE1("IkSSOSessionIdle", set_server, SECONDS(session_idle, 60, 30 * DAY), RSRC_CONF,
                  "how long a session may go unused"),
    AP_INIT_TAKE1("IkSSOClockSkew", set_server, SECONDS(clock_skew, 0, 900), RSRC_CONF,
                  "how far the clocks of identity providers may be off"),
    AP_INIT_TAKE1("IkSSOAccount", set_server, FIELD(ik_parse_account, account), RSRC_CONF,
                  "the only account of this host"),
    AP_INIT_TAKE1("IkSSOBrand", set_server, FIELD(ik_parse_text, brand), RSRC_CONF,
                  "the name shown on pages; default the host"),
    AP_INIT_TAKE1("IkSSOSupport", set_server, FIELD(ik_parse_support, support), RSRC_CONF,
                  "the support address shown on pages"),
    AP_INIT_TAKE1("IkSSOAuditLog", set_server, FIELD(ik_parse_log, audit_log), RSRC_CONF,
                  "a file, or a program after |, that gets a line of JSON per event; or Off"),
    AP_INIT_TAKE1("IkSSOAnonymous", set_dir, ROW(ik_dir_conf_t, ik_parse_anonymous, anonymous, 0, 0), OR_AUTHCFG,
                  "what somebody without a session gets: login, deny or pass"),
    AP_INIT_TAKE1("IkSSOHoldForms", set_dir, ROW(ik_dir_conf_t, ik_parse_form_size, hold_forms, 0, 0), OR_AUTHCFG,
                  "the largest form that is held until somebody without a session has signed in, or Off"),
    { .name = NULL }
};

/* Copies what add was given over what to holds, row by row. Only rows of the struct's own setter can be set in it. */
static void merge_rows(void *to, const void *add, apr_uint64_t set)
{
    const command_rec *row;

    for (row = ik_directives; row->name; row++) {
        const ik_field_t *f = row->cmd_data;

        if (f && (set >> (row - ik_directives)) & 1)
            memcpy((char *)to + f->offset, (const char *)add + f->offset, f->size);
    }
}

_Static_assert(sizeof(ik_directives) / sizeof(*ik_directives) <= IK_DIRECTIVES_MAX, "a row has no bit");

void *ik_conf_create(apr_pool_t *p, server_rec *s)
{
    ik_conf_t *conf = apr_pmemdup(p, &defaults, sizeof(defaults));

    conf->server = s;
    conf->role_lines = apr_array_make(p, 2, sizeof(ik_role_line_t));
    return conf;
}

void *ik_conf_merge(apr_pool_t *p, void *base, void *add)
{
    const ik_conf_t *main_conf = base, *own = add;
    ik_conf_t *conf = apr_pmemdup(p, main_conf, sizeof(*main_conf));
    int i;

    merge_rows(conf, own, own->set);
    for (i = 0; i < IK_CLAIM_COUNT; i++)
        conf->claims[i] = own->claims[i] ? own->claims[i] : main_conf->claims[i];
    for (i = 0; i < IK_DIRECTIVES_MAX; i++)
        conf->where[i] = own->where[i] ? own->where[i] : main_conf->where[i];
    conf->set |= own->set;
    conf->server = own->server;
    conf->role_lines = own->role_lines;
    /* httpd fills in a guess later; at this moment only what was configured is there. */
    conf->named = own->server->server_hostname != NULL;
    return conf;
}

void *ik_dir_conf_create(apr_pool_t *p, char *path)
{
    (void)path;
    return apr_pcalloc(p, sizeof(ik_dir_conf_t));
}

void *ik_dir_conf_merge(apr_pool_t *p, void *base, void *add)
{
    const ik_dir_conf_t *own = add;
    ik_dir_conf_t *conf = apr_pmemdup(p, base, sizeof(*conf));

    merge_rows(conf, own, own->set);
    conf->set |= own->set;
    return conf;
}

const char *ik_conf_cite(const ik_conf_t *conf, const char *directive, apr_pool_t *p)
{
    int row = 0;

    while (ik_directives[row].name && strcmp(ik_directives[row].name, directive) != 0)
        row++;
    if (conf->where[row])
        return apr_pstrcat(p, conf->where[row], ": ", directive, NULL);
    return apr_pstrcat(p, conf->where[0] ? apr_pstrcat(p, conf->where[0], ": ", NULL) : "", directive, " (not set)", NULL);
}

ik_conf_t *ik_conf_of(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &ikssoauth_module);
}

const ik_dir_conf_t *ik_dir_conf_of(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &ikssoauth_module);
}
