/* SPDX-License-Identifier: Apache-2.0 */
/* Opens, sets up, tests and closes one connection to the database. */
#include <apr_file_io.h>
#include <apr_strings.h>
#include <unistd.h>

#include "store/connection.h"

#define FIRST_PAUSE apr_time_from_msec(5)
#define LAST_PAUSE apr_time_from_msec(320)      /* each is twice as long as the one before */
#define PATIENCE apr_time_from_msec(640)        /* who has waited for another's lock that long does not do so again */

/* SQLite would create it readable for everyone; it keeps -wal and -shm in the mode and with the owner of this file. */
static apr_status_t create_file(const char *path, apr_pool_t *p)
{
    const apr_fileperms_t mode = APR_UREAD | APR_UWRITE | APR_GREAD;
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_WRITE, mode, p);

    if (APR_STATUS_IS_EEXIST(rv))
        return APR_SUCCESS;
    return rv ? rv : apr_file_close(file);
}

/* The first line of what the database said: PostgreSQL adds hints on lines of their own. */
static const char *first_line(apr_pool_t *p, const char *said)
{
    return said ? apr_pstrmemdup(p, said, strcspn(said, "\r\n")) : "it did not say why";
}

/* Before it is opened: if it is replaced meanwhile, is_same_file notices. */
static void remember_file(ik_db_t *db, const char *path)
{
    apr_finfo_t found = { 0 };

    db->path = path;
    if (apr_stat(&found, path, APR_FINFO_IDENT, db->p) == APR_SUCCESS) {
        db->device = found.device;
        db->inode = found.inode;
    }
    db->writable = access(path, W_OK) == 0;
}

/*
 * 0 if the file was put aside or replaced, as a restore does: what is written into it now would be lost. And SQLite does
 * not find out by itself that a file may be written again, so a connection from before would go on failing.
 */
static int is_same_file(const ik_db_t *db)
{
    apr_finfo_t found = { 0 };

    return apr_stat(&found, db->path, APR_FINFO_IDENT, db->p) == APR_SUCCESS && found.device == db->device
           && found.inode == db->inode && (db->writable || access(db->path, W_OK) != 0);
}

static apr_status_t connect_db(ik_db_t *db, const char *params, apr_pool_t *p, const char **problem)
{
    const char *said = NULL;
    apr_status_t rv = db->dialect->is_file ? create_file(params, db->p) : APR_SUCCESS;
    char text[200];

    if (rv != APR_SUCCESS) {
        *problem = apr_pstrdup(p, apr_strerror(rv, text, sizeof(text)));
        return rv;
    }
    if (db->dialect->is_file)
        remember_file(db, params);
    rv = apr_dbd_open_ex(db->driver, db->p, params, &db->handle, &said);
    if (rv != APR_SUCCESS)
        *problem = first_line(p, said);
    return rv;
}

static apr_status_t set_up(ik_db_t *db)
{
    for (const char *const *text = db->dialect->setup; *text; text++)
        if (ik_connection_control(db, *text) != APR_SUCCESS)
            return APR_EGENERAL;
    return db->dialect->level[db->level] ? ik_connection_control(db, db->dialect->level[db->level]) : APR_SUCCESS;
}

/*
 * Where root has just made the -wal or -shm of a database that is somebody else's, SQLite gives it to them a moment later:
 * who opens the database in between is denied, though nothing is wrong. On a busy machine that moment may be long.
 */
static apr_status_t set_up_in_time(ik_db_t *db)
{
    const apr_time_t begun = apr_time_now();
    apr_status_t rv = set_up(db);
    apr_interval_time_t pause = FIRST_PAUSE;

    for (; rv != APR_SUCCESS && pause <= LAST_PAUSE && apr_time_now() - begun < PATIENCE; pause *= 2) {
        if (!db->path || access(db->path, R_OK | W_OK) != 0)
            break;
        apr_sleep(pause);
        rv = set_up(db);
    }
    return rv;
}

apr_status_t ik_connection_open(ik_db_t **db, const apr_dbd_driver_t *driver, const ik_dialect_t *dialect,
                                const char *params, apr_pool_t *p, const char **problem)
{
    apr_pool_t *own;
    apr_status_t rv = apr_pool_create(&own, NULL);

    *problem = "out of memory";
    if (rv != APR_SUCCESS)
        return rv;
    *db = apr_pcalloc(own, sizeof(**db));
    **db = (ik_db_t){ .p = own, .driver = driver, .dialect = dialect, .level = IK_COMMIT_POWER_SAFE, .problem = "" };
    rv = connect_db(*db, params, p, problem);
    if (rv != APR_SUCCESS) {
        apr_pool_destroy(own);
        return rv;
    }
    rv = set_up_in_time(*db);
    if (rv != APR_SUCCESS) {
        *problem = apr_pstrdup(p, (*db)->problem);
        ik_connection_close(*db);
    }
    return rv;
}

void ik_connection_close(ik_db_t *db)
{
    apr_dbd_close(db->driver, db->handle);
    apr_pool_destroy(db->p);
}

int ik_connection_is_alive(ik_db_t *db)
{
    if (db->path)
        return is_same_file(db);
    /* However short the pause was: a server that was restarted since must not cost anybody a login. */
    return !db->dialect->ping || ik_connection_control(db, db->dialect->ping) == APR_SUCCESS;
}

apr_status_t ik_connection_control(ik_db_t *db, const char *text)
{
    apr_dbd_results_t *answer = NULL;
    apr_dbd_row_t *row = NULL;
    apr_pool_t *scratch;
    apr_status_t rv = apr_pool_create(&scratch, db->p);
    int code;

    if (rv != APR_SUCCESS)
        return rv;
    /* A select reads the answer, if there is one, to its end; apr_dbd_query would take a PRAGMA's row for an error. */
    code = apr_dbd_select(db->driver, scratch, db->handle, &answer, text, 1);
    while (code == 0 && apr_dbd_get_row(db->driver, scratch, answer, &row, -1) == 0)
        continue;
    rv = code == 0 ? APR_SUCCESS : ik_connection_fail(db, code);
    apr_pool_destroy(scratch);
    return rv;
}

apr_status_t ik_connection_fail(ik_db_t *db, int code)
{
    const char *said = apr_dbd_error(db->driver, db->handle, code);

    if (!db->failed)
        db->problem = first_line(db->p, said);
    db->failed = 1;
    return APR_EGENERAL;
}

apr_status_t ik_connection_level(ik_db_t *db, ik_commit_t level)
{
    apr_status_t rv;

    if (db->level == level || !db->dialect->level[level])
        return APR_SUCCESS;
    rv = ik_connection_control(db, db->dialect->level[level]);
    if (rv == APR_SUCCESS)
        db->level = level;
    return rv;
}
