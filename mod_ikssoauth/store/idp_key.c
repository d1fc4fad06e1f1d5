/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps which keys of identity providers verified, and of which ends somebody was warned. */
#include "store/idp_key.h"

#include "store/run.h"

typedef struct verified_t {
    const char *fingerprint;
    apr_time_t at;
} verified_t;

apr_status_t ik_store_verified_put(ik_db_t *db, const char *account, const char *fingerprint, apr_time_t at, apr_pool_t *p)
{
    const apr_int64_t time = at;
    const void *args[] = { account, fingerprint, &time };

    return ik_db_change(db, IK_SQL_VERIFIED_PUT, args, NULL, p);
}

static apr_status_t take_verified(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    verified_t *verified = arg;

    verified->fingerprint = ik_row_text(row, 0, p);
    verified->at = ik_row_int(row, 1);
    return APR_SUCCESS;
}

apr_status_t ik_store_verified_get(const char **fingerprint, apr_time_t *at, ik_db_t *db, const char *account,
                                   apr_pool_t *p)
{
    const void *args[] = { account };
    verified_t verified = { 0 };
    apr_status_t rv = ik_db_rows(db, IK_SQL_VERIFIED_GET, args, take_verified, &verified, p);

    *fingerprint = verified.fingerprint;
    *at = verified.at;
    return rv == APR_SUCCESS && !verified.fingerprint ? APR_NOTFOUND : rv;
}

apr_status_t ik_store_warned_put(ik_db_t *db, const char *account, const char *fingerprint, int days, apr_time_t now,
                                 apr_pool_t *p)
{
    const apr_int64_t left = days, time = now;
    const void *args[] = { account, fingerprint, &left, &time };
    int rows = 0;
    apr_status_t rv = ik_db_change(db, IK_SQL_WARNED_PUT, args, &rows, p);

    return rv == APR_SUCCESS && rows != 1 ? APR_EEXIST : rv;
}

apr_status_t ik_store_warned_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    return ik_db_expire(gone, db, IK_SQL_WARNED_EXPIRE, now - IK_WARNED_KEPT, limit, p);
}
