/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a database small: who tidies up, and how large it is. */
#ifndef IK_STORE_UPKEEP_H
#define IK_STORE_UPKEEP_H

#include <apr_time.h>

#include "store/db.h"

/*
 * *mine is 1 if this caller is to keep house now: of all machines of the database, one per interval (microseconds).
 * A holder that dies is followed by another after the interval.
 */
apr_status_t ik_store_upkeep_take(int *mine, ik_db_t *db, apr_time_t now, apr_time_t interval, apr_pool_t *p);

/* When somebody took that turn last; 0: nobody has. */
apr_status_t ik_store_upkeep_last(apr_time_t *last, ik_db_t *db, apr_pool_t *p);

typedef struct ik_sizes_t {
    apr_int64_t accounts, users, assertions, revocations, held;     /* rows */
    apr_int64_t bytes;                                      /* of the whole database, as it stands on the disk */
} ik_sizes_t;

apr_status_t ik_store_sizes(ik_sizes_t *sizes, ik_db_t *db, apr_pool_t *p);

#endif
