/* SPDX-License-Identifier: Apache-2.0 */
/* Holds forms until somebody has signed in. */
#include "httpd/hold.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/client.h"
#include "httpd/ep_login.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "sso/held.h"

#define PARAMETER "held"
#define FIELDS_MAX 1000

int ik_hold_wants(request_rec *r, const ik_visit_t *visit)
{
    return ik_dir_conf_of(r)->hold_forms > 0 && !r->main && !r->prev && ik_client_submits(r)
           && ik_client_is_own(r, &visit->host->settings.origin) && ik_ep_login_target(r, visit->host);
}

/* The login leads back to the consume path, which has the form. */
static int go_to_login(request_rec *r, const ik_visit_t *visit, const char *handle)
{
    const char *target = apr_pstrcat(r->pool, visit->host->conf->consume_path, "?" PARAMETER "=", handle, NULL);

    return ik_reply_redirect(r, HTTP_SEE_OTHER, apr_pstrcat(r->pool, visit->host->login_url, "?target=",
                                                            apr_pescape_urlencoded(r->pool, target), NULL));
}

/* A form, taken apart to be put into one again. NULL if a field cannot be read, or there are too many. */
static const ik_hidden_t *fields_of(const char *form, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 16, sizeof(ik_hidden_t));
    char *body = apr_pstrdup(p, form), *pair, *state;

    for (pair = apr_strtok(body, "&", &state); pair; pair = apr_strtok(NULL, "&", &state)) {
        char *value = strchr(pair, '=');
        ik_hidden_t field;

        if (value)
            *value++ = '\0';
        field.name = ik_form_decode(pair, p);
        field.value = value ? ik_form_decode(value, p) : "";
        if (!field.name || !field.value || list->nelts == FIELDS_MAX)
            return NULL;
        APR_ARRAY_PUSH(list, ik_hidden_t) = field;
    }
    APR_ARRAY_PUSH(list, ik_hidden_t) = (ik_hidden_t){ NULL, NULL };
    return (const ik_hidden_t *)list->elts;
}

int ik_hold(request_rec *r, const ik_visit_t *visit)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    const char *body, *handle, *cookie;
    apr_size_t len;
    apr_status_t rv;
    int status = ik_body_read_form(r, &body, &len);

    if (status != OK && status != HTTP_REQUEST_ENTITY_TOO_LARGE)
        return status;
    if (status != OK || (apr_int64_t)len > ik_dir_conf_of(r)->hold_forms)
        return ik_reply_no_access(r, IK_REASON_NOT_SIGNED_IN, "no session, and the form is larger than IkSSOHoldForms");
    if (!fields_of(apr_pstrmemdup(r->pool, body, len), r->pool))
        return ik_reply_no_access(r, IK_REASON_NOT_SIGNED_IN, "no session, and the form could not be sent on unchanged");
    rv = ctx.store ? ik_held_keep(&handle, &cookie, &ctx, ik_ep_login_target(r, visit->host), body, len) : APR_EGENERAL;
    if (rv != APR_SUCCESS) {
        ik_log_request(r, IK_LOG_ERROR, "IK0235", rv, "a form cannot be held until somebody has signed in");
        return ik_reply_no_access(r, IK_REASON_NOT_SIGNED_IN, "no session, and the form cannot be held");
    }
    ik_cookie_set(r, IK_COOKIE_HELD, cookie);
    return go_to_login(r, visit, handle);
}

static int send_on(request_rec *r, const ik_visit_t *visit, const char *url, const char *body)
{
    const ik_post_t form = {
        .action = apr_pstrcat(r->pool, visit->host->settings.origin.text, url, NULL),
        .fields = fields_of(body, r->pool),
        .heading = "You are signed in", .lead = "What you entered before was kept and is sent now.", .label = "Send it",
    };

    ik_cookie_clear(r, IK_COOKIE_HELD);
    return ik_reply_form_page(r, HTTP_OK, ik_html_post(r->pool, &visit->host->brand, &form));
}

int ik_hold_send_on(request_rec *r, ik_visit_t *visit, const char *handle)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    const char *cookie = visit->cookies.value[IK_COOKIE_HELD], *url, *body;
    apr_size_t len;
    apr_status_t rv;

    if (!ik_visit_identity(visit))
        return go_to_login(r, visit, handle);
    /* Sent on already, or kept for another browser: where people land is a better place than an error. */
    if (!cookie || !ctx.store)
        return ik_reply_redirect(r, HTTP_SEE_OTHER, visit->host->login_url);
    rv = ik_held_take(&url, &body, &len, &ctx, handle, cookie);
    if (rv == APR_SUCCESS)
        return send_on(r, visit, url, body);
    if (rv == APR_NOTFOUND)
        return ik_reply_redirect(r, HTTP_SEE_OTHER, visit->host->login_url);
    return ik_reply_failure(r, rv, "a held form cannot be read", NULL);
}
