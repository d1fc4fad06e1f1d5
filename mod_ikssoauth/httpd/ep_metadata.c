/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata endpoint: the default, or ?account=ID as that account spells it. */
#include "httpd/ep_metadata.h"

#include "base/form.h"
#include "httpd/limit.h"
#include "httpd/reply.h"
#include "sso/own_metadata.h"

#define TYPE "application/samlmetadata+xml"     /* Metadata, appendix A */

int ik_ep_metadata(request_rec *r, ik_visit_t *visit)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    ik_refusal_t why = { .p = r->pool };
    apr_table_t *fields = NULL;
    const char *account, *xml;
    apr_time_t wait;
    apr_status_t rv;

    /* Not the default in place of what could not be read: somebody would give it to the wrong identity provider. */
    if (r->args && ik_form_parse(&fields, r->args, strlen(r->args), r->pool) != APR_SUCCESS)
        return ik_reply_wrong_request(r, HTTP_BAD_REQUEST, "query is not a form, or names a field twice");
    account = fields ? ik_form_get(fields, "account") : NULL;
    wait = account ? ik_limit_address(r, visit->host) : 0;
    if (wait)
        return ik_reply_slow_down(r, wait);
    rv = ik_own_metadata(&xml, &ctx, account, &why);
    if (rv == IK_REFUSED)
        return ik_reply_refusal(r, &why, account, NULL);
    if (rv != APR_SUCCESS)
        return ik_reply_failure(r, rv, "our metadata cannot be made", NULL);
    return ik_reply_content(r, TYPE, xml);
}
