/* SPDX-License-Identifier: Apache-2.0 */
/* Finds mistakes that no single directive shows. */
#include "httpd/mistakes.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "base/text.h"
#include "httpd/config.h"
#include "httpd/host.h"
#include "httpd/log_sink.h"
#include "httpd/tree.h"

#define OURS "ikssoauth"

/* The first argument of a line, in lower case: names of types and providers have none. */
static const char *first_word(const ik_line_t *line, apr_pool_t *p)
{
    const char *rest = line->node->args;
    char *word = apr_pstrdup(p, ik_tree_word(&rest, p));

    if (ik_tree_is(line, "Require") && !ap_cstr_casecmp(word, "not"))
        word = apr_pstrdup(p, ik_tree_word(&rest, p));
    ap_str_tolower(word);
    return word;
}

/* "AuthType ikssoauth", "Require ik-role": what stands in the line, if it is ours; else NULL. */
static const char *ours(const ik_line_t *line, apr_pool_t *p)
{
    const char *word;

    if (!ik_tree_is(line, "AuthType") && !ik_tree_is(line, "Require"))
        return NULL;
    word = first_word(line, p);
    if (ik_tree_is(line, "AuthType") ? strcmp(word, OURS) != 0 : strncmp(word, "ik-", 3) != 0)
        return NULL;
    return apr_pstrcat(p, ik_tree_is(line, "AuthType") ? "AuthType " : "Require ", word, NULL);
}

/* The type that the section of a line sets itself; "" if none. */
static const char *own_type(const ik_line_t *of, const apr_array_header_t *lines, apr_pool_t *p)
{
    const char *type = "";
    int i;

    for (i = 0; i < lines->nelts; i++) {
        const ik_line_t *line = &APR_ARRAY_IDX(lines, i, ik_line_t);

        if (line->section == of->section && ik_tree_is(line, "AuthType"))
            type = first_word(line, p);
    }
    return type;
}

/* 1 if a section may hold for path, or below it, whatever is asked for. A pattern may; and any may where path is NULL. */
static int may_cover(const ik_line_t *line, const char *path, apr_pool_t *p)
{
    const char *other = ik_tree_location(line, p);

    return !path || !other || ik_tree_is_below(path, other);
}

/* 1 if a line signs people in, or may: an expression decides at every request, and .htaccess files are not read here. */
static int may_sign_in(const ik_line_t *line, apr_pool_t *p)
{
    const char *args = line->node->args;

    if (ik_tree_is(line, "AllowOverride"))
        return ap_strcasestr(args, "all") || ap_strcasestr(args, "authconfig");
    if (ik_tree_is(line, "AllowOverrideList"))
        return ap_strcasestr(args, "authtype") != NULL;
    return ik_tree_is(line, "AuthType") && (strstr(args, "%{") || !strcmp(first_word(line, p), OURS));
}

/* path: NULL if the section is none of which it can be told what covers it. */
static int may_be_typed(const ik_line_t *of, const char *path, const apr_array_header_t *lines, apr_pool_t *p)
{
    int i;

    for (i = 0; i < lines->nelts; i++) {
        const ik_line_t *line = &APR_ARRAY_IDX(lines, i, ik_line_t);

        if (line->server != of->server && line->server->is_virtual && of->server->is_virtual)
            continue;
        if (may_sign_in(line, p) && may_cover(line, path, p))
            return 1;
    }
    return 0;
}

/* What is wrong with a line that asks for somebody whom no section has signed in; NULL if nothing that is certain. */
static const char *untyped(const ik_line_t *line, const apr_array_header_t *lines, apr_pool_t *p)
{
    const char *path = ik_tree_location(line, p), *type = "";

    if (!ik_tree_is(line, "Require"))
        return NULL;
    if (line->section)
        type = own_type(line, lines, p);
    if (*type && strcmp(type, OURS) != 0 && !strstr(type, "%{"))
        return apr_psprintf(p, "the AuthType of this section is %s, with which nobody has a role or account here; write "
                            "\"AuthType " OURS "\"", type);
    if (*type || may_be_typed(line, path, lines, p))
        return NULL;
    return !path ? "no section of this host says \"AuthType " OURS "\", so nobody would ever be let in; add that line to this section"
        : apr_psprintf(p, "no section that covers %s says \"AuthType " OURS "\", so nobody would ever be let in; add that "
                        "line to this section", path);
}

