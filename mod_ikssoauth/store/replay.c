/* SPDX-License-Identifier: Apache-2.0 */
/* Marks assertions as used, exactly once (R11). */
#include <apr_strings.h>
#include <openssl/evp.h>

#include "base/encode.h"
#include "model/clock.h"
#include "store/replay.h"
#include "store/run.h"

/* With the length of the first before it. */
const char *ik_store_digest(const char *issuer, const char *id, apr_pool_t *p)
{
    const char *text = apr_psprintf(p, "%" APR_SIZE_T_FMT ":%s%s", strlen(issuer), issuer, id);
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned int len = 0;

    if (EVP_Digest(text, strlen(text), md, &len, EVP_sha256(), NULL) != 1)
        return NULL;
    return ik_encode_hex(p, md, len);
}

apr_status_t ik_store_replay_use(ik_db_t *db, const char *issuer, const char *id, apr_time_t until, apr_pool_t *p)
{
    const apr_int64_t expires = until;
    const char *digest = ik_store_digest(issuer, id, p);
    const void *args[] = { digest, &expires };
    int rows = 0;
    apr_status_t rv;

    if (!digest)
        return APR_EGENERAL;
    rv = ik_db_change(db, IK_SQL_REPLAY_USE, args, &rows, p);
    if (rv != APR_SUCCESS)
        return rv;
    return rows == 1 ? APR_SUCCESS : APR_EEXIST;
}

apr_status_t ik_store_replay_used(int *used, ik_db_t *db, const char *issuer, const char *id, apr_pool_t *p)
{
    const char *digest = ik_store_digest(issuer, id, p);
    const void *args[] = { digest };
    apr_int64_t count = 0;
    apr_status_t rv = digest ? ik_db_int(&count, db, IK_SQL_REPLAY_USED, args, p) : APR_EGENERAL;

    *used = count > 0;
    return rv;
}

apr_status_t ik_store_replay_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p)
{
    return ik_db_expire(gone, db, IK_SQL_REPLAY_EXPIRE, now - IK_FORGET_AFTER, limit, p);
}
