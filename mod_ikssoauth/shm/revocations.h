/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The revocations of one database, mirrored in memory that all processes of this machine's server share: what
 * every request of a signed-in user asks, so without SQL, and without a lock on the reading side.
 *
 *     header | bucket 0 | bucket 1 | … | bucket n-1
 *     bucket: slots, and a mark "entries of mine stand further on"
 *     slot:   keyed hash of (kind, account, subject) | position | expires        hash 0: free
 *
 * A slot's hash is written last and cleared first, so a reader that finds its hash before and after reading a
 * slot has read one whole entry. Entries never move. Writers take turns by a process-shared robust mutex; a writer
 * that dies leaves a table that readers and later writers can use.
 */
#ifndef IK_SHM_REVOCATIONS_H
#define IK_SHM_REVOCATIONS_H

#include <apr_pools.h>

#include "model/identity.h"
#include "model/revocation.h"

#define IK_REVOCATIONS_SLOTS (2 * 1024 * 1024)  /* below 64 MiB; pages are only there once touched */

typedef struct ik_revocations_t ik_revocations_t;   /* any process forked after its creation, any thread */

/* What the table says about a session. */
typedef enum {
    IK_REVOKED_NO,
    IK_REVOKED_YES,
    IK_REVOKED_UNKNOWN      /* the database has not been read since the server started: nobody can tell */
} ik_revoked_t;

/* An empty table in shared memory, gone with p. slots is rounded up to whole buckets. APR_SUCCESS, or why not. */
apr_status_t ik_revocations_create(ik_revocations_t **table, apr_size_t slots, apr_pool_t *p);

/*
 * Enters a revocation, or raises position and expires of the one that is there; one that has been over for
 * IK_FORGET_AFTER (model/clock.h) may give its slot.
 * APR_SUCCESS. APR_ENOSPC when no slot is free: then every session with a smaller position is refused, whosoever it
 * is (fail closed, never by forgetting), until the server is started anew; the caller says so in the log.
 */
apr_status_t ik_revocations_enter(ik_revocations_t *table, const ik_revocation_t *revocation, apr_time_t now);

/* Looks up the session, its user, its account and its index. Lock-free and bounded. */
ik_revoked_t ik_revocations_check(const ik_revocations_t *table, const ik_identity_t *identity);

/* Frees the slots whose time has been over for IK_FORGET_AFTER; *gone is how many. Locks for short stretches only. */
apr_status_t ik_revocations_expire(int *gone, ik_revocations_t *table, apr_time_t now);

/* The position up to which the database has been entered; -1 before the first time. */
apr_int64_t ik_revocations_position(const ik_revocations_t *table);

/* Notes that everything up to position has been entered. It only grows. */
void ik_revocations_advance(ik_revocations_t *table, apr_int64_t position);

/* Lowers it to position: an older copy of the database was restored, everything is to be entered again. */
void ik_revocations_rewind(ik_revocations_t *table, apr_int64_t position);

/* The last stamp of the database's bell (store/bell.h) that has been answered, and its setting. */
apr_int64_t ik_revocations_bell(const ik_revocations_t *table);
void ik_revocations_answer(ik_revocations_t *table, apr_int64_t stamp);

/* Entries now in the table, slots of it, and the position below which a full table refuses all (-1: none). */
void ik_revocations_count(const ik_revocations_t *table, apr_size_t *entries, apr_size_t *slots, apr_int64_t *floor);

/*
 * For tests: NULL if every invariant of the structure holds (no entry out of reach of its bucket, none twice, counts
 * right), else which does not. Nobody may write meanwhile.
 */
const char *ik_revocations_validate(const ik_revocations_t *table);

#endif
