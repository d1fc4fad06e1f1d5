/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the virtual hosts that serve from a database. */
#include "store/host.h"

#include "store/run.h"

#define HOSTS_MAX 100       /* that are listed: nobody can choose among more */

apr_status_t ik_store_host_put(ik_db_t *db, const ik_known_host_t *host, apr_pool_t *p)
{
    const apr_int64_t seen = host->seen;
    const void *args[] = { host->origin, host->settings_path, host->settings ? host->settings : "", &seen };

    return ik_db_change(db, IK_SQL_HOST_PUT, args, NULL, p);
}

apr_status_t ik_store_host_seen(ik_db_t *db, const char *origin, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t seen = now;
    const void *args[] = { &seen, origin };

    return ik_db_change(db, IK_SQL_HOST_SEEN, args, NULL, p);
}

static apr_status_t push_host(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    ik_known_host_t *host = apr_pcalloc(p, sizeof(*host));

    host->origin = ik_row_text(row, 0, p);
    host->settings_path = ik_row_text(row, 1, p);
    host->settings = ik_row_text(row, 2, p);
    host->seen = ik_row_int(row, 3);
    APR_ARRAY_PUSH((apr_array_header_t *)arg, ik_known_host_t *) = host;
    return APR_SUCCESS;
}

apr_status_t ik_store_host_list(apr_array_header_t **hosts, ik_db_t *db, apr_pool_t *p)
{
    const apr_int64_t limit = HOSTS_MAX;
    const void *args[] = { &limit };

    *hosts = apr_array_make(p, 4, sizeof(ik_known_host_t *));
    return ik_db_rows(db, IK_SQL_HOST_LIST, args, push_host, *hosts, p);
}
