/* SPDX-License-Identifier: Apache-2.0 */
/* What is done beside requests, by whichever process has the turn: reading news, and tidying up. */
#ifndef IK_HTTPD_WATCHDOG_H
#define IK_HTTPD_WATCHDOG_H

#include <httpd.h>

typedef struct ik_watchdog_t ik_watchdog_t;

/*
 * Has mod_watchdog run the jobs of every backend (ik_backend_t *) in every child. NULL with *watchdog, or a sentence
 * for the administrator.
 */
const char *ik_watchdog_start(ik_watchdog_t **watchdog, const apr_array_header_t *backends, apr_pool_t *p);

/*
 * In a child: no job is under way when the cleanups of its pool run, and none begins any more. mod_watchdog's thread is
 * bound to another pool, and would go on with connections that are closed.
 */
void ik_watchdog_end_with(ik_watchdog_t *watchdog, apr_pool_t *pchild);

#endif
