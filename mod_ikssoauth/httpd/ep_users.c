/* SPDX-License-Identifier: Apache-2.0 */
/* The users endpoint: a list, a page for each person, and what can be done to them. */
#include "httpd/ep_users.h"

#include <apr_escape.h>
#include <apr_strings.h>

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/managing.h"
#include "httpd/query.h"
#include "httpd/reply.h"

static const char *path_of(const ik_managing_t *m)
{
    return m->visit->host->conf->users_path;
}

/* The account's name, for the head of the page. 0: answered in *status. */
static int load(ik_accounts_result_t *result, const ik_managing_t *m, int *status)
{
    apr_status_t rv = ik_accounts_get(result, &m->ctx, m->account);

    *status = rv == APR_SUCCESS ? OK : ik_managing_fail(m, rv, result);
    return rv == APR_SUCCESS;
}

static int show_list(const ik_managing_t *m, const ik_account_t *account)
{
    const char *search = ik_form_get(m->fields, "q"), *before = ik_form_get(m->fields, "before");
    const ik_user_query_t query = {
        .search = search ? search : "", .before = before, .after = before ? NULL : ik_form_get(m->fields, "after"),
    };
    const ik_admin_page_t admin = ik_managing_page(m, account);
    ik_accounts_result_t result;
    ik_user_page_t *page;
    apr_status_t rv = ik_accounts_user_page(&page, &result, &m->ctx, m->account, &query);

    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    return ik_managing_reply(m, HTTP_OK, ik_html_users(m->r->pool, &m->visit->host->brand, &admin, &query, page));
}

/* Somebody who is not there, or not any more: the list says so, which has found nobody. */
static int look_for(const ik_managing_t *m, const char *email)
{
    return ik_reply_redirect(m->r, HTTP_SEE_OTHER,
                             apr_pstrcat(m->r->pool, m->visit->host->settings.origin.text, path_of(m), "?q=",
                                         apr_pescape_urlencoded(m->r->pool, email), NULL));
}

static int fail(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result, const char *email)
{
    int is_unknown = rv == IK_REFUSED && (!strcmp(result->code, "user_not_found") || !strcmp(result->code, "email_invalid"));

    return is_unknown ? look_for(m, email) : ik_managing_fail(m, rv, result);
}

static int show_user(const ik_managing_t *m, const ik_account_t *account, const char *email)
{
    const ik_admin_page_t admin = ik_managing_page(m, account);
    ik_accounts_result_t result;
    ik_user_t *user;
    apr_status_t rv = ik_accounts_user(&user, &result, &m->ctx, m->account, email);

    if (rv != APR_SUCCESS)
        return fail(m, rv, &result, email);
    return ik_managing_reply(m, HTTP_OK, ik_html_user(m->r->pool, &m->visit->host->brand, &admin, user));
}

static int show(const ik_managing_t *m)
{
    const char *email = ik_form_get(m->fields, "user");
    ik_accounts_result_t result;
    int status;

    if (!load(&result, m, &status))
        return status;
    return email ? show_user(m, result.account, email) : show_list(m, result.account);
}

static const char *page_of(const ik_managing_t *m, const char *email)
{
    return apr_pstrcat(m->r->pool, path_of(m), "?user=", apr_pescape_urlencoded(m->r->pool, email), NULL);
}

static apr_status_t disable(ik_accounts_result_t *result, const ik_managing_t *m, const char *email)
{
    return ik_accounts_user_enable(result, &m->ctx, m->account, email, 0);
}

static apr_status_t enable(ik_accounts_result_t *result, const ik_managing_t *m, const char *email)
{
    return ik_accounts_user_enable(result, &m->ctx, m->account, email, 1);
}

static apr_status_t end_sessions(ik_accounts_result_t *result, const ik_managing_t *m, const char *email)
{
    return ik_accounts_end_sessions(result, &m->ctx, m->account, email);
}

static apr_status_t delete(ik_accounts_result_t *result, const ik_managing_t *m, const char *email)
{
    return ik_accounts_user_delete(result, &m->ctx, m->account, email);
}

