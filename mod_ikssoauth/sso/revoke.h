/* SPDX-License-Identifier: Apache-2.0 */
/* Ending sessions before their time (design 4.4): the rows that all machines read, and this machine's table. */
#ifndef IK_SSO_REVOKE_H
#define IK_SSO_REVOKE_H

#include "model/identity.h"
#include "sso/context.h"

/*
 * Ends one session; every session of a user; every session of an account, that began before. Only inside a transaction
 * of db, as part of it; ik_revoke_publish follows its commit. Each takes a position, put into *position if that is not
 * NULL: a session that begins in the same transaction takes it as its own and lives on.
 */
apr_status_t ik_revoke_session(const ik_ctx_t *ctx, ik_db_t *db, const ik_identity_t *identity);
apr_status_t ik_revoke_user(apr_int64_t *position, const ik_ctx_t *ctx, ik_db_t *db, const char *account,
                            const char *email);
apr_status_t ik_revoke_account(const ik_ctx_t *ctx, ik_db_t *db, const char *account);

/*
 * Likewise every session of the account that its identity provider calls by this NameID (in whatever case) and SessionIndex
 * ("": those that came without one), as a LogoutRequest does (Core 3.7.3.2).
 */
apr_status_t ik_revoke_index(const ik_ctx_t *ctx, ik_db_t *db, const char *account, const char *name_id,
                             const char *session_index);

/* The subject of that revocation, for those who look it up: a digest in hexadecimal, in p. NULL without memory. */
const char *ik_revoke_index_subject(const char *name_id, const char *session_index, apr_pool_t *p);

/*
 * After the commit: enters what is new in the database into this machine's table (ctx->revocations; a program without
 * one has none) and rings the database's bell, so that it acts on the very next request of this machine. A problem is
 * logged, not returned: the row is there, and every machine finds it within a second.
 */
void ik_revoke_publish(const ik_ctx_t *ctx, ik_db_t *db);

/*
 * Brings the table up to date with the database: what is new, or everything after a restore. Cheap when nothing is.
 * APR_SUCCESS; or a failure: sessions go on by what the table knows (design decision 6).
 */
apr_status_t ik_revoke_sync(const ik_ctx_t *ctx, ik_db_t *db);

/* On every request of a signed-in user: syncs if the bell has rung since the last time. One stat() otherwise. */
void ik_revoke_listen(const ik_ctx_t *ctx);

#endif
