/* SPDX-License-Identifier: Apache-2.0 */
/* Writes forms: hidden fields, fields with label, hint and problem, and buttons. */
#include "html/fields.h"

#include <apr_strings.h>

void ik_fields_begin(ik_writer_t *w, const char *action, const ik_hidden_t *hidden)
{
    ik_writer_markup(w, "<form method=\"post\"");
    ik_writer_attribute(w, "action", action);
    ik_writer_markup(w, ">\n");
    for (; hidden->name; hidden++) {
        if (!hidden->value)
            continue;
        ik_writer_markup(w, "<input type=\"hidden\"");
        ik_writer_attribute(w, "name", hidden->name);
        ik_writer_attribute(w, "value", hidden->value);
        ik_writer_markup(w, "/>\n");
    }
}

static const char *id_of(ik_writer_t *w, const ik_field_spec_t *field, const char *part)
{
    return apr_pstrcat(w->p, field->name, "-", part, NULL);
}

/* The ids of the sentences that screen readers read with the field; NULL when there are none. */
static const char *described_by(ik_writer_t *w, const ik_field_spec_t *field)
{
    if (field->problem && field->hint)
        return apr_pstrcat(w->p, id_of(w, field, "problem"), " ", id_of(w, field, "hint"), NULL);
    if (field->problem)
        return id_of(w, field, "problem");
    return field->hint ? id_of(w, field, "hint") : NULL;
}

static void sentence(ik_writer_t *w, const char *id, const char *class, const char *role, const char *text)
{
    if (!text)
        return;
    ik_writer_markup(w, "<p");
    ik_writer_attribute(w, "id", id);
    ik_writer_attribute(w, "class", class);
    ik_writer_attribute(w, "role", role);
    ik_writer_markup(w, ">");
    ik_writer_text(w, text);
    ik_writer_markup(w, "</p>\n");
}

static void label(ik_writer_t *w, const ik_field_spec_t *field)
{
    ik_writer_markup(w, "<label");
    ik_writer_attribute(w, "for", field->name);
    ik_writer_markup(w, ">");
    ik_writer_text(w, field->label);
    ik_writer_markup(w, "</label>\n");
}

/* What a line and a box have in common. */
static void attributes(ik_writer_t *w, const ik_field_spec_t *field)
{
    ik_writer_attribute(w, "required", field->optional ? NULL : "required");
    ik_writer_attribute(w, "id", field->name);
    ik_writer_attribute(w, "name", field->name);
    ik_writer_attribute(w, "autocomplete", field->autocomplete);
    ik_writer_attribute(w, "placeholder", field->placeholder);
    ik_writer_attribute(w, "autofocus", field->focus ? "autofocus" : NULL);
    ik_writer_attribute(w, "aria-invalid", field->problem ? "true" : NULL);
    ik_writer_attribute(w, "aria-describedby", described_by(w, field));
}

static void input(ik_writer_t *w, const ik_field_spec_t *field)
{
    ik_writer_markup(w, "<input spellcheck=\"false\" autocapitalize=\"none\"");
    attributes(w, field);
    ik_writer_attribute(w, "type", field->type);
    ik_writer_attribute(w, "value", field->value);
    ik_writer_markup(w, "/>\n");
}

/* Browsers drop one line end at the start of a box: it is ours, so that one of the value's own stays. */
static void box(ik_writer_t *w, const ik_field_spec_t *field)
{
    ik_writer_markup(w, "<textarea spellcheck=\"false\" autocapitalize=\"none\"");
    attributes(w, field);
    ik_writer_attribute(w, "rows", apr_itoa(w->p, field->rows));
    ik_writer_markup(w, ">\n");
    ik_writer_text(w, field->value);
    ik_writer_markup(w, "</textarea>\n");
}

void ik_fields_hint(ik_writer_t *w, const char *id, const char *text)
{
    sentence(w, id, "hint", NULL, text);
}

void ik_fields_problem(ik_writer_t *w, const char *id, const char *text)
{
    sentence(w, id, "problem", "alert", text);
}

void ik_fields_input(ik_writer_t *w, const ik_field_spec_t *field)
{
    ik_writer_markup(w, "<div class=\"field\">\n");
    label(w, field);
    if (field->rows)
        box(w, field);
    else
        input(w, field);
    ik_fields_problem(w, id_of(w, field, "problem"), field->problem);
    ik_fields_hint(w, id_of(w, field, "hint"), field->hint);
    ik_writer_markup(w, "</div>\n");
}

void ik_fields_button(ik_writer_t *w, const ik_button_t *b, ik_button_look_t look)
{
    static const char *const classes[] = {
        [IK_BUTTON_PRIMARY] = "primary", [IK_BUTTON_PLAIN] = NULL, [IK_BUTTON_DANGER] = "danger",
    };

    ik_writer_markup(w, "<button type=\"submit\"");
    ik_writer_attribute(w, "class", classes[look]);
    ik_writer_attribute(w, "name", b->name);
    ik_writer_attribute(w, "value", b->value);
    ik_writer_attribute(w, "aria-label", b->spoken);
    ik_writer_attribute(w, "formtarget", b->new_window ? "_blank" : NULL);
    ik_writer_markup(w, ">");
    ik_writer_text(w, b->label);
    ik_writer_markup(w, "</button>\n");
}

static void link_beside(ik_writer_t *w, const ik_button_t *b)
{
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "href", b->href);
    ik_writer_markup(w, ">");
    ik_writer_text(w, b->label);
    ik_writer_markup(w, "</a>\n");
}

void ik_fields_end(ik_writer_t *w, const ik_button_t *first, const ik_button_t *second)
{
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, first, IK_BUTTON_PRIMARY);
    if (second && second->href)
        link_beside(w, second);
    else if (second)
        ik_fields_button(w, second, IK_BUTTON_PLAIN);
    ik_writer_markup(w, "</div>\n</form>\n");
}
