/* SPDX-License-Identifier: Apache-2.0 */
/* What whoever watches a file from several threads needs: memory of its own, and a clock that nobody sets. */
#ifndef IK_BASE_WATCHING_H
#define IK_BASE_WATCHING_H

#include <apr_pools.h>
#include <apr_time.h>

/* A pool, gone with p, whose memory no other pool of this process shares, so that its use needs no lock but its user's. */
apr_status_t ik_watching_pool(apr_pool_t **own, apr_pool_t *p);

/* Microseconds since some time in the past. */
apr_int64_t ik_watching_now(void);

#endif