typedef struct deed_t {
    const char *action;
    apr_status_t (*run)(ik_accounts_result_t *result, const ik_managing_t *m, const char *email);
    const char *done;               /* word for the notice (html/notice.c) */
    const char *log;
    int locks_out;                  /* nobody does it to themselves: the account might have no administrator left */
    int asks, leads_to_list;
} deed_t;

static const deed_t deeds[] = {
    { "disable", disable, "user-disabled", "user disabled", 1, 0, 0 },
    { "enable", enable, "user-enabled", "user enabled", 0, 0, 0 },
    { "end-sessions", end_sessions, "sessions-ended", "sessions of a user ended", 0, 0, 0 },
    { "delete", delete, "user-deleted", "user deleted", 1, 1, 1 },
};

static const deed_t *find(const char *action)
{
    apr_size_t i;

    for (i = 0; action && i < sizeof(deeds) / sizeof(*deeds); i++)
        if (!strcmp(deeds[i].action, action))
            return &deeds[i];
    return NULL;
}

static int ask_first(const ik_managing_t *m, const deed_t *deed, const char *email)
{
    const ik_hidden_t fields[] = { { "user", email }, { "confirm", "yes" }, { NULL, NULL } };
    ik_accounts_result_t result;
    ik_ask_t ask = {
        .heading = "Delete this person?", .fields = fields, .action = path_of(m), .way_back = page_of(m, email),
        .lead = apr_pstrcat(m->r->pool, email, " is signed out at once and no longer registered in this account.", NULL),
        .advice = "If the identity provider still lets them in, their next sign-in registers them again. To keep somebody "
                  "out, remove them there, or disable them here instead.",
        .button_name = "action", .button_value = deed->action, .button_label = "Delete",
    };
    int status;

    if (!load(&result, m, &status))
        return status;
    ask.admin = ik_managing_page(m, result.account);
    return ik_managing_reply(m, HTTP_OK, ik_html_ask(m->r->pool, &m->visit->host->brand, &ask));
}

static int is_oneself(const ik_managing_t *m, const char *email)
{
    return ap_cstr_casecmp(m->email, email) == 0;
}

static int refuse_oneself(const ik_managing_t *m)
{
    const ik_refusal_t why = {
        .p = m->r->pool, .reason = IK_REASON_NOT_ALLOWED, .detail = "administrators neither disable nor delete themselves",
    };

    return ik_reply_refusal(m->r, &why, m->account, NULL);
}

static int act(const ik_managing_t *m, const deed_t *deed, const char *email)
{
    ik_accounts_result_t result;
    apr_status_t rv;

    if (deed->locks_out && is_oneself(m, email))
        return refuse_oneself(m);
    if (deed->asks && !ik_form_get(m->fields, "confirm"))
        return ask_first(m, deed, email);
    rv = deed->run(&result, m, email);
    if (rv != APR_SUCCESS)
        return fail(m, rv, &result, email);
    ik_managing_log(m, "IK0250", deed->log, email);
    return ik_managing_go_on(m, deed->leads_to_list ? path_of(m) : page_of(m, email), deed->done);
}

static int take_form(const ik_managing_t *m)
{
    const deed_t *deed = find(ik_form_get(m->fields, "action"));
    const char *email = ik_form_get(m->fields, "user");

    if (!ik_managing_has_token(m))
        return ik_managing_refuse_form(m);
    if (!deed || !email)
        return ik_reply_wrong_request(m->r, HTTP_BAD_REQUEST, "form has no action of this page, or no user");
    return act(m, deed, email);
}

int ik_ep_users(request_rec *r, ik_visit_t *visit)
{
    apr_table_t *fields = NULL;
    ik_managing_t m;
    int status = r->method_number == M_POST ? ik_body_form(r, &fields) : OK;

    if (r->method_number == M_POST && !fields)
        return status;
    status = ik_managing_begin(&m, r, visit, fields ? fields : ik_query(r), IK_MANAGING_ALONE);
    if (!m.account)
        return status;
    return fields ? take_form(&m) : show(&m);
}
