/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds lines of other modules that get in the way of this one, or that it gets in the way of.
 *
 * An endpoint is served before anything at the level of a host maps its path (R16): ProxyPass, Alias, Redirect and
 * RewriteRule there never see it, nor does a <Directory>. A <Location> that covers it still counts: its access checks run,
 * and its Redirect.
 */
#include "httpd/shadows.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "httpd/config.h"
#include "httpd/log_sink.h"
#include "httpd/routes.h"
#include "httpd/scrub.h"
#include "httpd/tree.h"

#define RESPONSE_BYTES (64 * 1024)      /* what a response of an identity provider may need: base64, encrypted, with groups */

/* What is looked at: the lines of one host, and one of its endpoints. */
typedef struct place_t {
    const apr_array_header_t *lines;
    server_rec *server;
    const ik_route_t *route;
    const char *path;
    apr_pool_t *p;
} place_t;

static const ik_line_t *line_at(const apr_array_header_t *lines, int i)
{
    return &APR_ARRAY_IDX(lines, i, const ik_line_t);
}

/* The words of a line in lower case, "" after the last. */
static const char *word_of(const ik_line_t *line, int number, apr_pool_t *p)
{
    const char *rest = line->node->args;
    char *word = NULL;

    for (; number >= 0; number--)
        word = apr_pstrdup(p, ik_tree_word(&rest, p));
    return word;
}

static int has_word(const ik_line_t *line, const char *wanted, apr_pool_t *p)
{
    const char *rest = line->node->args;

    while (*rest) {
        if (!ap_cstr_casecmp(ik_tree_word(&rest, p), wanted))
            return 1;
    }
    return 0;
}

/* The last line of that name, or of the other one (NULL: none), whose section covers the endpoint. */
static const ik_line_t *last(const place_t *at, const char *name, const char *other)
{
    int i;

    for (i = at->lines->nelts - 1; i >= 0; i--) {
        const ik_line_t *line = line_at(at->lines, i);

        if ((ik_tree_is(line, name) || (other && ik_tree_is(line, other))) && ik_tree_concerns(line, at->server)
            && ik_tree_covers(line, at->path, at->p))
            return line;
    }
    return NULL;
}

/* 1 if the section of a line has another one of that name with that word. */
static int section_says(const place_t *at, const ik_line_t *of, const char *name, const char *word)
{
    int i;

    for (i = 0; i < at->lines->nelts; i++) {
        const ik_line_t *line = line_at(at->lines, i);

        if (line->section == of->section && ik_tree_is(line, name) && (!word || has_word(line, word, at->p)))
            return 1;
    }
    return 0;
}

static void warn_of(const place_t *at, const ik_line_t *line, const char *does, const char *mend)
{
    ik_log_server(at->server, IK_LOG_WARNING, "IK0263", 0, "%s: %s %s the endpoint %s (%s): %s", line->where,
                  line->node->directive, does, at->path, at->route->directive, mend);
}

/* AuthType ikssoauth lets everybody through to an endpoint; without it Require means what it says. */
static void check_require(const place_t *at)
{
    const ik_line_t *require = last(at, "Require", NULL), *type = last(at, "AuthType", NULL);

    if (!require || (type && has_word(type, "ikssoauth", at->p)) || section_says(at, require, "Require", "granted"))
        return;
    if (has_word(require, "denied", at->p) || has_word(require, "valid-user", at->p) || has_word(require, "user", at->p)
        || has_word(require, "group", at->p))
        warn_of(at, require, "keeps people from", apr_psprintf(at->p, "add <Location %s> with \"Require all granted\" below "
                                                               "this section", at->path));
}

static void check_deny(const place_t *at)
{
    const ik_line_t *deny = last(at, "Deny", "Allow");

    if (deny && ik_tree_is(deny, "Deny") && has_word(deny, "all", at->p) && !section_says(at, deny, "Allow", NULL)
        && !section_says(at, deny, "Satisfy", "any"))
        warn_of(at, deny, "keeps people from", apr_psprintf(at->p, "add <Location %s> with \"Allow from all\" below this "
                                                            "section", at->path));
}

static int matches(const char *pattern, const char *path, apr_pool_t *p)
{
    ap_regex_t *regex = ap_pregcomp(p, pattern, AP_REG_EXTENDED);

    return regex && ap_regexec(regex, path, 0, NULL, 0) == 0;
}

/* 1 if a line "Redirect [STATUS] [PATH] URL" in a section that covers the endpoint is for it: by its path, or without one. */
static int redirects(const place_t *at, const ik_line_t *line)
{
    int first = apr_isalpha(*word_of(line, 0, at->p)) || apr_isdigit(*word_of(line, 0, at->p));
    const char *path = word_of(line, first, at->p), *url = word_of(line, first + 1, at->p);

    if (ik_tree_is(line, "RedirectMatch"))
        return *url && matches(path, at->path, at->p);
    /* A word alone is the address, but of what is gone it is the path. */
    if (!*url && (!first || strchr("gG45", *word_of(line, 0, at->p)) == NULL))
        return 1;
    return !*path || ik_tree_is_below(at->path, path);
}

static void check_redirect(const place_t *at)
{
    static const char *const names[] = { "Redirect", "RedirectPermanent", "RedirectTemp", "RedirectMatch" };
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const ik_line_t *line = last(at, names[i], NULL);

        if (line && redirects(at, line))
            warn_of(at, line, "answers instead of", "move it out of the section, where it does not see endpoints, or let the "
                                                    "section begin further down");
    }
}

