/* SPDX-License-Identifier: Apache-2.0 */
/* Which assertions have been used: each is good for one login (R11). */
#ifndef IK_STORE_REPLAY_H
#define IK_STORE_REPLAY_H

#include <apr_time.h>

#include "store/db.h"

/* SHA-256 over both, in hexadecimal, so that no two pairs meet. In p; NULL if OpenSSL fails. */
const char *ik_store_digest(const char *issuer, const char *id, apr_pool_t *p);

/*
 * Marks the assertion as used; one INSERT under a unique key decides, on every machine of the database.
 * APR_SUCCESS if this call was the first; APR_EEXIST if it has been used before. Kept until the given
 * time at least. Only a digest of issuer and id is stored.
 */
apr_status_t ik_store_replay_use(ik_db_t *db, const char *issuer, const char *id, apr_time_t until, apr_pool_t *p);

/* *used is 1 if it is marked. Marks nothing: to explain, never to decide. */
apr_status_t ik_store_replay_used(int *used, ik_db_t *db, const char *issuer, const char *id, apr_pool_t *p);

/* Forgets up to limit marks whose time has been over for IK_FORGET_AFTER (model/clock.h); *gone is how many. */
apr_status_t ik_store_replay_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

#endif
