/* SPDX-License-Identifier: Apache-2.0 */
/* What happens once: when the configuration has been read, when the server starts, when a child starts. */
#ifndef IK_HTTPD_SETUP_H
#define IK_HTTPD_SETUP_H

#include <httpd.h>

/* Hooks. */
int ik_setup_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s);
int ik_setup_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s);
void ik_setup_child(apr_pool_t *pchild, server_rec *s);

#endif
