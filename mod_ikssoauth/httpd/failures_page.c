/* SPDX-License-Identifier: Apache-2.0 */
/* Fills in the pages about refused sign-ins, and explains captured responses. */
#include "httpd/failures_page.h"

#include <apr_strings.h>

#include "base/form.h"
#include "base/text.h"
#include "sso/explain.h"
#include "sso/trace.h"

/* The time that older ones are wanted from; 0 for none, and for what is no time. */
static apr_time_t before_of(const ik_managing_t *m)
{
    const char *text = ik_form_get(m->fields, "before");
    char *end = NULL;
    apr_int64_t before;

    if (!text || !*text)
        return 0;
    errno = 0;
    before = apr_strtoi64(text, &end, 10);
    return errno || *end || before < 0 ? 0 : before;
}

/* One more than is shown tells whether there are older ones. */
static apr_status_t list(ik_failures_page_t *page, const ik_managing_t *m, apr_time_t before, ik_accounts_result_t *result)
{
    apr_array_header_t *traces;
    apr_status_t rv = ik_trace_list(&traces, result, &m->ctx, m->account, before, IK_FAILURES_ON_PAGE + 1);

    if (rv != APR_SUCCESS)
        return rv;
    page->older = traces->nelts > IK_FAILURES_ON_PAGE;
    if (page->older)
        apr_array_pop(traces);
    page->newer = before != 0;
    page->traces = traces;
    return APR_SUCCESS;
}

static int send_list(const ik_managing_t *m, int status, const char *searched, const char *problem)
{
    ik_accounts_result_t result, listing;
    apr_status_t rv = ik_accounts_get(&result, &m->ctx, m->account);
    ik_failures_page_t page = { .searched = searched, .problem = problem };

    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    rv = list(&page, m, before_of(m), &listing);
    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &listing);
    page.admin = ik_managing_page(m, result.account);
    page.consume_url = ik_ctx_consume_url(&m->ctx);
    return ik_managing_reply(m, status, ik_html_failures(m->r->pool, &m->visit->host->brand, &page));
}

int ik_failures_show(const ik_managing_t *m, const char *problem)
{
    return send_list(m, problem ? HTTP_BAD_REQUEST : HTTP_OK, NULL, problem);
}

int ik_failures_show_too_large(const ik_managing_t *m)
{
    const char *problem = apr_pstrcat(m->r->pool, "This is more than the " APR_STRINGIFY(IK_CAPTURED_MEGABYTES) " MB that can be sent "
                                      "here. Take only the request to ", ik_ctx_consume_url(&m->ctx), " out of the recording, or copy only "
                                      "its form data, and paste that.", NULL);

    return send_list(m, HTTP_REQUEST_ENTITY_TOO_LARGE, NULL, problem);
}

static int send_trace(const ik_managing_t *m, const ik_trace_t *trace)
{
    ik_accounts_result_t result;
    apr_status_t rv = ik_accounts_get(&result, &m->ctx, m->account);
    ik_trace_page_t page = { .trace = trace };
    ik_fix_values_t values;

    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    values = ik_explain_values(&m->ctx, result.account);
    page.admin = ik_managing_page(m, result.account);
    page.product = result.report && result.report->idp ? result.report->idp->product : NULL;
    page.values = &values;
    return ik_managing_reply(m, HTTP_OK, ik_html_trace(m->r->pool, &m->visit->host->brand, &page));
}

/* It was copied from a page or a mail, with what stood around it. */
int ik_failures_show_trace(const ik_managing_t *m, const char *id)
{
    const char *wanted = ik_text_trim(m->r->pool, id);
    ik_accounts_result_t result;
    const ik_trace_t *trace;
    apr_status_t rv = ik_trace_get(&trace, &result, &m->ctx, m->account, wanted);

    if (rv == IK_REFUSED)
        return send_list(m, HTTP_NOT_FOUND, wanted, NULL);
    return rv == APR_SUCCESS ? send_trace(m, trace) : ik_managing_fail(m, rv, &result);
}

static int send_explained(const ik_managing_t *m, const ik_explained_t *explained)
{
    ik_accounts_result_t result;
    apr_status_t rv = ik_accounts_get(&result, &m->ctx, m->account);
    ik_admin_page_t admin;

    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    admin = ik_managing_page(m, result.account);
    return ik_managing_reply(m, HTTP_OK, ik_html_explained(m->r->pool, &m->visit->host->brand, &admin, explained));
}

int ik_failures_explain(const ik_managing_t *m)
{
    const char *captured = ik_form_get(m->fields, "captured");
    ik_accounts_result_t result;
    ik_explained_t *explained;
    apr_status_t rv;

    captured = captured ? captured : "";
    rv = ik_explain(&explained, &result, &m->ctx, m->account, captured, strlen(captured), 0);
    if (rv == IK_REFUSED && !strcmp(result.code, "no_response"))
        return ik_failures_show(m, result.problem);
    return rv == APR_SUCCESS ? send_explained(m, explained) : ik_managing_fail(m, rv, &result);
}
