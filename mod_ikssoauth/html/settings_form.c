/* SPDX-License-Identifier: Apache-2.0 */
/* The second section of the settings page: the form, as it was typed or as it is saved. */
#include <apr_lib.h>
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/settings.h"

#define METADATA_ROWS 10
#define DOMAINS_ROWS 3

/* Which field typing begins in: the first with a problem; none if there is none. */
typedef enum { NO_FIELD, METADATA, ENTITY_ID, DOMAINS } focus_t;

static focus_t focus_of(const ik_settings_form_t *form)
{
    if (form->metadata_problem)
        return METADATA;
    if (form->entity_id_problem)
        return ENTITY_ID;
    return form->domains_problem ? DOMAINS : NO_FIELD;
}

static void metadata(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_settings_form_t *form = page->form;

    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Metadata XML", .name = "metadata", .autocomplete = "off", .value = form->metadata, .rows = METADATA_ROWS,
        .problem = form->metadata_problem, .optional = 1, .focus = focus_of(form) == METADATA,
        .hint = page->source ? "It is fetched from the URL below. Paste XML here only to replace it: it is not fetched any more then."
                             : "The whole XML document that your identity provider offers as “metadata” or “federation metadata”.",
    });
}

/* By convention: our address and the account, whatever address the account has now. */
static const char *own_entity_id(ik_writer_t *w, const ik_settings_page_t *page)
{
    const char *acs = page->values->acs;

    return apr_pstrcat(w->p, apr_pstrmemdup(w->p, acs, strcspn(acs, "#")), "#", page->admin.account, NULL);
}

static void entity_id(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_settings_form_t *form = page->form;

    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Entity ID", .name = "entity_id", .type = "text", .autocomplete = "off", .value = form->entity_id,
        .problem = form->entity_id_problem, .optional = 1, .focus = focus_of(form) == ENTITY_ID,
        .hint = apr_pstrcat(w->p, "The name by which the identity provider knows us. Leave it empty, unless several accounts share "
                            "one identity provider. Then each has its own; by convention, yours is ", own_entity_id(w, page), NULL),
    });
}

static void domains(ik_writer_t *w, const ik_settings_form_t *form)
{
    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Allowed e-mail domains", .name = "domains", .autocomplete = "off", .value = form->domains,
        .rows = DOMAINS_ROWS, .problem = form->domains_problem, .optional = 1, .focus = focus_of(form) == DOMAINS,
        .hint = "One per line, for example acme.com. Only people with such an address can sign in; empty: all can.",
    });
}

static const char *id_of(ik_writer_t *w, const ik_option_row_t *row)
{
    return apr_pstrcat(w->p, "option-", row->name, NULL);
}

/* A word or a line of a table as a sentence begins: "accept" as "Accept". */
static const char *begun(apr_pool_t *p, const char *text)
{
    return apr_psprintf(p, "%c%s", apr_toupper(*text), text + 1);
}

static void choices(ik_writer_t *w, const ik_option_row_t *row, const char *chosen)
{
    const char *const *word;

    for (word = row->values; *word; word++) {
        ik_writer_markup(w, "<option");
        ik_writer_attribute(w, "value", *word);
        ik_writer_attribute(w, "selected", chosen && strcmp(chosen, *word) == 0 ? "selected" : NULL);
        ik_writer_markup(w, ">");
        ik_writer_text(w, begun(w->p, *word));
        ik_writer_markup(w, "</option>\n");
    }
}

static void name_of_control(ik_writer_t *w, const ik_option_row_t *row)
{
    ik_writer_attribute(w, "id", id_of(w, row));
    ik_writer_attribute(w, "name", id_of(w, row));
    ik_writer_attribute(w, "aria-describedby", apr_pstrcat(w->p, id_of(w, row), "-hint", NULL));
}

static void control(ik_writer_t *w, const ik_option_row_t *row, const char *value)
{
    if (row->values) {
        ik_writer_markup(w, "<select");
        name_of_control(w, row);
        ik_writer_markup(w, ">\n");
        choices(w, row, value);
        ik_writer_markup(w, "</select>\n");
    } else {
        ik_writer_markup(w, "<input type=\"date\"");
        name_of_control(w, row);
        ik_writer_attribute(w, "value", value);
        ik_writer_markup(w, "/>\n");
    }
}

static void option(ik_writer_t *w, const ik_option_row_t *row, const char *value)
{
    const char *help = begun(w->p, row->help);

    ik_writer_markup(w, "<div class=\"option\">\n<div><label");
    ik_writer_attribute(w, "for", id_of(w, row));
    ik_writer_markup(w, ">");
    ik_writer_text(w, row->label);
    ik_writer_markup(w, "</label>\n");
    ik_fields_hint(w, apr_pstrcat(w->p, id_of(w, row), "-hint", NULL),
                   apr_pstrcat(w->p, help, row->values ? "." : ". The last day in UTC; empty: off.", NULL));
    ik_writer_markup(w, "</div>\n");
    control(w, row, value);
    ik_writer_markup(w, "</div>\n");
}

static void options(ik_writer_t *w, const ik_settings_form_t *form)
{
    const ik_option_row_t *row;

    ik_writer_markup(w, "<fieldset id=\"options\"");
    ik_writer_attribute(w, "aria-describedby", form->options_problem ? "options-problem" : NULL);
    ik_writer_markup(w, ">\n<legend>Options</legend>\n");
    ik_fields_problem(w, "options-problem", form->options_problem);
    for (row = ik_option_rows; row->name; row++)
        option(w, row, form->options ? apr_table_get(form->options, row->name) : NULL);
    ik_writer_markup(w, "</fieldset>\n");
}

/* The first button is the one that Enter presses: after a failed test that is not the one which saves. */
static void buttons(ik_writer_t *w, int anyway)
{
    const ik_button_t test = { .label = "Test sign-in", .name = "action", .value = "test", .new_window = 1 };
    const ik_button_t save = { .label = "Save", .name = "action", .value = "save" };
    const ik_button_t save_anyway = { .label = "Save anyway", .name = "action", .value = "save" };

    ik_writer_markup(w, "<div class=\"actions\" id=\"save-anyway\">\n");
    ik_fields_button(w, anyway ? &test : &save, IK_BUTTON_PRIMARY);
    ik_fields_button(w, anyway ? &save_anyway : &test, anyway ? IK_BUTTON_DANGER : IK_BUTTON_PLAIN);
    ik_writer_markup(w, "</div>\n");
    ik_fields_hint(w, NULL, "Test sign-in opens a new window and signs you in at the identity provider with what stands above. It "
                            "saves nothing, creates nobody, and shows each check.");
}

void ik_settings_write_form(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_hidden_t hidden[] = { { "confirm", page->anyway }, { "fetched", page->source ? "yes" : page->account->metadata ? NULL : "never" },
                                   { "seen", page->form->seen }, { NULL, NULL } };

    ik_admin_section(w, "form", "2. Paste its metadata");
    ik_admin_form(w, &page->admin, page->admin.settings_path, hidden);
    metadata(w, page);
    entity_id(w, page);
    domains(w, page->form);
    options(w, page->form);
    buttons(w, page->anyway != NULL);
    ik_writer_markup(w, "</form>\n");
    ik_admin_section_end(w);
}
