/* SPDX-License-Identifier: Apache-2.0 */
/* Finds lines of other modules that get in the way of this one, or that it gets in the way of. */
#ifndef IK_HTTPD_SHADOWS_H
#define IK_HTTPD_SHADOWS_H

#include <httpd.h>

/*
 * Warns of each, with the line it stands in: sections that keep people from an endpoint, lines of ProxyPass or Alias that
 * an endpoint takes the place of, headers and variables that would be taken for an identity, a port without TLS.
 * Not looked at: RewriteRule in a section, <If>, .htaccess. lines: those of ik_tree_lines.
 */
void ik_shadows_find(server_rec *main_server, const apr_array_header_t *lines, apr_pool_t *p);

#endif