static int check_protection(server_rec *main_server, const apr_array_header_t *lines, apr_pool_t *p)
{
    int i, found = 0;

    for (i = 0; i < lines->nelts; i++) {
        const ik_line_t *line = &APR_ARRAY_IDX(lines, i, ik_line_t);
        const char *what = ours(line, p), *problem = NULL;

        if (what && !ik_tree_is_served(line, main_server))
            problem = "IkSSO is Off here, so every request would be refused; write \"IkSSO On\" in this virtual host, or "
                      "take this line away";
        else if (what)
            problem = untyped(line, lines, p);
        if (!problem)
            continue;
        ik_log_server(main_server, IK_LOG_ERROR, "IK0260", 0, "%s: %s: %s", line->where, what, problem);
        found++;
    }
    return found;
}

typedef struct claim_t {
    const char *word;
    const apr_array_header_t *names;
} claim_t;

/* One attribute cannot be two things. */
static int check_pair(const ik_conf_t *conf, const claim_t *one, const claim_t *other, apr_pool_t *p)
{
    int i, found = 0;

    for (i = 0; i < one->names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(one->names, i, const char *);

        if (!ik_text_in(other->names, name))
            continue;
        ik_log_server(conf->server, IK_LOG_ERROR, "IK0261", 0, "%s: the attribute \"%s\" cannot carry %s and %s at once; give "
                      "each an attribute of its own", ik_conf_cite(conf, "IkSSOClaim", p), name, one->word, other->word);
        found++;
    }
    return found;
}

static int check_claims(const ik_conf_t *conf, const ik_settings_t *settings, apr_pool_t *p)
{
    const claim_t account = { "account", settings->claim_account }, name = { "name", settings->claim_name };
    const claim_t role = { "role", settings->claim_role };

    return check_pair(conf, &account, &name, p) + check_pair(conf, &account, &role, p) + check_pair(conf, &name, &role, p);
}

/* Whoever signs in at one address must be known wherever it leads. Values are not told: they may hold a password (R20). */
static int check_twins(const ik_conf_t *conf, const ik_conf_t *other, const char *origin, apr_pool_t *p)
{
    static const char *const directives[] = { "IkSSOKeyFile", "IkSSODatabase" };
    const char *const own[] = { conf->key_file, conf->database }, *const theirs[] = { other->key_file, other->database };
    int i, found = 0;

    for (i = 0; i < 2; i++) {
        if (!strcmp(own[i], theirs[i]))
            continue;
        ik_log_server(conf->server, IK_LOG_ERROR, "IK0262", 0, "%s: another host serves the same public address %s with "
                      "another one (%s); give both the same, or each an IkSSOPublicURL of its own",
                      ik_conf_cite(conf, directives[i], p), origin, ik_conf_cite(other, directives[i], p));
        found++;
    }
    return found;
}

static int check_hosts(server_rec *main_server, apr_pool_t *p)
{
    apr_hash_t *by_origin = apr_hash_make(p);
    ik_host_t *host;
    server_rec *s;
    int found = 0;

    /* What stands outside of virtual hosts is a host only where there are none. */
    for (s = main_server->next ? main_server->next : main_server; s; s = s->next) {
        const ik_conf_t *conf = ik_conf_of(s), *other;

        if (!conf->enabled || ik_host_make(&host, conf, p) != NULL)
            continue;
        found += check_claims(conf, &host->settings, p);
        other = apr_hash_get(by_origin, host->settings.origin.text, APR_HASH_KEY_STRING);
        if (other)
            found += check_twins(conf, other, host->settings.origin.text, p);
        else
            apr_hash_set(by_origin, host->settings.origin.text, APR_HASH_KEY_STRING, conf);
    }
    return found;
}

int ik_mistakes_find(server_rec *main_server, const apr_array_header_t *lines, apr_pool_t *p)
{
    return check_protection(main_server, lines, p) + check_hosts(main_server, p);
}
