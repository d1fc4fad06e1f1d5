/* SPDX-License-Identifier: Apache-2.0 */
/* The version of the tables, and the steps from one to the next. */
#ifndef IK_STORE_SCHEMA_H
#define IK_STORE_SCHEMA_H

#include "store/db.h"

#define IK_SCHEMA_VERSION 6

/*
 * Creates the tables, or upgrades them to IK_SCHEMA_VERSION, in one transaction. APR_SUCCESS, with *from the
 * version found (0: none) if from is not NULL; an error with *problem. A database newer than this program is an error.
 */
apr_status_t ik_schema_upgrade(int *from, ik_db_t *db, apr_pool_t *p, const char **problem);

/* APR_SUCCESS if the database has exactly IK_SCHEMA_VERSION; else an error and *problem, a sentence with the fix. */
apr_status_t ik_schema_check(ik_db_t *db, apr_pool_t *p, const char **problem);

/* APR_SUCCESS if ik_schema_upgrade has nothing to say against the database, which is only read; else as ik_schema_check. */
apr_status_t ik_schema_can_upgrade(ik_db_t *db, apr_pool_t *p, const char **problem);

#endif
