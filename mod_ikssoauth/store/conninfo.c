/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds how long a PostgreSQL server that does not answer may keep a thread waiting. */
#include <string.h>

#include <apr_strings.h>

#include "store/conninfo.h"

/* Of a key that is given twice, libpq takes the last: so these stand before what the administrator wrote. */
#define LIMITS(between) \
    "connect_timeout=3" between "tcp_user_timeout=4000" between \
    "keepalives_idle=5" between "keepalives_interval=2" between "keepalives_count=2" between \
    "fallback_application_name=ikssoauth"

static int is_uri(const char *conninfo)
{
    return strncmp(conninfo, "postgresql://", 13) == 0 || strncmp(conninfo, "postgres://", 11) == 0;
}

/* The '?' before the parameters of a URI, or NULL. A password may hold one too, so it is passed over as libpq does. */
static const char *parameters_of(const char *uri)
{
    const char *host = strstr(uri, "://") + 3;
    const char *at = host + strcspn(host, "@/");

    return strchr(*at == '@' ? at : host, '?');
}

const char *ik_conninfo_bounded(const char *conninfo, apr_pool_t *p)
{
    const char *mark;

    if (!is_uri(conninfo))
        return apr_pstrcat(p, LIMITS(" "), " ", conninfo, NULL);
    mark = parameters_of(conninfo);
    if (!mark)
        return apr_pstrcat(p, conninfo, "?" LIMITS("&"), NULL);
    return apr_pstrcat(p, apr_pstrmemdup(p, conninfo, (apr_size_t)(mark - conninfo)), "?" LIMITS("&"),
                       mark[1] ? "&" : "", mark + 1, NULL);
}
