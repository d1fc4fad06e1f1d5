/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a browser to an identity provider with a message of ours. */
#include "httpd/depart.h"

#include "httpd/log_sink.h"
#include "httpd/pending_cookies.h"
#include "httpd/reply.h"

static const char *page(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out, const char *heading,
                        const char *lead)
{
    const ik_hidden_t fields[] = { { out->field, out->message }, { "RelayState", out->relay_state }, { NULL, NULL } };
    const ik_post_t form = { out->action, fields, heading, lead, "Continue" };

    return ik_html_post(r->pool, &visit->host->brand, &form);
}

int ik_depart(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out, const char *heading, const char *lead)
{
    if (out->redirect)
        return ik_reply_redirect(r, HTTP_SEE_OTHER, out->redirect);
    return ik_reply_form_page(r, HTTP_OK, page(r, visit, out, heading, lead));
}

int ik_depart_with_answer(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out, const char *heading,
                          const char *lead)
{
    if (out->redirect)
        return ik_reply_redirect(r, HTTP_SEE_OTHER, out->redirect);
    return ik_reply_answer_page(r, page(r, visit, out, heading, lead));
}

int ik_depart_login(request_rec *r, const ik_visit_t *visit, const ik_start_t *start)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    ik_refusal_t why = { .p = r->pool };
    const ik_pending_t *pending;
    ik_outgoing_t *out;
    const char *cookie;
    apr_status_t rv = ik_login_start(&out, &pending, &cookie, &ctx, start, &why);

    if (rv == IK_REFUSED)
        return ik_reply_refusal(r, &why, start->account->id, start->account->idp_entity_id);
    if (rv != APR_SUCCESS)
        return ik_reply_failure(r, rv, "a request to the identity provider cannot be made", NULL);
    ik_pending_cookies_add(r, visit, &ctx, pending->handle, cookie);
    ik_log_request(r, IK_LOG_DEBUG, "IK0230", 0, "sent to sign in: account=\"%s\" request=%s client=%s",
                   start->account->id, pending->request, r->useragent_ip);
    return ik_depart(r, visit, out, "Taking you to your company’s sign-in page",
                     "If nothing happens in a moment, continue with the button.");
}
