/* SPDX-License-Identifier: Apache-2.0 */
/* The page about one refused sign-in: what was wrong, and what to change where. */
#include <string.h>

#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/guide.h"
#include "html/layout.h"
#include "html/tested.h"

static const struct {
    const char *endpoint, *words;
} endpoints[] = {
    { "consume", "The answer of the identity provider" },
    { "login", "The start of a sign-in on our page" },
    { "logout", "A sign-out" },
};

static const char *happened(const char *endpoint)
{
    for (apr_size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++)
        if (strcmp(endpoints[i].endpoint, endpoint) == 0)
            return endpoints[i].words;
    return endpoint;
}

static const char *or_unknown(const char *text)
{
    return text && *text ? text : "not known";
}

/* What nobody has signed may say anything, also what the account or the identity provider is. */
static void proof(ik_writer_t *w, const ik_trace_t *trace)
{
    if (trace->verified)
        ik_admin_box(w, IK_BOX_NOTE, "The message was signed by the identity provider of this account: what stands here is what it says.");
    else
        ik_admin_box(w, IK_BOX_WARNING, "It is not proven that the message comes from your identity provider: anybody can send such a message. If "
                                        "nobody of yours was trying to sign in at that time, there is nothing to mend.");
}

static void mend(ik_writer_t *w, const ik_trace_page_t *page)
{
    const ik_trace_t *trace = page->trace;
    const ik_mending_t mending = { page->product, page->values };

    ik_admin_section(w, "mend", "What to do");
    ik_writer_markup(w, "<p>");
    ik_writer_text(w, ik_tested_fix(w, trace->reason, trace->detail, &mending));
    ik_writer_markup(w, "</p>\n");
    ik_admin_text(w, trace->reason < IK_REASON_COUNT ? ik_tested_mender(ik_reason_row(trace->reason)->actor) : "");
    ik_admin_section_end(w);
}

static void facts(ik_writer_t *w, const ik_trace_page_t *page)
{
    const ik_trace_t *trace = page->trace;

    ik_admin_section(w, "facts", "What happened");
    proof(w, trace);
    ik_admin_values(w);
    ik_admin_value(w, "What came, and what was expected", or_unknown(trace->detail), 0);
    ik_admin_value_begin(w, "Time");
    ik_admin_time(w, trace->at);
    ik_admin_value_end(w);
    ik_admin_value(w, "Refused", happened(trace->endpoint), 0);
    ik_admin_value(w, "Reason, for our support", ik_reason_row(trace->reason)->id, 0);
    ik_admin_value(w, "Trace id", trace->id, 1);
    ik_admin_value(w, "Identity provider (Issuer)", or_unknown(trace->issuer), 0);
    ik_admin_value(w, "Address of the browser", or_unknown(trace->client), 0);
    ik_admin_values_end(w);
    ik_admin_section_end(w);
}

static void link_to(ik_writer_t *w, const char *path, const char *label)
{
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "href", ik_layout_own_path(path));
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</a>\n");
}

static void ways(ik_writer_t *w, const ik_trace_page_t *page)
{
    const char *settings = page->admin.settings_path;
    const ik_guide_t *guide = page->product ? ik_guide_of(page->product) : NULL;

    ik_writer_markup(w, "<div class=\"actions\">\n");
    link_to(w, settings, "Settings");
    if (guide)
        link_to(w, apr_pstrcat(w->p, settings, "?guide=", guide->product, NULL),
                apr_pstrcat(w->p, "Guide for ", ik_html_product(guide->product), NULL));
    link_to(w, apr_pstrcat(w->p, settings, "?failures", NULL), "All failures");
    ik_writer_markup(w, "</div>\n");
}

const char *ik_html_trace(apr_pool_t *p, const ik_brand_t *brand, const ik_trace_page_t *page)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_admin_begin(w, brand, &page->admin, IK_TAB_FAILURES, "A refused sign-in");
    ik_layout_lead(w, ik_reason_row(page->trace->reason)->sentence);
    mend(w, page);
    facts(w, page);
    ways(w, page);
    return ik_admin_end(w);
}
