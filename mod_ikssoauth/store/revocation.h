/* SPDX-License-Identifier: Apache-2.0 */
/* Revocations in the database: what all machines have to know. */
#ifndef IK_STORE_REVOCATION_H
#define IK_STORE_REVOCATION_H

#include "model/revocation.h"
#include "store/db.h"

/*
 * Writes a revocation (raising position and expires of the same kind, account and subject if there is one) and
 * sets its position, the next one: taken by updating one row in the same transaction, so that positions appear in
 * the order of commits and a reader that has seen one has seen all before it. For a user or account it sets expires too:
 * the longest lifetime after that position, which other than this machine's clock never goes back. Only inside a
 * transaction, which is to be power-safe (design decision 7) where somebody is told that a session has ended.
 */
apr_status_t ik_store_revocation_add(ik_revocation_t *revocation, ik_db_t *db, apr_time_t now, apr_pool_t *p);

/* The last position taken. */
apr_status_t ik_store_revocation_position(apr_int64_t *position, ik_db_t *db, apr_pool_t *p);

/*
 * The revocations after a position that are not to be forgotten yet (see below), in order of position, handed to
 * each(arg, revocation) one by one, in pages, however many there are; stops when it returns an error.
 */
typedef apr_status_t ik_revocation_each_t(void *arg, const ik_revocation_t *revocation);
apr_status_t ik_store_revocation_each(ik_db_t *db, apr_int64_t after, apr_time_t now, ik_revocation_each_t *each,
                                      void *arg, apr_pool_t *p);

/* Forgets up to limit revocations whose time has been over for IK_FORGET_AFTER (model/clock.h); *gone is how many. */
apr_status_t ik_store_revocation_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

#endif
