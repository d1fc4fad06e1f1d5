/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and time of those who watch files. */
#include "base/watching.h"

#include <time.h>

#include <apr_allocator.h>

apr_status_t ik_watching_pool(apr_pool_t **own, apr_pool_t *p)
{
    apr_allocator_t *allocator;
    apr_status_t rv = apr_allocator_create(&allocator);

    if (rv != APR_SUCCESS)
        return rv;
    rv = apr_pool_create_ex(own, p, NULL, allocator);
    if (rv == APR_SUCCESS)
        apr_allocator_owner_set(allocator, *own);
    else
        apr_allocator_destroy(allocator);
    return rv;
}

apr_int64_t ik_watching_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return apr_time_from_sec((apr_int64_t)now.tv_sec) + now.tv_nsec / 1000;
}