static void check_size(const place_t *at)
{
    const ik_line_t *line = strcmp(at->route->name, "consume") ? NULL : last(at, "LimitRequestBody", NULL);
    apr_int64_t limit = line ? apr_atoi64(word_of(line, 0, at->p)) : 0;

    if (limit > 0 && limit < RESPONSE_BYTES)
        warn_of(at, line, "may refuse what is sent to", apr_psprintf(at->p, "responses of identity providers take up to %d "
                                                                     "bytes and more; allow that", RESPONSE_BYTES));
}

/* The path that a line of ProxyPass, Alias … is for: its first argument, or its section's. */
static const char *mapped_path(const ik_line_t *line, apr_pool_t *p)
{
    static const char *const names[] = { "ProxyPass", "Alias", "ScriptAlias" };
    const char *path;
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!ik_tree_is(line, names[i]))
            continue;
        path = word_of(line, 0, p);
        return *path == '/' && *word_of(line, 1, p) ? path : ik_tree_location(line, p);
    }
    return NULL;
}

/* A line for the very path of an endpoint was meant to do something, and never will. */
static void check_mapped(const place_t *at)
{
    int i;

    for (i = 0; i < at->lines->nelts; i++) {
        const ik_line_t *line = line_at(at->lines, i);
        const char *path = ik_tree_concerns(line, at->server) ? mapped_path(line, at->p) : NULL;

        if (!path || strcmp(path, at->path) != 0 || (ik_tree_is(line, "ProxyPass") && has_word(line, "!", at->p)))
            continue;
        ik_log_server(at->server, IK_LOG_WARNING, "IK0264", 0, "%s: %s never sees %s, which mod_ikssoauth answers: take the "
                      "line away, or move the endpoint with %s", line->where, line->node->directive, path,
                      at->route->directive);
    }
}

static void check_endpoint(void *arg, const ik_route_t *route, const char *path)
{
    place_t *at = arg;

    at->route = route;
    at->path = path;
    check_require(at);
    check_deny(at);
    check_redirect(at);
    check_size(at);
    check_mapped(at);
}

static const char *ours(const char *name)
{
    return *name && ik_scrub_is_ours(name) ? name : NULL;
}

/* The name of an identity header or variable that a line writes, or NULL. */
static const char *forged(const ik_line_t *line, apr_pool_t *p)
{
    const char *first = word_of(line, 0, p), *name = NULL;
    int i;

    if (strstr(line->node->args, "%{IKSSO_"))
        return NULL;
    if (ik_tree_is(line, "SetEnv"))
        return ours(first);
    if (ik_tree_is(line, "RequestHeader"))
        return ap_cstr_casecmp(first, "unset") ? ours(word_of(line, 1, p)) : NULL;
    if (!ik_tree_is(line, "SetEnvIf") && !ik_tree_is(line, "SetEnvIfNoCase") && !ik_tree_is(line, "SetEnvIfExpr"))
        return NULL;
    for (i = 1; !name && *word_of(line, i, p); i++)
        name = ours(word_of(line, i, p));
    return name;
}

static void check_forged(server_rec *main_server, const apr_array_header_t *lines, apr_pool_t *p)
{
    int i;

    for (i = 0; i < lines->nelts; i++) {
        const ik_line_t *line = line_at(lines, i);
        const char *name = ik_tree_is_served(line, main_server) ? forged(line, p) : NULL;

        if (name)
            ik_log_server(main_server, IK_LOG_WARNING, "IK0265", 0, "%s: %s \"%s\": backends would take this for what "
                          "mod_ikssoauth says of who is signed in; use another name", line->where, line->node->directive, name);
    }
}

static int listens_on(const server_rec *s, apr_port_t port)
{
    const server_addr_rec *addr;

    for (addr = s->addrs; addr; addr = addr->next) {
        if (addr->host_port == port)
            return 1;
    }
    return 0;
}

/* The public address is https; on the port of https nobody else can be meant to speak it. */
static void check_tls(server_rec *s, const apr_array_header_t *lines, apr_pool_t *p)
{
    int i;

    if (!listens_on(s, 443))
        return;
    for (i = 0; i < lines->nelts; i++) {
        const ik_line_t *line = line_at(lines, i);

        if (ik_tree_is(line, "SSLEngine") && ik_tree_concerns(line, s) && !has_word(line, "off", p))
            return;
    }
    ik_log_server(s, IK_LOG_WARNING, "IK0266", 0, "%s:%u: this virtual host is on port 443 and does not speak TLS, but browsers "
                  "come by https: enable mod_ssl, and add \"SSLEngine on\" with a certificate", s->defn_name,
                  s->defn_line_number);
}

static void check_times(const ik_conf_t *conf, apr_pool_t *p)
{
    if (conf->session_idle > conf->session_lifetime)
        ik_log_server(conf->server, IK_LOG_WARNING, "IK0267", 0, "%s: it is longer than IkSSOSessionLifetime, so it never "
                      "counts; shorten it, or lengthen the other", ik_conf_cite(conf, "IkSSOSessionIdle", p));
}

void ik_shadows_find(server_rec *main_server, const apr_array_header_t *lines, apr_pool_t *p)
{
    server_rec *s;

    check_forged(main_server, lines, p);
    for (s = main_server->next ? main_server->next : main_server; s; s = s->next) {
        const ik_conf_t *conf = ik_conf_of(s);
        place_t at = { .lines = lines, .server = s, .p = p };

        if (!conf->enabled)
            continue;
        ik_route_each(conf, check_endpoint, &at);
        check_tls(s, lines, p);
        check_times(conf, p);
    }
}
