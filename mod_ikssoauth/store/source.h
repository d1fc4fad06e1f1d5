/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of metadata in the database, and whose turn it is to fetch. */
#ifndef IK_STORE_SOURCE_H
#define IK_STORE_SOURCE_H

#include <apr_tables.h>

#include "model/source.h"
#include "store/db.h"

/* Inserts or replaces the source of an account. */
apr_status_t ik_store_source_put(const ik_source_t *source, ik_db_t *db, apr_pool_t *p);

/* APR_NOTFOUND. The cause of what is read is the failure where none was put. */
apr_status_t ik_store_source_get(ik_source_t **source, ik_db_t *db, const char *account, apr_pool_t *p);

/* APR_SUCCESS also if there is none. */
apr_status_t ik_store_source_forget(ik_db_t *db, const char *account, apr_pool_t *p);

/* Up to limit sources whose time has come, the longest overdue first: ik_source_t * in p. */
apr_status_t ik_store_source_due(apr_array_header_t **sources, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

/*
 * Takes the turn to fetch: moves next from what it was to until, if nobody else of all machines has; APR_NOTFOUND
 * otherwise. Who dies meanwhile is followed by another after until.
 */
apr_status_t ik_store_source_take(ik_db_t *db, const ik_source_t *source, apr_time_t until, apr_pool_t *p);

#endif
