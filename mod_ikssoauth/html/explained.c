/* SPDX-License-Identifier: Apache-2.0 */
/* The page about a captured response: each check of it, what was wrong when it was new, who it is about. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/layout.h"
#include "html/tested.h"

static const char *heading(const ik_explained_t *e)
{
    if (e->accepted)
        return "This response would be accepted";
    return e->accepted_then ? "This response is over, but was right" : "This response would be refused";
}

static void lead(ik_writer_t *w, const ik_explained_t *e)
{
    ik_layout_lead(w, e->accepted ? "A sign-in with it would work now, with the settings as they are saved."
                      : e->accepted_then ? "A sign-in with it would be refused now. When it was new, it would have worked."
                      : "A sign-in with it would be refused. What to mend stands below.");
}

/* What was looked at, in the manner of the checks of a message. */
static const char *label_of(ik_reason_t reason)
{
    switch (reason) {
    case IK_REASON_REPLAYED:
        return "The message is used for the first time";
    case IK_REASON_ACCOUNT_DISABLED:
        return "The account is switched on";
    default:
        return "This site serves the account";
    }
}

/* What a login refuses besides what the message says. */
static void besides(ik_writer_t *w, const ik_explained_t *e, const ik_mending_t *mending)
{
    if (!e->besides->nelts)
        return;
    ik_admin_section(w, "besides", "Besides the message");
    ik_writer_markup(w, "<ul class=\"checks\">\n");
    for (int i = 0; i < e->besides->nelts; i++) {
        const ik_checked_t *checked = &APR_ARRAY_IDX(e->besides, i, const ik_checked_t);

        ik_tested_write_check(w, label_of(checked->reason), checked, mending);
    }
    ik_writer_markup(w, "</ul>\n");
    ik_admin_section_end(w);
}

/* Most captures are old when somebody looks at them, which says nothing about what went wrong. */
static void when_new(ik_writer_t *w, const ik_explained_t *e, const ik_mending_t *mending)
{
    if (!e->then)
        return;
    ik_admin_section(w, "new", "When it was new");
    ik_admin_text(w, apr_psprintf(w->p, "As if it had come on %s, when it was made, and for the first time:", ik_admin_moment(w->p, e->issued)));
    if (e->then->passed)
        ik_admin_box(w, IK_BOX_GOOD, "All checks of the message passed.");
    else
        ik_tested_write_failed(w, e->then, mending);
    ik_admin_section_end(w);
}

static void times(ik_writer_t *w, const ik_explained_t *e)
{
    ik_admin_section(w, "times", "Times");
    ik_admin_text(w, e->answers ? apr_psprintf(w->p, "The message answers the request %s: only the browser that sent it can sign in with it.",
                                               e->answers)
                                : "The message answers no request: the sign-in was started at the identity provider, or it cannot be read.");
    ik_writer_markup(w, "<ul>\n");
    for (int i = 0; i < e->times->nelts; i++) {
        ik_writer_markup(w, "<li>");
        ik_writer_text(w, APR_ARRAY_IDX(e->times, i, const char *));
        ik_writer_markup(w, "</li>\n");
    }
    ik_writer_markup(w, "</ul>\n");
    ik_admin_section_end(w);
}

static void ways(ik_writer_t *w, const ik_admin_page_t *admin)
{
    ik_writer_markup(w, "<div class=\"actions\">\n<a");
    ik_writer_attribute(w, "href", ik_layout_own_path(apr_pstrcat(w->p, admin->settings_path, "?failures", NULL)));
    ik_writer_markup(w, ">Back to the failures</a>\n<a");
    ik_writer_attribute(w, "href", ik_layout_own_path(admin->settings_path));
    ik_writer_markup(w, ">Settings</a>\n</div>\n");
}

const char *ik_html_explained(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin, const ik_explained_t *e)
{
    const ik_mending_t mending = { e->product, &e->values };
    const ik_tested_page_t person = { .list = e->list };
    ik_writer_t *w = ik_writer_make(p);

    ik_admin_begin(w, brand, admin, IK_TAB_FAILURES, heading(e));
    lead(w, e);
    besides(w, e, &mending);
    when_new(w, e, &mending);
    ik_tested_write_checks(w, e->list, &mending);
    if (e->times->nelts)
        times(w, e);
    ik_tested_write_claims(w, &person);
    ways(w, admin);
    return ik_admin_end(w);
}
