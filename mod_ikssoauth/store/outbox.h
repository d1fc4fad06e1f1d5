/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for the audit log that a program without one has left: httpd takes them out and writes them. */
#ifndef IK_STORE_OUTBOX_H
#define IK_STORE_OUTBOX_H

#include <apr_tables.h>

#include "store/db.h"

#define IK_OUTBOX_MAX 10000      /* lines that are kept: where nobody takes them out, the oldest go */

/* Appends a line. */
apr_status_t ik_store_outbox_put(ik_db_t *db, const char *line, apr_pool_t *p);

/* *waits is 1 if there are lines. A look, which takes no lock. */
apr_status_t ik_store_outbox_waits(int *waits, ik_db_t *db, apr_pool_t *p);

/*
 * Removes up to limit lines, in the order in which they were put: const char * in p; one caller of all machines gets
 * each. Within a transaction of the caller they are gone when it commits, and nobody else gets them before.
 */
apr_status_t ik_store_outbox_take(apr_array_header_t **lines, ik_db_t *db, int limit, apr_pool_t *p);

#endif
