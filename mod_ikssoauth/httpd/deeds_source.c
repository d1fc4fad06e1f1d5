/* SPDX-License-Identifier: Apache-2.0 */
/* Saves, uses and forgets the URL that metadata is fetched from. */
#include "httpd/deeds_source.h"

#include "base/form.h"
#include "base/text.h"
#include "httpd/limit.h"
#include "httpd/log_sink.h"
#include "httpd/settings_deeds.h"
#include "httpd/settings_form.h"
#include "httpd/settings_page.h"
#include "sso/refresh.h"

#define TOO_MANY_REQUESTS 429

static const char *typed(const ik_managing_t *m)
{
    const char *url = ik_form_get(m->fields, "metadata_url");

    return url ? ik_text_trim(m->r->pool, url) : NULL;
}

static apr_int64_t seen(const ik_managing_t *m)
{
    return ik_settings_seen(ik_form_get(m->fields, "seen"));
}

/* The page again, with the sentence at the field; the log has the cause. */
static int show_problem(const ik_managing_t *m, int status, const char *problem, const char *cause)
{
    const ik_settings_form_t form = { .metadata_url = typed(m), .metadata_url_problem = problem };
    const ik_settings_news_t news = { .form = &form, .status = status };

    ik_log_request(m->r, IK_LOG_INFO, "IK0393", 0, "metadata not fetched: account=\"%s\" client=%s: %s", m->account,
                   m->r->useragent_ip, cause ? cause : problem);
    return ik_settings_show(m, &news);
}

/* A form that fetches is a way to have this server knock at doors. 1 if it has to wait. */
static int has_to_wait(const ik_managing_t *m)
{
    return ik_limit_fetch(m->r, m->visit->host, m->account) != 0;
}

static int ask_for_patience(const ik_managing_t *m)
{
    apr_table_setn(m->r->err_headers_out, "Retry-After", "10");
    return show_problem(m, TOO_MANY_REQUESTS, "Something was fetched for this account a moment ago: please wait ten seconds, and "
                                              "try again.", NULL);
}

static int finish(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result, const char *done)
{
    if (rv == IK_REFUSED && strcmp(result->code, "not_found") != 0)
        return show_problem(m, HTTP_BAD_REQUEST, result->problem, result->cause);
    return ik_settings_finish(m, rv, result, done);
}

int ik_deed_save_url(const ik_managing_t *m)
{
    const char *url = typed(m);
    ik_accounts_result_t result;

    if (!url || !*url)
        return show_problem(m, HTTP_BAD_REQUEST, "Type in the URL of the metadata, or choose Stop fetching.", NULL);
    if (has_to_wait(m))
        return ask_for_patience(m);
    return finish(m, ik_refresh_set(&result, &m->ctx, m->account, url, seen(m)), &result, "url-saved");
}

int ik_deed_fetch_now(const ik_managing_t *m)
{
    ik_accounts_result_t result;

    if (has_to_wait(m))
        return ask_for_patience(m);
    return finish(m, ik_refresh_now(&result, &m->ctx, m->account), &result, "fetched");
}

int ik_deed_forget_url(const ik_managing_t *m)
{
    ik_accounts_result_t result;

    return finish(m, ik_refresh_set(&result, &m->ctx, m->account, "", seen(m)), &result, "url-forgotten");
}
