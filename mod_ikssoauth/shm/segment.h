/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that all processes of this machine's server share: made before they fork, gone with the server. */
#ifndef IK_SHM_SEGMENT_H
#define IK_SHM_SEGMENT_H

#include <apr_pools.h>

/* A zero-filled anonymous segment of size bytes, destroyed with p. APR_SUCCESS with *base, page-aligned, or why not. */
apr_status_t ik_segment_create(void **base, apr_size_t size, apr_pool_t *p);

#endif
