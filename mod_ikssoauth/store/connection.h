/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to the database: what db.c opens and run.c uses. For store/ only. */
#ifndef IK_STORE_CONNECTION_H
#define IK_STORE_CONNECTION_H

#include <apr_dbd.h>
#include <apr_file_info.h>
#include <apr_thread_mutex.h>

#include "store/statements.h"

struct ik_db_t {
    apr_pool_t *p;                          /* its own, without a parent: gone when the connection is closed */
    const apr_dbd_driver_t *driver;
    const ik_dialect_t *dialect;
    apr_dbd_t *handle;
    const char *path;                       /* of a database that is a file, else NULL */
    apr_dev_t device;                       /* the file that was there when it was opened, */
    apr_ino_t inode;
    int writable;                           /* and whether it could be written */
    apr_thread_mutex_t *writer;             /* to be held while writing; NULL: no turns to take */
    apr_dbd_prepared_t *prepared[IK_SQL_COUNT];
    ik_commit_t level;                      /* what commits survive at present */
    int in_transaction;
    int failed;                             /* a statement has: the transaction is lost, the connection is not kept */
    const char *problem;
};

/*
 * Opens a connection and sets it up. APR_SUCCESS, or an error with *problem, in p: what the database said.
 * A database file that does not exist is created with mode 0640. A file that is there and may be used, but does not open
 * (see connection.c), is tried again for up to 0.6 s.
 */
apr_status_t ik_connection_open(ik_db_t **db, const apr_dbd_driver_t *driver, const ik_dialect_t *dialect,
                                const char *params, apr_pool_t *p, const char **problem);

void ik_connection_close(ik_db_t *db);

/* 1 if the connection can be used: asks a database that is a server, and looks whether a file is still the same. */
int ik_connection_is_alive(ik_db_t *db);

/* Runs a text that is not prepared, whether it answers with rows or not. */
apr_status_t ik_connection_control(ik_db_t *db, const char *text);

/* Notes that a statement failed. Returns APR_EGENERAL. */
apr_status_t ik_connection_fail(ik_db_t *db, int code);

/* From here on commits survive what level says. Not inside a transaction. */
apr_status_t ik_connection_level(ik_db_t *db, ik_commit_t level);

#endif
