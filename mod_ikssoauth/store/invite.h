/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations in the database: rows named by a digest, since who reads the database must not be able to use them. */
#ifndef IK_STORE_INVITE_H
#define IK_STORE_INVITE_H

#include <apr_tables.h>

#include "model/invite.h"
#include "store/db.h"

#define IK_INVITE_KEPT apr_time_from_sec(30 * 24 * 3600)    /* after its end, so that an old link can say what it is */
#define IK_INVITES_MAX 20       /* of one account that are open; APR_ENOSPC above */

/* Only inside a transaction (else APR_EINVAL) that holds the account. One that comes as used already needs no room. */
apr_status_t ik_store_invite_put(const ik_invite_t *invite, ik_db_t *db, apr_time_t now, apr_pool_t *p);

/* APR_NOTFOUND. */
apr_status_t ik_store_invite_get(ik_invite_t **invite, ik_db_t *db, const char *id, apr_pool_t *p);

/* Marks it as used now: one caller gets APR_SUCCESS. APR_NOTFOUND if it is not there, used, revoked or expired. */
apr_status_t ik_store_invite_use(ik_db_t *db, const char *id, apr_time_t now, apr_pool_t *p);

/*
 * Those of the account that can still do something: open, or used within the lifetime of a guest (microseconds), and
 * not revoked. An array of ik_invite_t * in p, the newest first; at most 100.
 */
apr_status_t ik_store_invite_list(apr_array_header_t **invites, ik_db_t *db, const char *account, apr_time_t now,
                                  apr_time_t guest, apr_pool_t *p);

/* Revokes the invitation of that id, or all that are not revoked (NULL); *count is how many. Only of that account. */
apr_status_t ik_store_invite_revoke(int *count, ik_db_t *db, const char *account, const char *id, apr_time_t now,
                                    apr_pool_t *p);

/* Revokes those that an administrator has made, and what they opened; those of the account that have opened something. */
apr_status_t ik_store_invite_revoke_author(ik_db_t *db, const char *account, const char *author, apr_time_t now,
                                           apr_pool_t *p);
apr_status_t ik_store_invite_revoke_used(ik_db_t *db, const char *account, apr_time_t now, apr_pool_t *p);

/* Removes up to limit invitations that have been over for IK_INVITE_KEPT; *gone is how many. */
apr_status_t ik_store_invite_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

#endif
