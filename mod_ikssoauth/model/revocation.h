/* SPDX-License-Identifier: Apache-2.0 */
/* A revocation: which sessions are over before their time. */
#ifndef IK_MODEL_REVOCATION_H
#define IK_MODEL_REVOCATION_H

#include <apr_time.h>

/* How far a revocation reaches. The numbers are stored. */
typedef enum { IK_REVOKE_SESSION = 1, IK_REVOKE_USER = 2, IK_REVOKE_ACCOUNT = 3, IK_REVOKE_INDEX = 4 } ik_revocation_kind_t;

/* No session lives longer, whatever is configured: what a revocation of a user or account has to outlive. */
#define IK_SESSION_LIFETIME_MAX apr_time_from_sec(30 * 24 * 3600)

/*
 * Every revocation takes the next position in its database's order of commits, and every session carries the position
 * that was the last when it began. So which came first is never a question of clocks: a revocation ends the sessions
 * with a smaller position than its own. Positions are at least the time (apr_time_t) at which they were taken, so that
 * they go on growing after an older copy of the database was restored.
 */
typedef struct ik_revocation_t {
    ik_revocation_kind_t kind;
    const char *account;
    const char *subject;        /* id of the session, e-mail of the user, "" for the account, a digest (ik_revoke_index) for an index */
    apr_int64_t position;       /* set by the store */
    apr_time_t expires;         /* when the last of those sessions has ended by itself; set by the store but for a session */
} ik_revocation_t;

#endif
