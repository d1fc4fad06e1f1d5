/* SPDX-License-Identifier: Apache-2.0 */
/* Walks httpd's tree of directives. */
#include "httpd/tree.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_core.h>

#include "httpd/config.h"

static const char *const sections[] = { "<Location", "<LocationMatch", "<Directory", "<DirectoryMatch", "<Files", "<FilesMatch",
                                        "<If", "<ElseIf", "<Else", "<Proxy", "<ProxyMatch" };

static int is_section(const ap_directive_t *node)
{
    apr_size_t i;

    for (i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
        if (!ap_cstr_casecmp(node->directive, sections[i]))
            return 1;
    }
    return 0;
}

/* httpd notes of a virtual host where it begins. */
static const server_rec *server_of(const ap_directive_t *node, const server_rec *main_server)
{
    const server_rec *s;

    for (s = main_server->next; s; s = s->next) {
        if (s->defn_name && s->defn_line_number == (unsigned)node->line_num && !strcmp(s->defn_name, node->filename))
            return s;
    }
    return main_server;
}

/* around: the line whose server and section are those of the nodes. */
static void collect(apr_array_header_t *lines, const ap_directive_t *node, ik_line_t around, const server_rec *main_server)
{
    for (; node; node = node->next) {
        ik_line_t line = around, inside = around;

        line.node = node;
        line.where = apr_psprintf(lines->pool, "%s:%d", node->filename, node->line_num);
        APR_ARRAY_PUSH(lines, ik_line_t) = line;
        if (!ap_cstr_casecmp(node->directive, "<VirtualHost")) {
            inside.server = server_of(node, main_server);
        } else if (is_section(node)) {
            inside.is_nested = around.section != NULL;
            inside.section = node;
        }
        collect(lines, node->first_child, inside, main_server);
    }
}

apr_array_header_t *ik_tree_lines(server_rec *main_server, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 64, sizeof(ik_line_t));
    const ik_line_t outermost = { .server = main_server };

    collect(lines, ap_conftree, outermost, main_server);
    return lines;
}

int ik_tree_is(const ik_line_t *line, const char *name)
{
    return !ap_cstr_casecmp(line->node->directive, name);
}

int ik_tree_concerns(const ik_line_t *line, const server_rec *s)
{
    return line->server == s || !line->server->is_virtual;
}

int ik_tree_is_served(const ik_line_t *line, const server_rec *main_server)
{
    const server_rec *s;

    for (s = main_server; s; s = s->next) {
        if (ik_tree_concerns(line, s) && ik_conf_of(s)->enabled)
            return 1;
    }
    return 0;
}

const char *ik_tree_word(const char **rest, apr_pool_t *p)
{
    return ap_getword_conf(p, rest);
}

/* What a <Location> says, and whether it is a regular expression. A section's arguments end with its '>'. */
static const char *location_of(const ik_line_t *line, int *is_regex, apr_pool_t *p)
{
    const char *args, *word;
    int is_match;

    if (!line->section || line->is_nested)
        return NULL;
    is_match = !ap_cstr_casecmp(line->section->directive, "<LocationMatch");
    if (!is_match && ap_cstr_casecmp(line->section->directive, "<Location") != 0)
        return NULL;
    args = apr_pstrmemdup(p, line->section->args, strlen(line->section->args) - (ap_strchr_c(line->section->args, '>') != NULL));
    word = ik_tree_word(&args, p);
    *is_regex = is_match || !strcmp(word, "~");
    return !strcmp(word, "~") ? ik_tree_word(&args, p) : word;
}

const char *ik_tree_location(const ik_line_t *line, apr_pool_t *p)
{
    int is_regex;
    const char *path = location_of(line, &is_regex, p);

    return path && !is_regex && !apr_fnmatch_test(path) ? path : NULL;
}

int ik_tree_is_below(const char *path, const char *prefix)
{
    apr_size_t len = strlen(prefix);

    if (strncmp(path, prefix, len) != 0)
        return 0;
    return !len || prefix[len - 1] == '/' || !path[len] || path[len] == '/';
}

int ik_tree_covers(const ik_line_t *line, const char *path, apr_pool_t *p)
{
    int is_regex;
    const char *said = location_of(line, &is_regex, p);
    ap_regex_t *regex;

    if (!said)
        return 0;
    if (!is_regex)
        return apr_fnmatch_test(said) ? apr_fnmatch(said, path, APR_FNM_PATHNAME) == APR_SUCCESS : ik_tree_is_below(path, said);
    regex = ap_pregcomp(p, said, AP_REG_EXTENDED);
    return regex && ap_regexec(regex, path, 0, NULL, 0) == 0;
}
