/* SPDX-License-Identifier: Apache-2.0 */
/* Counts tries in the tables that all processes of the machine share. */
#include "httpd/limit.h"

#include "model/email.h"

#define IPV6_LEN 16
#define NETWORK_LEN 8       /* of IPv6: a household or company, whose members choose the rest of the address themselves */
#define MAPPED_LEN 12       /* what stands before an IPv4 address in an IPv6 one */

static ik_limits_t *limits_of(const ik_host_t *host)
{
    return host->backend->tables->limits;
}

apr_time_t ik_limit_address(const request_rec *r, const ik_host_t *host)
{
    const apr_sockaddr_t *from = r->useragent_addr;
    const char *bytes = from->ipaddr_ptr;
    apr_size_t len = (apr_size_t)from->ipaddr_len;

    if (len == IPV6_LEN && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)from->ipaddr_ptr)) {
        bytes += MAPPED_LEN;
        len -= MAPPED_LEN;
    }
    return ik_limits_take(limits_of(host), IK_LIMIT_ADDRESS, bytes, len == IPV6_LEN ? NETWORK_LEN : len, r->request_time);
}

apr_time_t ik_limit_fetch(const request_rec *r, const ik_host_t *host, const char *account)
{
    return ik_limits_take(limits_of(host), IK_LIMIT_FETCH, account, strlen(account), r->request_time);
}

apr_time_t ik_limit_email(const request_rec *r, const ik_host_t *host, const char *email)
{
    const char *normal = email ? ik_email_normalise(r->pool, email) : NULL;

    return normal ? ik_limits_take(limits_of(host), IK_LIMIT_EMAIL, normal, strlen(normal), r->request_time) : 0;
}
