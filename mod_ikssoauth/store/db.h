/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to the database. SQL texts are in statements.c, and only there. */
#ifndef IK_STORE_DB_H
#define IK_STORE_DB_H

#include <apr_pools.h>

typedef struct ik_store_t ik_store_t;   /* a database and a pool of connections to it; any thread */
typedef struct ik_db_t ik_db_t;         /* one connection; one thread at a time */

/* How much a commit must survive: the crash of a process, or the loss of power too (design decision 7). */
typedef enum { IK_COMMIT_CRASH_SAFE, IK_COMMIT_POWER_SAFE } ik_commit_t;

/*
 * Prepares a store for spec ("sqlite3:PATH" or "pgsql:CONNINFO"), with at most max connections, opened when first
 * needed. APR_SUCCESS with *store (closed with p), or an error and *problem: a sentence for the administrator.
 */
apr_status_t ik_store_open(ik_store_t **store, const char *spec, int max, apr_pool_t *p, const char **problem);

/* A connection of the store, given back when p goes. An error means that the database cannot be reached: a failure, 503. */
apr_status_t ik_store_acquire(ik_db_t **db, ik_store_t *store, apr_pool_t *p);

/*
 * Everything work(db, arg, p) does becomes one transaction: committed if it returns APR_SUCCESS, rolled back
 * otherwise, and its status returned (or the commit's).
 */
typedef apr_status_t ik_work_t(ik_db_t *db, void *arg, apr_pool_t *p);
apr_status_t ik_db_transaction(ik_db_t *db, ik_commit_t commit, ik_work_t *work, void *arg, apr_pool_t *p);

#endif
