/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of the keys of identity providers: which one verified last, and who was warned of their end. */
#ifndef IK_STORE_IDP_KEY_H
#define IK_STORE_IDP_KEY_H

#include <apr_time.h>

#include "store/db.h"

#define IK_WARNED_KEPT apr_time_from_sec(40 * 86400)    /* the first warning comes 30 days before the end */

/* Remembers which key (fingerprint of its certificate) verified the last login of an account. */
apr_status_t ik_store_verified_put(ik_db_t *db, const char *account, const char *fingerprint, apr_time_t at, apr_pool_t *p);

/* APR_NOTFOUND. */
apr_status_t ik_store_verified_get(const char **fingerprint, apr_time_t *at, ik_db_t *db, const char *account,
                                   apr_pool_t *p);

/* Marks that it was told that the certificate has at most that many days left: APR_EEXIST if it was before, anywhere. */
apr_status_t ik_store_warned_put(ik_db_t *db, const char *account, const char *fingerprint, int days, apr_time_t now,
                                 apr_pool_t *p);

/* Forgets up to limit of those marks, IK_WARNED_KEPT old at now; *gone is how many. */
apr_status_t ik_store_warned_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

#endif
