/* SPDX-License-Identifier: Apache-2.0 */
/* The section of the settings page about metadata that is fetched from a URL: where from, and how that goes. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/settings.h"

static void time_and_span(ik_writer_t *w, const char *label, apr_time_t time, const char *words)
{
    ik_admin_value_begin(w, label);
    ik_admin_time(w, time);
    ik_writer_text(w, words);
    ik_admin_value_end(w);
}

static void state(ik_writer_t *w, const ik_source_t *source, apr_time_t now)
{
    if (*source->failure) {
        ik_admin_box_begin(w, IK_BOX_WARNING);
        ik_writer_markup(w, "<p><strong>The metadata cannot be fetched</strong> since ");
        ik_admin_time(w, source->failing_since);
        ik_writer_markup(w, ". What was fetched before stays in force, so people can go on signing in as long as the identity "
                            "provider does not change its certificate.</p>\n<p><bdi>");
        ik_writer_text(w, source->failure);
        ik_writer_markup(w, "</bdi></p>\n");
        ik_admin_box_end(w);
    }
    ik_admin_values(w);
    time_and_span(w, "Fetched", source->fetched, source->fetched ? apr_psprintf(w->p, " (%s ago)", ik_admin_span(w->p, now - source->fetched)) : "");
    time_and_span(w, "Next time", source->next,
                  source->next > now ? apr_psprintf(w->p, " (in %s)", ik_admin_span(w->p, source->next - now)) : " (now)");
    ik_admin_values_end(w);
}

static void address(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_settings_form_t *form = page->form;
    const ik_button_t save = { .label = "Fetch and save", .name = "action", .value = "save-url" };
    const ik_hidden_t hidden[] = { { "seen", form->seen }, { NULL, NULL } };

    ik_admin_form(w, &page->admin, page->admin.settings_path, hidden);
    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Metadata URL", .name = "metadata_url", .type = "url", .autocomplete = "off",
        .value = form->metadata_url ? form->metadata_url : page->source ? page->source->url : NULL,
        .problem = form->metadata_url_problem, .optional = 1, .focus = form->metadata_url_problem != NULL,
        .hint = "It starts with https:// and shows the metadata XML to everybody, without signing in.",
    });
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, &save, IK_BUTTON_PLAIN);
    ik_writer_markup(w, "</div>\n</form>\n");
}

void ik_settings_write_source(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_button_t now = { .label = "Fetch now", .name = "action", .value = "fetch-now" };
    const ik_button_t stop = { .label = "Stop fetching", .name = "action", .value = "forget-url" };
    const ik_hidden_t hidden[] = { { "seen", page->form->seen }, { NULL, NULL } };

    ik_admin_section(w, "source", "Metadata by URL");
    ik_admin_text(w, "Most identity providers also publish their metadata at a URL. With that, nobody has to paste it again: it is "
                     "fetched several times a day, and a new certificate is here before the old one ends.");
    if (page->source)
        state(w, page->source, page->admin.now);
    address(w, page);
    if (page->source) {
        ik_settings_write_button(w, page, NULL, &now, IK_BUTTON_PLAIN);
        ik_settings_write_button(w, page, hidden, &stop, IK_BUTTON_PLAIN);
    }
    ik_admin_section_end(w);
}
