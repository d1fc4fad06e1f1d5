/* SPDX-License-Identifier: Apache-2.0 */
/* When metadata is fetched again, and what has changed in its keys. For refresh.c. */
#ifndef IK_SSO_REFRESH_PLAN_H
#define IK_SSO_REFRESH_PLAN_H

#include "model/idp.h"

#define IK_REFRESH_USUAL apr_time_from_sec(6 * 3600)    /* where nobody says how long it is good */
#define IK_REFRESH_MIN apr_time_from_sec(3600)
#define IK_REFRESH_MAX apr_time_from_sec(24 * 3600)
#define IK_REFRESH_RETRY apr_time_from_sec(300)         /* after the first failure; later as long as it has failed, */
#define IK_REFRESH_RETRY_MAX IK_REFRESH_USUAL           /* up to this */

/*
 * When to fetch again what was fetched at now: after the shorter of Cache-Control's max_age (seconds; negative: not
 * stated) and cacheDuration, else IK_REFRESH_USUAL; within half of the time that validUntil leaves; not before
 * IK_REFRESH_MIN and not after IK_REFRESH_MAX. Up to a tenth later, by chance, so that not all accounts come at once.
 */
apr_time_t ik_refresh_next(const ik_idp_t *idp, apr_int64_t max_age, apr_time_t now);

/* When to try again what fails since then: sooner at first, by chance up to a tenth later. */
apr_time_t ik_refresh_retry(apr_time_t failing_since, apr_time_t now);

/*
 * What has changed in the signing keys, in p: "added FINGERPRINT, …; removed FINGERPRINT, …"; NULL if nothing. before
 * may be NULL: no keys. *added is the first fingerprint that is new, or NULL.
 */
const char *ik_refresh_key_change(const char **added, const ik_idp_t *before, const ik_idp_t *after, apr_pool_t *p);

#endif
