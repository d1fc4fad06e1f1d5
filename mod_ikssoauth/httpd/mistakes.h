/* SPDX-License-Identifier: Apache-2.0 */
/* Finds mistakes that no single directive shows, each with the line it stands in and the sentence that mends it. */
#ifndef IK_HTTPD_MISTAKES_H
#define IK_HTTPD_MISTAKES_H

#include <httpd.h>

/*
 * Logs every mistake: protection where the module is off or nobody is ever signed in, hosts and claims that contradict
 * each other. How many: with one, httpd must not start. lines: those of ik_tree_lines.
 */
int ik_mistakes_find(server_rec *main_server, const apr_array_header_t *lines, apr_pool_t *p);

#endif
