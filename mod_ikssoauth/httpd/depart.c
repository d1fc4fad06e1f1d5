/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a browser to an identity provider with a message of ours. */
#include "httpd/depart.h"

#include <stdlib.h>

#include "httpd/cookie.h"
#include "httpd/log_sink.h"
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

/* The pending logins of a browser, while room is made for another one. */
typedef struct crumb_t {
    const char *handle;
    apr_size_t len;
    apr_time_t made;
} crumb_t;

static int by_age(const void *a, const void *b)
{
    const crumb_t *x = a, *y = b;

    return x->made < y->made ? -1 : x->made > y->made;
}

/* What is none any more counts as the oldest of all. */
static apr_array_header_t *crumbs_of(const ik_visit_t *visit, const ik_ctx_t *ctx)
{
    const apr_array_header_t *logins = visit->cookies.logins;
    apr_array_header_t *crumbs = apr_array_make(ctx->p, logins->nelts + 1, sizeof(crumb_t));
    int i;

    for (i = 0; i < logins->nelts; i++) {
        const ik_login_cookie_t *login = &APR_ARRAY_IDX(logins, i, ik_login_cookie_t);
        crumb_t crumb = { login->handle, strlen(login->value), 0 };
        ik_pending_t *pending;

        if (!ik_pending_is_handle(login->handle))
            continue;
        if (ik_pending_open(&pending, ctx, login->handle, login->value) == APR_SUCCESS)
            crumb.made = pending->made;
        APR_ARRAY_PUSH(crumbs, crumb_t) = crumb;
    }
    qsort(crumbs->elts, (size_t)crumbs->nelts, sizeof(crumb_t), by_age);
    return crumbs;
}

/*
 * The oldest go, until there is room for one more of len bytes: browsers drop what is too much without telling, and
 * httpd refuses every request of a browser whose cookies are larger than it reads, so that no page could help any more.
 */
static void make_room(request_rec *r, const ik_visit_t *visit, const ik_ctx_t *ctx, apr_size_t len)
{
    const apr_array_header_t *crumbs = crumbs_of(visit, ctx);
    int left = crumbs->nelts, i;

    for (i = 0; i < crumbs->nelts; i++)
        len += APR_ARRAY_IDX(crumbs, i, crumb_t).len;
    for (i = 0; left && (left >= IK_PENDING_MAX || len > IK_PENDING_BYTES_MAX); i++, left--) {
        ik_cookie_clear_login(r, APR_ARRAY_IDX(crumbs, i, crumb_t).handle);
        len -= APR_ARRAY_IDX(crumbs, i, crumb_t).len;
    }
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
    make_room(r, visit, &ctx, strlen(cookie));
    ik_cookie_set_login(r, pending->handle, cookie);
    ik_log_request(r, IK_LOG_DEBUG, "IK0230", 0, "sent to sign in: account=\"%s\" request=%s client=%s",
                   start->account->id, pending->request, r->useragent_ip);
    return ik_depart(r, visit, out, "Taking you to your company’s sign-in page",
                     "If nothing happens in a moment, continue with the button.");
}
