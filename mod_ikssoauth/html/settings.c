/* SPDX-License-Identifier: Apache-2.0 */
/* The settings page: whether single sign-on is on, and the sections below. */
#include "html/settings.h"

#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/report.h"

static void is_on(ik_writer_t *w, const ik_settings_page_t *page)
{
    ik_admin_box_begin(w, page->account->enabled ? IK_BOX_GOOD : IK_BOX_NOTE);
    ik_writer_markup(w, "<p><strong>Single sign-on is on.</strong> People of this account sign in at <bdi>");
    ik_writer_text(w, page->idp ? ik_html_product(page->idp->product) : page->account->idp_entity_id);
    ik_writer_markup(w, "</bdi>. These settings count since ");
    ik_admin_time(w, page->account->changed);
    ik_writer_markup(w, ".</p>\n");
    ik_admin_box_end(w);
}

static void is_off(ik_writer_t *w, const ik_settings_page_t *page)
{
    ik_admin_box_begin(w, IK_BOX_NOTE);
    ik_writer_markup(w, "<p><strong>Single sign-on is off.</strong> To switch it on, enter the values below at your identity "
                        "provider, then paste its metadata here, test it, and save.</p>\n");
    if (page->previous)
        ik_writer_markup(w, "<p>Or <a href=\"#roll-back\">roll back</a> to the settings that were in force before.</p>\n");
    ik_admin_box_end(w);
}

static void state(ik_writer_t *w, const ik_settings_page_t *page)
{
    if (!page->account->enabled)
        ik_admin_box(w, IK_BOX_WARNING, "This account is switched off: nobody can sign in, whatever stands here. Our support "
                                        "can switch it on again.");
    if (page->account->metadata)
        is_on(w, page);
    else
        is_off(w, page);
}

static void problem_link(ik_writer_t *w, const char *field, const char *label, const char *problem)
{
    if (!problem)
        return;
    ik_writer_markup(w, "<li><a");
    ik_writer_attribute(w, "href", apr_pstrcat(w->p, "#", field, NULL));
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</a></li>\n");
}

static void problem_of_all(ik_writer_t *w, const char *sentence)
{
    if (!sentence)
        return;
    ik_admin_box_begin(w, IK_BOX_WARNING);
    ik_writer_markup(w, "<p><strong>Nothing was changed.</strong> ");
    ik_writer_text(w, sentence);
    ik_writer_markup(w, "</p>\n");
    ik_admin_box_end(w);
}

/* The sentences stand at the fields: here is the way to them. */
static void problems(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_settings_form_t *form = page->form;
    const char *rules_problem = page->rules ? page->rules->problem : NULL;

    if (!form->metadata_problem && !form->entity_id_problem && !form->domains_problem && !form->options_problem
        && !form->metadata_url_problem && !rules_problem)
        return;
    ik_admin_box_begin(w, IK_BOX_WARNING);
    ik_writer_markup(w, "<p><strong>Nothing was changed.</strong> Please look again at:</p>\n<ul>\n");
    problem_link(w, "metadata", "Metadata XML", form->metadata_problem);
    problem_link(w, "metadata_url", "Metadata URL", form->metadata_url_problem);
    problem_link(w, "entity_id", "Entity ID", form->entity_id_problem);
    problem_link(w, "domains", "Allowed e-mail domains", form->domains_problem);
    problem_link(w, "options", "Options", form->options_problem);
    problem_link(w, "rules", "Roles from groups", rules_problem);
    ik_writer_markup(w, "</ul>\n");
    ik_admin_box_end(w);
}

static void failed_check(ik_writer_t *w, ik_check_id_t id, const ik_checked_t *checked)
{
    ik_writer_markup(w, "<li>");
    ik_writer_text(w, ik_check_row(id)->label);
    if (checked->detail) {
        ik_writer_markup(w, "<br/><span class=\"soft\"><bdi>");
        ik_writer_text(w, checked->detail);
        ik_writer_markup(w, "</bdi></span>");
    }
    ik_writer_markup(w, "</li>\n");
}

static void failed_test(ik_writer_t *w, const ik_settings_page_t *page)
{
    int i;

    if (!page->anyway)
        return;
    ik_admin_box_begin(w, IK_BOX_WARNING);
    ik_writer_markup(w, "<p><strong>Nothing was saved yet: the last test sign-in with these settings failed.</strong> Saved like "
                        "this, people could not sign in. These checks failed:</p>\n<ul>\n");
    for (i = 0; page->failed && i < IK_CHECK_COUNT; i++)
        if (page->failed->checks[i].state == IK_CHECK_FAILED)
            failed_check(w, (ik_check_id_t)i, &page->failed->checks[i]);
    ik_writer_markup(w, "</ul>\n<p>Mend them and test again, or choose <a href=\"#save-anyway\">Save anyway</a>.</p>\n");
    ik_admin_box_end(w);
}

static void report(ik_writer_t *w, const ik_settings_page_t *page)
{
    if (!page->idp)
        return;
    ik_admin_section(w, "report", "What the saved metadata says");
    ik_report_write(w, page->idp, page->notes, page->key_use, page->admin.now);
    ik_admin_section_end(w);
}

void ik_settings_write_button(ik_writer_t *w, const ik_settings_page_t *page, const ik_hidden_t *hidden,
                              const ik_button_t *button, ik_button_look_t look)
{
    ik_admin_form(w, &page->admin, page->admin.settings_path, hidden);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, button, look);
    ik_writer_markup(w, "</div>\n</form>\n");
}

const char *ik_html_settings(apr_pool_t *p, const ik_brand_t *brand, const ik_settings_page_t *page)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_admin_begin(w, brand, &page->admin, IK_TAB_SETTINGS, "Single sign-on");
    problem_of_all(w, page->form->problem);
    problems(w, page);
    failed_test(w, page);
    ik_settings_write_link(w, page);
    state(w, page);
    ik_settings_write_values(w, page);
    ik_settings_write_form(w, page);
    ik_settings_write_source(w, page);
    report(w, page);
    ik_settings_write_rules(w, page);
    ik_settings_write_invites(w, page);
    ik_settings_write_changes(w, page);
    return ik_admin_end(w);
}
