/* SPDX-License-Identifier: Apache-2.0 */
/* How the files of this room run statements and read rows. For store/ only. */
#ifndef IK_STORE_RUN_H
#define IK_STORE_RUN_H

#include <apr_dbd.h>

#include "store/statements.h"

/* One row of an answer; what is read out of it is a copy. */
typedef struct ik_row_t {
    const apr_dbd_driver_t *driver;
    apr_dbd_row_t *row;
} ik_row_t;

/* The text in that column (from 0), in p; NULL for SQL's NULL. */
const char *ik_row_text(const ik_row_t *row, int column, apr_pool_t *p);

/* The integer in that column; 0 for NULL. */
apr_int64_t ik_row_int(const ik_row_t *row, int column);

/*
 * Runs a statement that changes rows; *rows is how many (rows may be NULL). args: per format of the text in its order,
 * const char * for %s (NULL: SQL's NULL), const apr_int64_t * for %lld. Outside a transaction the change is
 * committed at once, IK_COMMIT_POWER_SAFE.
 */
apr_status_t ik_db_change(ik_db_t *db, ik_sql_t sql, const void **args, int *rows, apr_pool_t *p);

/* Hands each row of the answer to each(arg, row, p), and returns its first error. */
typedef apr_status_t ik_row_each_t(void *arg, const ik_row_t *row, apr_pool_t *p);
apr_status_t ik_db_rows(ik_db_t *db, ik_sql_t sql, const void **args, ik_row_each_t *each, void *arg, apr_pool_t *p);

/* The integer in the first column of an answer of one row, such as a count; *value stays where there is no row. */
apr_status_t ik_db_int(apr_int64_t *value, ik_db_t *db, ik_sql_t sql, const void **args, apr_pool_t *p);

/* Runs a statement that removes rows, given a time and how many of those that were over by then; *gone is how many. */
apr_status_t ik_db_expire(int *gone, ik_db_t *db, ik_sql_t sql, apr_time_t over, int limit, apr_pool_t *p);

/* As ik_db_transaction, IK_COMMIT_POWER_SAFE; joins the transaction that db is in, if it is. */
apr_status_t ik_db_atomically(ik_db_t *db, ik_work_t *work, void *arg, apr_pool_t *p);

/* 1 between begin and commit. */
int ik_db_in_transaction(const ik_db_t *db);

/* Runs one statement of the schema. Only inside a transaction. */
apr_status_t ik_db_define(ik_db_t *db, const char *text);

/* What differs in this database. */
const ik_dialect_t *ik_db_dialect(const ik_db_t *db);

#endif
