/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata endpoint: the default, or ?account=ID as that account spells it. */
#include "httpd/ep_metadata.h"

#include "base/form.h"
#include "httpd/query.h"
#include "httpd/reply.h"
#include "sso/own_metadata.h"

#define TYPE "application/samlmetadata+xml"     /* Metadata, appendix A */

int ik_ep_metadata(request_rec *r, ik_visit_t *visit)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    ik_refusal_t why = { .p = r->pool };
    const char *account = ik_form_get(ik_query(r), "account"), *xml;
    apr_status_t rv;

    if (account && !ctx.store)
        return ik_reply_failure(r, APR_EGENERAL, "the database was not opened when this process started", NULL);
    rv = ik_own_metadata(&xml, &ctx, account ? account : ctx.settings->only_account, &why);
    if (rv == IK_REFUSED)
        return ik_reply_refusal(r, &why, account, NULL);
    if (rv != APR_SUCCESS)
        return ik_reply_failure(r, rv, "our metadata cannot be made", NULL);
    return ik_reply_content(r, TYPE, xml);
}
