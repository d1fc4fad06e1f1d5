/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps invitations. */
#include "store/invite.h"

#include "store/run.h"

static ik_invite_t *read_invite(const ik_row_t *row, apr_pool_t *p)
{
    ik_invite_t *invite = apr_pcalloc(p, sizeof(*invite));

    invite->id = ik_row_text(row, 0, p);
    invite->account = ik_row_text(row, 1, p);
    invite->author = ik_row_text(row, 2, p);
    invite->made = ik_row_int(row, 3);
    invite->expires = ik_row_int(row, 4);
    invite->used = ik_row_int(row, 5);
    invite->revoked = ik_row_int(row, 6);
    return invite;
}

static apr_status_t take_invite(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(ik_invite_t **)arg = read_invite(row, p);
    return APR_SUCCESS;
}

static apr_status_t push_invite(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    APR_ARRAY_PUSH((apr_array_header_t *)arg, ik_invite_t *) = read_invite(row, p);
    return APR_SUCCESS;
}

/* APR_ENOSPC if the account cannot have another one that is open. */
static apr_status_t check_room(ik_db_t *db, const char *account, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t time = now;
    const void *args[] = { account, &time };
    apr_int64_t open = 0;
    apr_status_t rv = ik_db_int(&open, db, IK_SQL_INVITE_OPEN, args, p);

    return rv == APR_SUCCESS && open >= IK_INVITES_MAX ? APR_ENOSPC : rv;
}

apr_status_t ik_store_invite_put(const ik_invite_t *invite, ik_db_t *db, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t made = invite->made, expires = invite->expires, used = invite->used, revoked = invite->revoked;
    const void *args[] = { invite->id, invite->account, invite->author, &made, &expires, &used, &revoked };
    apr_status_t rv = ik_db_in_transaction(db) ? APR_SUCCESS : APR_EINVAL;

    if (rv == APR_SUCCESS && used == 0)
        rv = check_room(db, invite->account, now, p);
    return rv == APR_SUCCESS ? ik_db_change(db, IK_SQL_INVITE_PUT, args, NULL, p) : rv;
}

apr_status_t ik_store_invite_get(ik_invite_t **invite, ik_db_t *db, const char *id, apr_pool_t *p)
{
    const void *args[] = { id };
    apr_status_t rv;

    *invite = NULL;
    rv = ik_db_rows(db, IK_SQL_INVITE_GET, args, take_invite, invite, p);
    return rv == APR_SUCCESS && !*invite ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_invite_use(ik_db_t *db, const char *id, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t time = now;
    const void *args[] = { &time, id, &time };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_INVITE_USE, args, &rows, p);

    return rv == APR_SUCCESS && rows != 1 ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_invite_list(apr_array_header_t **invites, ik_db_t *db, const char *account, apr_time_t now,
                                  apr_time_t guest, apr_pool_t *p)
{
    const apr_int64_t time = now, since = now - guest;
    const void *args[] = { account, &time, &since };

    *invites = apr_array_make(p, 4, sizeof(ik_invite_t *));
    return ik_db_rows(db, IK_SQL_INVITE_LIST, args, push_invite, *invites, p);
}

apr_status_t ik_store_invite_revoke(int *count, ik_db_t *db, const char *account, const char *id, apr_time_t now,
                                    apr_pool_t *p)
{
    const apr_int64_t time = now;
    const void *args[] = { &time, account, id };

    *count = 0;
    return ik_db_change(db, id ? IK_SQL_INVITE_REVOKE : IK_SQL_INVITE_REVOKE_ALL, args, count, p);
}

apr_status_t ik_store_invite_revoke_author(ik_db_t *db, const char *account, const char *author, apr_time_t now,
                                           apr_pool_t *p)
{
    const apr_int64_t time = now;
    const void *args[] = { &time, account, author };

    return ik_db_change(db, IK_SQL_INVITE_REVOKE_AUTHOR, args, NULL, p);
}

apr_status_t ik_store_invite_revoke_used(ik_db_t *db, const char *account, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t time = now;
    const void *args[] = { &time, account };

    return ik_db_change(db, IK_SQL_INVITE_REVOKE_USED, args, NULL, p);
}

apr_status_t ik_store_invite_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    return ik_db_expire(gone, db, IK_SQL_INVITE_EXPIRE, now - IK_INVITE_KEPT, limit, p);
}
