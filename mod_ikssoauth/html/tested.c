/* SPDX-License-Identifier: Apache-2.0 */
/* The page that shows what a test sign-in has shown: each check, the claims, and what to do next. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/fields.h"
#include "html/layout.h"
#include "html/tested.h"

static int count(const ik_checklist_t *list, ik_check_state_t state)
{
    int n = 0, i;

    for (i = 0; i < IK_CHECK_COUNT; i++)
        n += list->checks[i].state == state;
    return n;
}

/* An answer was written down by another version of this program, and cannot be shown by this one. */
static int is_unreadable(const ik_tested_page_t *page)
{
    return !page->list && page->draft->state != IK_DRAFT_UNTESTED;
}

static const char *heading(apr_pool_t *p, const ik_tested_page_t *page)
{
    const ik_checklist_t *list = page->list;
    int failed, looked_at;

    if (is_unreadable(page))
        return "What the test showed cannot be shown any more";
    if (!list)
        return "No answer has come yet";
    if (list->passed)
        return "This works";
    failed = count(list, IK_CHECK_FAILED);
    looked_at = failed + count(list, IK_CHECK_PASSED);
    return apr_psprintf(p, "%d of %d checks failed", failed, looked_at);
}

#define TESTED_ONLY " This was a test: nobody was created, and nobody signed in."

static void lead(ik_writer_t *w, const ik_tested_page_t *page)
{
    const ik_checklist_t *list = page->list;

    if (is_unreadable(page)) {
        ik_layout_lead(w, "Test these settings again.");
        return;
    }
    if (list && list->passed) {
        ik_admin_box(w, IK_BOX_GOOD, "With these settings, people can sign in." TESTED_ONLY);
        return;
    }
    ik_layout_lead(w, list ? "With these settings, this person could not sign in. What to mend stands below." TESTED_ONLY
                           : "Finish the sign-in at your identity provider, in this window or another, then look again. If it "
                             "shows an error itself, compare the values that you entered there with those on the settings page.");
}

/* Which settings this is about. */
static void facts(ik_writer_t *w, const ik_tested_page_t *page)
{
    ik_admin_values(w);
    if (page->idp) {
        ik_admin_value(w, "Product", ik_html_product(page->idp->product), 0);
        ik_admin_value(w, "Entity ID of the identity provider", page->idp->entity_id, 0);
    }
    ik_admin_value_begin(w, "Test started");
    ik_admin_time(w, page->draft->made);
    ik_admin_value_end(w);
    ik_admin_values_end(w);
}

static void link_to(ik_writer_t *w, const char *path, const char *label, const char *class)
{
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "class", class);
    ik_writer_attribute(w, "href", ik_layout_own_path(path));
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</a>\n");
}

/* What failed is tested again rather than saved. */
static void buttons(ik_writer_t *w, const ik_tested_page_t *page, int passed)
{
    const ik_button_t save = { .label = passed ? "Save these settings" : "Save anyway", .name = "action", .value = "save-draft" };
    const ik_button_t again = { .label = "Test again", .name = "action", .value = "test-again" };
    int can_save = page->list && !page->is_saved;

    if (passed && can_save)
        ik_fields_button(w, &save, IK_BUTTON_PRIMARY);
    ik_fields_button(w, &again, page->list && !passed ? IK_BUTTON_PRIMARY : IK_BUTTON_PLAIN);
    if (!passed && can_save)
        ik_fields_button(w, &save, IK_BUTTON_DANGER);
}

static void next(ik_writer_t *w, const ik_tested_page_t *page)
{
    int passed = page->list && page->list->passed;
    const char *settings = page->admin.settings_path;
    const char *confirm = page->list && !passed && !page->is_saved ? "yes" : NULL;
    const ik_hidden_t hidden[] = { { "test", page->draft->id }, { "confirm", confirm }, { NULL, NULL } };

    ik_admin_section(w, "next", page->list ? "What next?" : "This test");
    if (page->is_saved)
        ik_admin_box(w, passed ? IK_BOX_GOOD : IK_BOX_NOTE, "These settings are saved, and in force.");
    else if (confirm)
        ik_admin_box(w, IK_BOX_WARNING, "Saved like this, people could not sign in. Mend what failed, then test again.");
    else if (passed)
        ik_admin_text(w, "These settings are not saved yet.");
    if (!page->list)
        facts(w, page);
    ik_admin_form(w, &page->admin, settings, hidden);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    if (!page->list)
        link_to(w, apr_pstrcat(w->p, settings, "?test=", page->draft->id, NULL), "Look again", "primary");
    buttons(w, page, passed);
    link_to(w, settings, "Back to the settings", NULL);
    ik_writer_markup(w, "</div>\n</form>\n");
    ik_admin_section_end(w);
}

const char *ik_html_tested(apr_pool_t *p, const ik_brand_t *brand, const ik_tested_page_t *page)
{
    ik_writer_t *w = ik_writer_make(p);
    const ik_mending_t mending = { .product = page->idp ? page->idp->product : NULL };

    ik_admin_begin(w, brand, &page->admin, IK_TAB_SETTINGS, heading(p, page));
    lead(w, page);
    next(w, page);
    if (page->list) {
        ik_tested_write_checks(w, page->list, &mending);
        ik_tested_write_claims(w, page);
    }
    return ik_admin_end(w);
}
