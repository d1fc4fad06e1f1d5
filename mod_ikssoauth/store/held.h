/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed forms that wait for a login: rows (handle, bytes), each taken once. */
#ifndef IK_STORE_HELD_H
#define IK_STORE_HELD_H

#include <apr_time.h>

#include "store/db.h"

/* Keeps text under a new handle until then; at most IK_HELD_ROWS_MAX rows: APR_ENOSPC above. */
#define IK_HELD_ROWS_MAX 10000
apr_status_t ik_store_held_put(ik_db_t *db, const char *handle, const char *text, apr_time_t until, apr_pool_t *p);

/* Removes it and gives its *text, in p: one caller gets it. APR_NOTFOUND, also for one that is too old. */
apr_status_t ik_store_held_take(const char **text, ik_db_t *db, const char *handle, apr_time_t now, apr_pool_t *p);

/* Removes up to limit rows whose time is over; *gone is how many. */
apr_status_t ik_store_held_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

#endif
