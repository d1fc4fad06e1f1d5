/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual hosts that serve from a database, so that the command line can tell people an address. */
#ifndef IK_STORE_HOST_H
#define IK_STORE_HOST_H

#include <apr_tables.h>
#include <apr_time.h>

#include "store/db.h"

#define IK_HOST_SEEN_EVERY apr_time_from_sec(3600)      /* a process that serves it says so again */

typedef struct ik_known_host_t {
    const char *origin;             /* "https://imagekit.io" */
    const char *settings_path;
    const char *settings;           /* what ikssoctl has to know of its configuration (sso/host_settings.h); "" if nothing */
    apr_time_t seen;                /* when somebody who serves it said so the last time */
} ik_known_host_t;

/* Inserts or updates the host of that origin. */
apr_status_t ik_store_host_put(ik_db_t *db, const ik_known_host_t *host, apr_pool_t *p);

/* Notes that the host of that origin is served at that time; nothing else of it changes. Nothing if there is none. */
apr_status_t ik_store_host_seen(ik_db_t *db, const char *origin, apr_time_t now, apr_pool_t *p);

/* An array of ik_known_host_t * in p, the one that was seen last first; at most 100. */
apr_status_t ik_store_host_list(apr_array_header_t **hosts, ik_db_t *db, apr_pool_t *p);

#endif
