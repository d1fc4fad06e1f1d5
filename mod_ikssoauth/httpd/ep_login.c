/* SPDX-License-Identifier: Apache-2.0 */
/* The login endpoint: where people without a session land. */
#include "httpd/ep_login.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "httpd/reply.h"

int ik_ep_login(request_rec *r, ik_visit_t *visit)
{
    return ik_reply_page(r, ik_html_sign_in(r->pool, &visit->host->brand));
}

/* Path and query of the request as they were sent; NULL for what is no path ("*"). */
static const char *asked_for(const request_rec *r)
{
    const char *line = r->unparsed_uri, *slash;

    if (!line || *line == '/')
        return line;
    slash = strstr(line, "://");
    return slash ? strchr(slash + 3, '/') : NULL;
}

const char *ik_ep_login_url(request_rec *r, const ik_host_t *host)
{
    const char *target = asked_for(r);
    const ik_settings_t *settings = &host->settings;

    if (!target || !ik_url_target(r->pool, target, &settings->origin, settings->redirect_hosts))
        return host->login_url;
    return apr_pstrcat(r->pool, host->login_url, "?target=", apr_pescape_urlencoded(r->pool, target), NULL);
}
