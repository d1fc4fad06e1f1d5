/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fresh database for one test, in a directory (SQLite) or schema (PostgreSQL) of its own. Tests run on SQLite; on
 * PostgreSQL if IK_TEST_PGSQL holds the CONNINFO of a database they may create schemas in (tools/check-postgresql).
 */
#ifndef IK_TEST_DATABASE_H
#define IK_TEST_DATABASE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <apr_pools.h>

#include "store/db.h"

typedef struct database_t {
    apr_pool_t *p;
    const char *driver;
    const char *directory;
    const char *path;       /* of the SQLite file */
    const char *spec;
    ik_store_t *store;
    ik_db_t *db;            /* with the tables of this program, unless it is empty_database */
} database_t;

/* cmocka's setup and teardown; *state is a database_t. */
int fresh_database(void **state);
int empty_database(void **state);
int two_accounts(void **state);     /* fresh, with the accounts acme and globex */
int drop_database(void **state);

/* Runs SQL (statements separated by ';') on a connection of its own, past the store. Fails the test unless it works. */
void run_sql(const database_t *database, const char *sql);

/* The same, but it may fail. */
apr_status_t try_sql(const database_t *database, const char *sql);

/* The one integer that SQL answers with. */
apr_int64_t ask_sql(const database_t *database, const char *sql);

/*
 * Does work on a connection each of many processes at the same time, and returns for how many it was APR_SUCCESS. Fails
 * the test unless it was lost (a status) for all others.
 */
int race(const database_t *database, ik_work_t *work, void *arg, apr_status_t lost);

/* Connections of the store that are not used yet: one on which a statement has failed is not used again. */
void acquire_fresh(ik_db_t **dbs, int count, const database_t *database);

/* A store on the same database. */
ik_store_t *open_store(const char *spec, int max, apr_pool_t *p);

/* Runs the group on the database of this run. Returns the number of failures. */
#define run_on_databases(tests) cmocka_run_group_tests_name(tested_driver(), tests, NULL, NULL)

/* "pgsql" if IK_TEST_PGSQL is there, else "sqlite3". */
const char *tested_driver(void);

#endif
