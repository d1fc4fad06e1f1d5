/* SPDX-License-Identifier: Apache-2.0 */
/* From what an administrator wrote to what a virtual host works with. */
#include "httpd/host.h"

#include <apr_strings.h>

#include "base/url.h"
#include "httpd/log_sink.h"
#include "httpd/routes.h"
#include "httpd/visit.h"
#include "model/role.h"

static apr_array_header_t *one_word(apr_pool_t *p, const char *word)
{
    apr_array_header_t *list = apr_array_make(p, 1, sizeof(const char *));

    APR_ARRAY_PUSH(list, const char *) = word;
    return list;
}

/* https://ServerName[:port]: never what a request says, and never what httpd guesses from DNS. */
static const char *public_url(const ik_conf_t *conf, apr_pool_t *p)
{
    const server_rec *s = conf->server;
    const char *host;

    if (conf->public_url)
        return conf->public_url;
    if (!conf->named || !s->server_hostname)
        return NULL;
    host = strchr(s->server_hostname, ':') && *s->server_hostname != '['
        ? apr_psprintf(p, "[%s]", s->server_hostname) : s->server_hostname;
    if (!s->port || s->port == 443)
        return apr_pstrcat(p, "https://", host, NULL);
    return apr_psprintf(p, "https://%s:%u", host, s->port);
}

static const char *make_origin(ik_settings_t *to, const ik_conf_t *conf, apr_pool_t *p)
{
    const char *url = public_url(conf, p);

    if (!url)
        return "IkSSO On needs to know the public address: set ServerName, or IkSSOPublicURL (https://HOST)";
    if (ik_url_origin(&to->origin, url, p) != APR_SUCCESS)
        return apr_psprintf(p, "\"%s\" (from ServerName) is not an origin: set IkSSOPublicURL (https://HOST)", url);
    return NULL;
}

static void make_settings(ik_settings_t *to, const ik_conf_t *conf, apr_pool_t *p)
{
    static const char *const names[IK_CLAIM_COUNT] = { "imagekit_id", "full_name", "imagekit_role" };
    apr_array_header_t **claims[IK_CLAIM_COUNT] = { &to->claim_account, &to->claim_name, &to->claim_role };
    int i;

    to->consume_path = conf->consume_path;
    to->login_path = conf->login_path;
    to->logout_path = conf->logout_path;
    to->metadata_path = conf->metadata_path;
    to->sign_metadata = conf->sign_metadata;
    to->default_target = conf->default_target;
    to->redirect_hosts = conf->redirect_hosts ? conf->redirect_hosts : apr_array_make(p, 1, sizeof(const char *));
    to->roles = conf->roles ? conf->roles : ik_role_defaults(p);
    for (i = 0; i < IK_CLAIM_COUNT; i++)
        *claims[i] = conf->claims[i] ? conf->claims[i] : one_word(p, names[i]);
    to->attributes = conf->attributes;
    to->session_lifetime = conf->session_lifetime;
    to->session_idle = conf->session_idle;
    to->clock_skew = conf->clock_skew;
    to->only_account = conf->account;
}

const char *ik_host_make(ik_host_t **made, const ik_conf_t *conf, apr_pool_t *p)
{
    ik_host_t *host = apr_pcalloc(p, sizeof(*host));
    const char *problem = make_origin(&host->settings, conf, p);

    if (problem)
        return problem;
    problem = ik_route_clash(conf, p);
    if (problem)
        return problem;
    if (conf->certificates && conf->certificate_dir)
        return apr_psprintf(p, "%s: this host has an IkSSOCertificate, too: the pairs that sign and decrypt are those of the one or the "
                            "other, so leave one of the two directives out", ik_conf_cite(conf, "IkSSOCertificateDir", p));
    make_settings(&host->settings, conf, p);
    if (!ik_url_target(p, conf->default_target, &host->settings.origin, host->settings.redirect_hosts))
        return apr_psprintf(p, "IkSSODefaultTarget \"%s\" is not a place on this host", conf->default_target);
    host->conf = conf;
    host->brand.name = conf->brand ? conf->brand : host->settings.origin.host;
    host->brand.support = conf->support;
    host->login_url = apr_pstrcat(p, host->settings.origin.text, conf->login_path, NULL);
    *made = host;
    return NULL;
}

ik_host_t *ik_host_of(const request_rec *r)
{
    return ik_conf_of(r->server)->host;
}

/* The address only now: mod_remoteip learns it after the visit has begun. */
static const ik_by_t *by_of(request_rec *r)
{
    ik_by_t *by = &ik_step(r)->visit->by;

    by->client = r->useragent_ip;
    return by;
}

/* With the key pairs of this moment: what one request works with stays the same while it lasts. */
static const ik_settings_t *settings_of(const ik_host_t *host, const ik_log_t *log, apr_pool_t *p)
{
    ik_settings_t *settings;

    if (!host->own_keys)
        return &host->settings;
    settings = apr_pmemdup(p, &host->settings, sizeof(host->settings));
    settings->spkeys = ik_own_keys_now(host->own_keys, log);
    return settings;
}

ik_ctx_t ik_host_ctx(const ik_host_t *host, request_rec *r, apr_pool_t *p)
{
    ik_ctx_t ctx = ik_backend_ctx(host->backend, p);

    ctx.counters = host->counters;
    ctx.audit = host->conf->audit;
    ctx.by = by_of(r);
    ctx.log = ik_log_sink_request(r);
    ctx.settings = settings_of(host, ctx.log, p);
    ctx.keys = ik_keywatch_ring(host->keys, ctx.log);
    return ctx;
}
