/* SPDX-License-Identifier: Apache-2.0 */
/* The page with the refused sign-ins of an account: a search for a trace id, a table, and the box for a captured response. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/fields.h"
#include "html/layout.h"

static const char *link_of(apr_pool_t *p, const ik_admin_page_t *admin, const char *query, const char *value)
{
    return ik_layout_own_path(apr_pstrcat(p, admin->settings_path, query, value, NULL));
}

static void search_form(ik_writer_t *w, const ik_failures_page_t *page)
{
    ik_writer_markup(w, "<form method=\"get\" role=\"search\" class=\"inline search\"");
    ik_writer_attribute(w, "action", ik_layout_own_path(page->admin.settings_path));
    ik_writer_markup(w, ">\n<div class=\"field\">\n<label for=\"trace\">Trace id</label>\n"
                        "<input id=\"trace\" name=\"trace\" type=\"search\" required=\"required\" autocomplete=\"off\" spellcheck=\"false\" "
                        "autocapitalize=\"none\"");
    ik_writer_attribute(w, "maxlength", apr_itoa(w->p, IK_TRACE_ID_LEN));
    ik_writer_markup(w, "/>\n</div>\n<div class=\"actions\">\n");
    ik_fields_button(w, &(ik_button_t){ .label = "Look up" }, IK_BUTTON_PRIMARY);
    ik_writer_markup(w, "</div>\n</form>\n");
}

static void begin_cell(ik_writer_t *w, const char *label)
{
    ik_writer_markup(w, "<td role=\"cell\"");
    ik_writer_attribute(w, "data-label", label);
    ik_writer_markup(w, ">");
}

static void value(ik_writer_t *w, const char *text)
{
    ik_writer_markup(w, "<bdi>");
    ik_writer_text(w, text && *text ? text : "not known");
    ik_writer_markup(w, "</bdi>");
}

static void pill(ik_writer_t *w, const ik_trace_t *trace)
{
    if (trace->verified)
        ik_writer_markup(w, "<span class=\"pill\">Proven</span>");
    else
        ik_writer_markup(w, "<span class=\"pill quiet\">Not proven</span>");
}

static void row(ik_writer_t *w, const ik_admin_page_t *admin, const ik_trace_t *trace)
{
    ik_writer_markup(w, "<tr role=\"row\">\n<th scope=\"row\" role=\"rowheader\"><a");
    ik_writer_attribute(w, "href", link_of(w->p, admin, "?trace=", trace->id));
    ik_writer_markup(w, ">");
    ik_writer_text(w, ik_reason_row(trace->reason)->sentence);
    ik_writer_markup(w, "</a><span class=\"address\"><bdi>");
    ik_writer_text(w, trace->id);
    ik_writer_markup(w, "</bdi></span></th>\n");
    begin_cell(w, "Time");
    ik_admin_time(w, trace->at);
    ik_writer_markup(w, "</td>\n");
    begin_cell(w, "Identity provider");
    value(w, trace->issuer);
    ik_writer_markup(w, "</td>\n");
    begin_cell(w, "Sender");
    pill(w, trace);
    ik_writer_markup(w, "</td>\n</tr>\n");
}

/* The roles are said because a phone shows rows as cards, and browsers forget then that it is a table. */
static void table(ik_writer_t *w, const ik_failures_page_t *page)
{
    ik_writer_markup(w, "<table role=\"table\" class=\"users failures\" aria-label=\"Refused sign-ins\">\n"
                        "<thead role=\"rowgroup\"><tr role=\"row\">"
                        "<th scope=\"col\" role=\"columnheader\">What happened, and trace id</th>"
                        "<th scope=\"col\" role=\"columnheader\">Time</th>"
                        "<th scope=\"col\" role=\"columnheader\">Identity provider</th>"
                        "<th scope=\"col\" role=\"columnheader\">Sender</th></tr></thead>\n<tbody role=\"rowgroup\">\n");
    for (int i = 0; i < page->traces->nelts; i++)
        row(w, &page->admin, APR_ARRAY_IDX(page->traces, i, const ik_trace_t *));
    ik_writer_markup(w, "</tbody>\n</table>\n");
}

