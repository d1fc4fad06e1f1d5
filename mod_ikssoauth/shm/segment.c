/* SPDX-License-Identifier: Apache-2.0 */
/* Gets the shared memory of one server from APR. */
#include "shm/segment.h"

#include <stdint.h>
#include <unistd.h>

#include <apr_shm.h>

apr_status_t ik_segment_create(void **base, apr_size_t size, apr_pool_t *p)
{
    const apr_size_t page = (apr_size_t)sysconf(_SC_PAGESIZE);
    apr_shm_t *shm;
    apr_status_t rv;
    uintptr_t start;

    if (size == 0 || size > SIZE_MAX / 2)
        return APR_EINVAL;
    /* APR keeps its own length in front of what it hands out, so ask for the page that alignment may cost */
    rv = apr_shm_create(&shm, size + page, NULL, p);
    if (rv != APR_SUCCESS)
        return rv;
    start = (uintptr_t)apr_shm_baseaddr_get(shm);
    *base = (void *)((start + page - 1) / page * page);
    return APR_SUCCESS;
}
