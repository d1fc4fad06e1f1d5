/* SPDX-License-Identifier: Apache-2.0 */
/* How long a PostgreSQL server that does not answer may keep a thread waiting. For store/ only. */
#ifndef IK_STORE_CONNINFO_H
#define IK_STORE_CONNINFO_H

#include <apr_pools.h>

/*
 * A CONNINFO, as libpq takes it (words "key=value", or a URI), with limits of a few seconds for connecting and for a
 * server that has fallen silent; what the CONNINFO itself says about them goes first. In p.
 */
const char *ik_conninfo_bounded(const char *conninfo, apr_pool_t *p);

#endif
