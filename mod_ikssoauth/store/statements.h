/* SPDX-License-Identifier: Apache-2.0 */
/* Every SQL text of the program, as rows of tables: statements, steps of the schema, what differs between databases. */
#ifndef IK_STORE_STATEMENTS_H
#define IK_STORE_STATEMENTS_H

#include "store/db.h"

typedef enum {
    IK_SQL_SCHEMA_LOCK, IK_SQL_SCHEMA_FIND, IK_SQL_SCHEMA_GET, IK_SQL_SCHEMA_SET,
    IK_SQL_VERSION_NEXT, IK_SQL_VERSION_GET,
    IK_SQL_ACCOUNT_GET, IK_SQL_ACCOUNT_BY_ENTITY_ID, IK_SQL_ACCOUNT_BY_IDP, IK_SQL_ACCOUNT_BY_DOMAIN,
    IK_SQL_ACCOUNT_BY_USER, IK_SQL_ACCOUNT_PAGE,
    IK_SQL_ACCOUNT_HOLD, IK_SQL_ACCOUNT_INSERT, IK_SQL_ACCOUNT_UPDATE, IK_SQL_ACCOUNT_DELETE,
    IK_SQL_USER_GET, IK_SQL_USER_PAGE, IK_SQL_USER_AFTER, IK_SQL_USER_BEFORE, IK_SQL_USER_COUNT, IK_SQL_USER_MATCHES,
    IK_SQL_USER_SAVE, IK_SQL_USER_RECEIVED, IK_SQL_USER_ENABLE, IK_SQL_USER_DELETE,
    IK_SQL_DOMAIN_ADD, IK_SQL_DOMAIN_REMOVE, IK_SQL_DOMAIN_FORGET,
    IK_SQL_HELD_PUT, IK_SQL_HELD_GET, IK_SQL_HELD_DELETE, IK_SQL_HELD_COUNT, IK_SQL_HELD_EXPIRE,
    IK_SQL_REPLAY_USE, IK_SQL_REPLAY_USED, IK_SQL_REPLAY_EXPIRE,
    IK_SQL_REVOCATION_NEXT, IK_SQL_REVOCATION_POSITION, IK_SQL_REVOCATION_SAVE, IK_SQL_REVOCATION_PAGE,
    IK_SQL_REVOCATION_EXPIRE,
    IK_SQL_DRAFT_TRIM, IK_SQL_DRAFT_PUT, IK_SQL_DRAFT_GET, IK_SQL_DRAFT_TESTED, IK_SQL_DRAFT_FINISH,
    IK_SQL_DRAFT_STATE, IK_SQL_DRAFT_EXPIRE,
    IK_SQL_PREVIOUS_PUT, IK_SQL_PREVIOUS_GET, IK_SQL_PREVIOUS_FORGET,
    IK_SQL_INVITE_OPEN, IK_SQL_INVITE_PUT, IK_SQL_INVITE_GET, IK_SQL_INVITE_USE, IK_SQL_INVITE_LIST,
    IK_SQL_INVITE_REVOKE, IK_SQL_INVITE_REVOKE_ALL, IK_SQL_INVITE_REVOKE_AUTHOR, IK_SQL_INVITE_REVOKE_USED,
    IK_SQL_INVITE_EXPIRE,
    IK_SQL_HOST_PUT, IK_SQL_HOST_SEEN, IK_SQL_HOST_LIST,
    IK_SQL_TRACE_PUT, IK_SQL_TRACE_GET, IK_SQL_TRACE_LIST, IK_SQL_TRACE_COUNT, IK_SQL_TRACE_COUNT_ALL,
    IK_SQL_TRACE_TRIM, IK_SQL_TRACE_TRIM_ALL, IK_SQL_TRACE_EXPIRE, IK_SQL_TRACE_FORGET,
    IK_SQL_SOURCE_PUT, IK_SQL_SOURCE_GET, IK_SQL_SOURCE_FORGET, IK_SQL_SOURCE_DUE, IK_SQL_SOURCE_TAKE,
    IK_SQL_OUTBOX_PUT, IK_SQL_OUTBOX_BOUND, IK_SQL_OUTBOX_WAITS, IK_SQL_OUTBOX_LIST, IK_SQL_OUTBOX_DELETE,
    IK_SQL_VERIFIED_PUT, IK_SQL_VERIFIED_GET, IK_SQL_WARNED_PUT, IK_SQL_WARNED_EXPIRE,
    IK_SQL_CERTIFICATE_ADD, IK_SQL_CERTIFICATE_FORGET, IK_SQL_CERTIFICATE_ENDING, IK_SQL_CERTIFICATE_UNKNOWN,
    IK_SQL_CERTIFICATES_LOOKED, IK_SQL_CERTIFICATES_LOOK,
    IK_SQL_UPKEEP_TAKE, IK_SQL_UPKEEP_LAST, IK_SQL_UPKEEP_SIZES,
    IK_SQL_COUNT
} ik_sql_t;

/* What one kind of database needs that another does not. */
typedef struct ik_dialect_t {
    const char *driver;             /* apr_dbd's name of it */
    const char *package;            /* Debian's package with the driver */
    int is_file;                    /* 1: what follows the driver's name is the path of a file */
    int one_writer;                 /* 1: threads of a process must take turns in writing (db.c says why) */
    int stale;                      /* the driver's code for a statement older than the schema; 0: it has none */
    const char *const *setup;       /* run on every new connection; ends with NULL */
    const char *level[2];           /* run before begin, by ik_commit_t; NULL: every commit survives everything */
    const char *begin, *commit, *rollback;
    const char *ping;               /* asked of a connection before it is used again; NULL: it cannot be lost */
} ik_dialect_t;

/* The dialect of that driver, or NULL. */
const ik_dialect_t *ik_dialect_find(const char *driver);

/* The name under which a statement is prepared, and its text with apr_dbd's formats: %s text, %lld 64-bit integer. */
const char *ik_sql_label(ik_sql_t sql);
const char *ik_sql_text(ik_sql_t sql, const ik_dialect_t *dialect);

/* One statement on the way to a version of the schema; rows are in the order they run. The last has version 0. */
typedef struct ik_schema_step_t {
    int version;
    const char *driver;             /* NULL: every driver */
    const char *text;
} ik_schema_step_t;

extern const ik_schema_step_t ik_schema_steps[];

#endif
