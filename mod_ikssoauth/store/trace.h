/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of refused logins in the database. */
#ifndef IK_STORE_TRACE_H
#define IK_STORE_TRACE_H

#include <apr_tables.h>

#include "model/trace.h"
#include "store/db.h"

/* Keeps one. APR_EEXIST: there is one of that id. An account that is not there is written as it is named. */
apr_status_t ik_store_trace_put(const ik_trace_t *trace, ik_db_t *db, apr_pool_t *p);

/* APR_NOTFOUND. */
apr_status_t ik_store_trace_get(ik_trace_t **trace, ik_db_t *db, const char *id, apr_pool_t *p);

/* The newest of an account ("": of none) before a time (0: all): ik_trace_t * in p. */
apr_status_t ik_store_trace_list(apr_array_header_t **traces, ik_db_t *db, const char *account, apr_time_t before,
                                 int limit, apr_pool_t *p);

/*
 * Removes of an account's what is beyond max; *gone is how many. Those that were not verified go first, the oldest of
 * them first, down to a fifth of max; then the oldest of those that were.
 */
apr_status_t ik_store_trace_bound(int *gone, ik_db_t *db, const char *account, int max, apr_pool_t *p);

/* Removes up to limit of what is beyond max in all, in the same order; and of those before a time, the oldest first. */
apr_status_t ik_store_trace_bound_all(int *gone, ik_db_t *db, int max, int limit, apr_pool_t *p);
apr_status_t ik_store_trace_expire(int *gone, ik_db_t *db, apr_time_t before, int limit, apr_pool_t *p);

#endif
