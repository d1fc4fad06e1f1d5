/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for the audit log that a program without one has left: httpd takes them out and writes them. */
#ifndef IK_STORE_OUTBOX_H
#define IK_STORE_OUTBOX_H

#include <apr_tables.h>

#include "store/db.h"

/* Appends a line. */
apr_status_t ik_store_outbox_put(ik_db_t *db, const char *line, apr_pool_t *p);

/*
 * Removes up to limit lines, in the order in which they were put: const char * in p; one caller of all machines gets
 * each. Within a transaction of the caller they are gone when it commits, and nobody else gets them before.
 */
apr_status_t ik_store_outbox_take(apr_array_header_t **lines, ik_db_t *db, int limit, apr_pool_t *p);

#endif
