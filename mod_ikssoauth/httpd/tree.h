/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration as it is written: every line with its server and its section, for what no single directive can see. */
#ifndef IK_HTTPD_TREE_H
#define IK_HTTPD_TREE_H

#include <httpd.h>
#include <http_config.h>

typedef struct ik_line_t {
    const ap_directive_t *node;
    const server_rec *server;           /* the virtual host it stands in, or the main server */
    const ap_directive_t *section;      /* the innermost <Location>, <Directory>, <Files>, <If> … around it, or NULL */
    int is_nested;                      /* that section stands in another one */
    const char *where;                  /* "file:line" */
} ik_line_t;

/* All lines, in order: an array of ik_line_t in p. Only in a hook that runs before the tree is gone (check_config). */
apr_array_header_t *ik_tree_lines(server_rec *main_server, apr_pool_t *p);

/* 1 if the line is a directive of that name. */
int ik_tree_is(const ik_line_t *line, const char *name);

/* 1 if a line holds in that server: it stands there, or in the main server. */
int ik_tree_concerns(const ik_line_t *line, const server_rec *s);

/* 1 if a line holds in a server where IkSSO is On: what stands outside of hosts may be meant for any of them. */
int ik_tree_is_served(const ik_line_t *line, const server_rec *main_server);

/* The next word of a line's arguments, quotes removed, in p; "" if there is none. *rest begins as node->args. */
const char *ik_tree_word(const char **rest, apr_pool_t *p);

/* The path of a <Location> that is a path: no pattern, not nested. NULL otherwise. */
const char *ik_tree_location(const ik_line_t *line, apr_pool_t *p);

/* 1 if the section of the line is a <Location> or <LocationMatch>, not nested, that holds for the path of a URL. */
int ik_tree_covers(const ik_line_t *line, const char *path, apr_pool_t *p);

/* 1 if path is at or below prefix, as <Location> counts it. */
int ik_tree_is_below(const char *path, const char *prefix);

#endif
