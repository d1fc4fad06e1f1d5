/* SPDX-License-Identifier: Apache-2.0 */
/* What is done beside requests, by whichever process has the turn: reading news, and tidying up. */
#ifndef IK_HTTPD_WATCHDOG_H
#define IK_HTTPD_WATCHDOG_H

#include <httpd.h>

/*
 * Has mod_watchdog run the jobs of every backend (ik_backend_t *) in every child, in a thread that ends before the
 * child's pool goes. NULL, or a sentence for the administrator.
 */
const char *ik_watchdog_start(const apr_array_header_t *backends, apr_pool_t *p);

#endif
