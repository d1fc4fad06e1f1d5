/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to the database. SQL texts are in statements.c and schema_steps.c, and only there. */
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
 * Call it before threads start. A store belongs to the process that opened it: after a fork it gives no connection.
 */
apr_status_t ik_store_open(ik_store_t **store, const char *spec, int max, apr_pool_t *p, const char **problem);

/*
 * For a process that is about to end while somebody may be using the store: perhaps this very thread, interrupted by
 * the signal whose handler calls this. From now on nothing is given back or closed, and so no lock is waited for.
 */
void ik_store_leave(ik_store_t *store);

/* 0 if the database is a file that does not exist (the first connection then creates it, mode 0640), else 1. */
int ik_store_exists(const ik_store_t *store, apr_pool_t *p);

/* The path of a database that is a file; else NULL. */
const char *ik_store_path(const ik_store_t *store);

/* Why a connection could not be opened the last time, as the database said it, in p; "" if that never happened. */
const char *ik_store_problem(ik_store_t *store, apr_pool_t *p);

/*
 * A connection of the store, given back when p goes, which must be before the store does. An error means that the
 * database cannot be reached: a failure, 503. While a server does not answer those who open one, one caller per second
 * tries again and has to wait; all who come meanwhile and need a new one are told so at once.
 */
apr_status_t ik_store_acquire(ik_db_t **db, ik_store_t *store, apr_pool_t *p);

/*
 * Everything work(db, arg, p) does becomes one transaction: committed if it returns APR_SUCCESS, rolled back
 * otherwise, and its status returned (or the commit's). A statement that fails rolls it back even if work
 * returns APR_SUCCESS. Transactions do not nest: APR_EINVAL. On SQLite the threads of a process take turns, so
 * work does nothing slow.
 */
typedef apr_status_t ik_work_t(ik_db_t *db, void *arg, apr_pool_t *p);
apr_status_t ik_db_transaction(ik_db_t *db, ik_commit_t commit, ik_work_t *work, void *arg, apr_pool_t *p);

/* What the database said about the statement that failed, valid as long as db; "" if none has. For the log. */
const char *ik_db_problem(const ik_db_t *db);

#endif
