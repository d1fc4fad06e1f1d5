/* SPDX-License-Identifier: Apache-2.0 */
/* When metadata is fetched again, and what has changed in its keys. */
#include "sso/refresh_plan.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "seal/random.h"

#define SPREAD 10       /* a tenth */

static apr_time_t smaller(apr_time_t a, apr_time_t b)
{
    return a < b ? a : b;
}

static apr_time_t larger(apr_time_t a, apr_time_t b)
{
    return a > b ? a : b;
}

/* Without randomness everybody comes at the same time, which works too. */
static apr_time_t spread(apr_time_t interval)
{
    apr_uint32_t random = 0;

    if (ik_random_bytes(&random, sizeof random) != APR_SUCCESS)
        return interval;
    return interval + (apr_time_t)(random % 1000) * (interval / SPREAD) / 1000;
}

apr_time_t ik_refresh_next(const ik_idp_t *idp, apr_int64_t max_age, apr_time_t now)
{
    apr_time_t interval = max_age < 0 && !idp->cache_seconds ? IK_REFRESH_USUAL : IK_REFRESH_MAX;

    if (max_age >= 0)
        interval = smaller(interval, apr_time_from_sec(smaller(max_age, apr_time_sec(IK_REFRESH_MAX))));
    if (idp->cache_seconds)
        interval = smaller(interval, apr_time_from_sec(idp->cache_seconds));
    if (idp->valid_until)
        interval = smaller(interval, (idp->valid_until - now) / 2);
    interval = spread(larger(interval, IK_REFRESH_MIN));
    return now + smaller(interval, IK_REFRESH_MAX);
}

apr_time_t ik_refresh_retry(apr_time_t failing_since, apr_time_t now)
{
    apr_time_t so_far = larger(now - failing_since, IK_REFRESH_RETRY);

    return now + spread(smaller(so_far, IK_REFRESH_RETRY_MAX));
}

static int has(const ik_idp_t *idp, const char *fingerprint)
{
    int i;

    for (i = 0; idp && i < idp->signing->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(idp->signing, i, const ik_certificate_t *)->fingerprint, fingerprint) == 0)
            return 1;
    return 0;
}

/* Fingerprints of idp that the other has not. */
static apr_array_header_t *beyond(const ik_idp_t *idp, const ik_idp_t *other, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 2, sizeof(const char *));
    int i;

    for (i = 0; idp && i < idp->signing->nelts; i++) {
        const char *fingerprint = APR_ARRAY_IDX(idp->signing, i, const ik_certificate_t *)->fingerprint;

        if (!has(other, fingerprint))
            APR_ARRAY_PUSH(list, const char *) = fingerprint;
    }
    return list;
}

const char *ik_refresh_key_change(const char **added, const ik_idp_t *before, const ik_idp_t *after, apr_pool_t *p)
{
    apr_array_header_t *new = beyond(after, before, p), *gone = beyond(before, after, p);

    *added = new->nelts ? APR_ARRAY_IDX(new, 0, const char *) : NULL;
    if (!new->nelts && !gone->nelts)
        return NULL;
    return apr_pstrcat(p, new->nelts ? "added " : "", ik_text_join(p, new, ", "), new->nelts && gone->nelts ? "; " : "",
                       gone->nelts ? "removed " : "", ik_text_join(p, gone, ", "), NULL);
}
