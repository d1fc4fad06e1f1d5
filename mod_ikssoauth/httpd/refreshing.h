/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches metadata whose time has come, beside requests. */
#ifndef IK_HTTPD_REFRESHING_H
#define IK_HTTPD_REFRESHING_H

#include "httpd/backend.h"

/*
 * Fetches one source of the database, if one is due, and logs what came of it. APR_SUCCESS, whatever that was; or a failure
 * of the database, with *problem. Gives up within about a second once the process is about to end.
 */
apr_status_t ik_refreshing(const char **problem, ik_backend_t *backend, const ik_ctx_t *ctx);

#endif