static void page_link(ik_writer_t *w, const char *href, const char *label)
{
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "href", href);
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</a>");
}

static void turn_pages(ik_writer_t *w, const ik_failures_page_t *page)
{
    const apr_array_header_t *traces = page->traces;
    int older = page->older && traces->nelts;

    if (!page->newer && !older)
        return;
    ik_writer_markup(w, "<nav class=\"pages\" aria-label=\"Pages of refused sign-ins\"><div class=\"actions\">\n");
    if (page->newer)
        page_link(w, link_of(w->p, &page->admin, "?failures", ""), "Newest");
    if (older)
        page_link(w, link_of(w->p, &page->admin, "?failures&before=", apr_psprintf(w->p, "%" APR_TIME_T_FMT,
                             APR_ARRAY_IDX(traces, traces->nelts - 1, const ik_trace_t *)->at)), "Older");
    ik_writer_markup(w, "\n</div></nav>\n");
}

static void nothing(ik_writer_t *w, const ik_failures_page_t *page)
{
    if (page->newer)
        ik_admin_box(w, IK_BOX_NOTE, "There is nothing older.");
    else
        ik_admin_box(w, IK_BOX_GOOD, "No sign-in of this account was refused in the last 7 days.");
}

static void list(ik_writer_t *w, const ik_failures_page_t *page)
{
    ik_admin_section(w, "refused", "Refused sign-ins");
    ik_admin_text(w, "Whoever is refused sees a trace id: look it up here to see what was wrong, and how to mend it. They are kept for 7 days. "
                     "A new one appears within seconds.");
    search_form(w, page);
    if (page->searched)
        ik_admin_box(w, IK_BOX_WARNING, "There is no refused sign-in of this account with that trace id. Compare it once more; it may also be "
                                        "older than 7 days, the message did not name this account, or it was no sign-in but a page "
                                        "that somebody may not open.");
    if (page->traces->nelts)
        table(w, page);
    else
        nothing(w, page);
    turn_pages(w, page);
    ik_admin_section_end(w);
}

/* A form has three characters for every quotation mark and brace, so a HAR file grows by a half. */
static const char *what_to_paste(apr_pool_t *p, const char *consume_url)
{
    return apr_pstrcat(p, "As XML, as base64, as form data, or a HAR file of the browser’s network tools. Up to "
                       APR_STRINGIFY(IK_CAPTURED_MEGABYTES) " MB as it is sent, which is about 2 MB of a HAR file: of a larger recording, "
                       "take only the request to ", consume_url, ", or only its form data. As long as it is valid, it is as secret as a "
                       "password.", NULL);
}

static void box(ik_writer_t *w, const ik_failures_page_t *page)
{
    ik_admin_section(w, "explain", "Explain a captured response");
    ik_admin_text(w, "Paste what your browser sent to us at the end of a sign-in, and see each check of it, with what to change. Nobody is signed "
                     "in, and nothing of it is kept.");
    ik_admin_form(w, &page->admin, apr_pstrcat(w->p, page->admin.settings_path, "?failures", NULL), NULL);
    ik_fields_input(w, &(ik_field_spec_t){
        .label = "SAMLResponse", .name = "captured", .type = "text", .rows = 6, .autocomplete = "off", .problem = page->problem,
        .hint = what_to_paste(w->p, page->consume_url),
    });
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, &(ik_button_t){ .label = "Explain", .name = "action", .value = "explain" }, IK_BUTTON_PRIMARY);
    ik_writer_markup(w, "</div>\n</form>\n");
    ik_admin_section_end(w);
}

const char *ik_html_failures(apr_pool_t *p, const ik_brand_t *brand, const ik_failures_page_t *page)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_admin_begin(w, brand, &page->admin, IK_TAB_FAILURES, "Failures");
    list(w, page);
    box(w, page);
    return ik_admin_end(w);
}
