/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bell of a database that is a file: FILE-bell beside it, whose time of modification changes when a program of
 * this machine has committed what requests must know at once. A database that is a server has none (machines ask it).
 */
#ifndef IK_STORE_BELL_H
#define IK_STORE_BELL_H

#include "store/db.h"

/*
 * Rings. Creates the file, with mode and owner as the database's. Failing to is no failure: news then take longer.
 * Returns the stamp of this ring, with *before (unless before is NULL) the one that it replaced, if nobody can have rung
 * between the two; else 0, then somebody may have.
 */
apr_int64_t ik_store_bell_ring(apr_int64_t *before, const ik_store_t *store, apr_pool_t *p);

/* The stamp of the last ring; 0 if there is no bell. It costs one stat(). */
apr_int64_t ik_store_bell_stamp(const ik_store_t *store, apr_pool_t *p);

#endif
