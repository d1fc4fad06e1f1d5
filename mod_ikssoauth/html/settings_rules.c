/* SPDX-License-Identifier: Apache-2.0 */
/* The section of the settings page with the rules that make a role out of groups, and whom they would change. */
#include <string.h>

#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/settings.h"

/* What is posted, and how it reads between "a value that" and the text. */
static const struct {
    ik_rule_kind_t kind;
    const char *label;
} kinds[] = { { IK_RULE_VALUE, "is exactly" }, { IK_RULE_PREFIX, "begins with" }, { IK_RULE_REGEX, "matches the regex" } };

static const char *name_of(ik_writer_t *w, int number, const char *part)
{
    return apr_psprintf(w->p, "rule-%d-%s", number, part);
}

static void field_begin(ik_writer_t *w, const char *name, const char *label)
{
    ik_writer_markup(w, "<div class=\"field\"><label");
    ik_writer_attribute(w, "for", name);
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</label>\n");
}

static void select_begin(ik_writer_t *w, const char *name, const char *problem, const char *said_by)
{
    ik_writer_markup(w, "<select");
    ik_writer_attribute(w, "id", name);
    ik_writer_attribute(w, "name", name);
    ik_writer_attribute(w, "aria-invalid", problem ? "true" : NULL);
    ik_writer_attribute(w, "aria-describedby", problem ? said_by : NULL);
    ik_writer_markup(w, ">\n");
}

static void choice(ik_writer_t *w, const char *value, const char *label, int chosen)
{
    ik_writer_markup(w, "<option");
    ik_writer_attribute(w, "value", value);
    ik_writer_attribute(w, "selected", chosen ? "selected" : NULL);
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</option>\n");
}

static void kind_field(ik_writer_t *w, int number, const ik_rule_field_t *rule)
{
    const char *name = name_of(w, number, "kind");
    apr_size_t i;

    field_begin(w, name, "A value that");
    select_begin(w, name, NULL, NULL);
    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        choice(w, ik_rule_word(kinds[i].kind), kinds[i].label, strcmp(ik_rule_word(kinds[i].kind), rule->kind) == 0);
    ik_writer_markup(w, "</select></div>\n");
}

static void input(ik_writer_t *w, const char *name, const char *type, const char *value, const char *problem, const char *said_by)
{
    ik_writer_markup(w, "<input");
    ik_writer_attribute(w, "id", name);
    ik_writer_attribute(w, "name", name);
    ik_writer_attribute(w, "type", type);
    ik_writer_attribute(w, "value", value);
    ik_writer_attribute(w, "autocomplete", "off");
    ik_writer_attribute(w, "aria-invalid", problem ? "true" : NULL);
    ik_writer_attribute(w, "aria-describedby", problem ? said_by : NULL);
    ik_writer_markup(w, "/></div>\n");
}

static void pattern_field(ik_writer_t *w, int number, const ik_rule_field_t *rule)
{
    const char *name = name_of(w, number, "pattern");

    field_begin(w, name, "this text");
    input(w, name, "text", rule->pattern, rule->problem, name_of(w, number, "problem"));
}

/* A role that was accepted once stands there still, so that nobody saves another one by accident. */
static void role_field(ik_writer_t *w, int number, const ik_rule_field_t *rule, const apr_array_header_t *roles)
{
    const char *name = name_of(w, number, "role");
    int i, known = 0;

    field_begin(w, name, "gives the role");
    select_begin(w, name, rule->problem, name_of(w, number, "problem"));
    choice(w, "", "Choose a role", !*rule->role);
    for (i = 0; i < roles->nelts; i++) {
        const char *role = APR_ARRAY_IDX(roles, i, const char *);
        int chosen = strcmp(role, rule->role) == 0;

        known |= chosen;
        choice(w, role, role, chosen);
    }
    if (!known && *rule->role)
        choice(w, rule->role, apr_pstrcat(w->p, rule->role, " (not accepted any more)", NULL), 1);
    ik_writer_markup(w, "</select></div>\n");
}

static void place_field(ik_writer_t *w, int number)
{
    const char *name = name_of(w, number, "place");

    field_begin(w, name, "Place");
    input(w, name, "number", apr_itoa(w->p, number), NULL, NULL);
}

static void row(ik_writer_t *w, int number, const ik_rule_field_t *rule, const apr_array_header_t *roles)
{
    ik_writer_markup(w, "<li><div class=\"inline\" role=\"group\"");
    ik_writer_attribute(w, "aria-label", apr_psprintf(w->p, "Rule %d", number));
    ik_writer_markup(w, ">\n");
    kind_field(w, number, rule);
    pattern_field(w, number, rule);
    role_field(w, number, rule, roles);
    place_field(w, number);
    ik_fields_problem(w, name_of(w, number, "problem"), rule->problem);
    ik_writer_markup(w, "</div></li>\n");
}

static void rows(ik_writer_t *w, const ik_settings_page_t *page)
{
    static const ik_rule_field_t empty = { "value", "", "", NULL };
    const apr_array_header_t *typed = page->rules->rows;
    int i;

    ik_writer_markup(w, "<ol class=\"rows\" aria-label=\"Rules\">\n");
    for (i = 0; i < typed->nelts; i++)
        row(w, i + 1, &APR_ARRAY_IDX(typed, i, ik_rule_field_t), page->values->roles);
    for (; i < typed->nelts + IK_RULES_EMPTY_ROWS; i++)
        row(w, i + 1, &empty, page->values->roles);
    ik_writer_markup(w, "</ol>\n");
}

static void claim(ik_writer_t *w, const ik_settings_page_t *page)
{
    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Attribute that carries the groups", .name = "rules-claim", .type = "text", .autocomplete = "off",
        .value = page->rules->claim, .optional = 1,
        .hint = apr_pstrcat(w->p, "Its Name, as the identity provider sends it, for example groups, memberOf or "
                            "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups. Empty: ", page->values->claim_role, ".",
                            NULL),
    });
}

static void form(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_button_t try = { .label = "Show who would change", .name = "action", .value = "try-rules" };
    const ik_button_t save = { .label = "Save rules", .name = "action", .value = "save-rules" };
    const ik_button_t test = { .label = "Test sign-in", .name = "action", .value = "test-rules", .new_window = 1 };
    const ik_hidden_t hidden[] = { { "seen", page->rules->seen }, { NULL, NULL } };

    ik_admin_form(w, &page->admin, page->admin.settings_path, hidden);
    ik_fields_problem(w, "rules-problem", page->rules->problem);
    claim(w, page);
    rows(w, page);
    ik_fields_hint(w, NULL, "To remove a rule, empty its text. To move it, change its place. For more rules, save these first.");
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, &try, IK_BUTTON_PRIMARY);
    ik_fields_button(w, &save, IK_BUTTON_PLAIN);
    ik_fields_button(w, &test, IK_BUTTON_PLAIN);
    ik_writer_markup(w, "</div>\n</form>\n");
}

static void cell(ik_writer_t *w, const char *text)
{
    ik_writer_markup(w, "<td><bdi>");
    ik_writer_text(w, text);
    ik_writer_markup(w, "</bdi></td>");
}

static void change(ik_writer_t *w, const ik_trial_row_t *row)
{
    ik_writer_markup(w, "<tr><th scope=\"row\"><bdi>");
    ik_writer_text(w, row->email);
    ik_writer_markup(w, "</bdi></th>\n");
    cell(w, row->before);
    if (row->after)
        cell(w, row->after);
    else
        ik_writer_markup(w, "<td><span class=\"pill warning\">Refused</span></td>");
    cell(w, row->detail);
    ik_writer_markup(w, "</tr>\n");
}

static int count_refused(const apr_array_header_t *changes)
{
    int i, refused = 0;

    for (i = 0; i < changes->nelts; i++)
        refused += APR_ARRAY_IDX(changes, i, ik_trial_row_t).after == NULL;
    return refused;
}

static const char *people(apr_pool_t *p, int n)
{
    return n == 1 ? "1 person" : apr_psprintf(p, "%d people", n);
}

/* In a sentence: how many were looked at, would change, would be refused, and cannot be told. */
static const char *summary(apr_pool_t *p, const ik_trial_t *trial)
{
    int refused = count_refused(trial->changes);
    const char *looked = apr_psprintf(p, "Of the %s who signed in last, ", people(p, trial->people));

    if (trial->people == 0)
        return "Nobody has signed in yet whom these rules could be tried on.";
    if (trial->all)
        looked = apr_psprintf(p, "Of the %s of this account, ", people(p, trial->people));
    return apr_pstrcat(p, looked,
                       trial->changes->nelts ? apr_psprintf(p, "%d would change", trial->changes->nelts) : "nobody would change",
                       refused ? apr_psprintf(p, ", of whom %d could not sign in any more", refused) : "",
                       trial->unknown ? apr_psprintf(p, "; of %d it cannot be told before they sign in again, since what came with "
                                                     "their last sign-in was not kept", trial->unknown) : "",
                       ". Nothing was saved.", NULL);
}

static void trial(ik_writer_t *w, const ik_trial_t *trial)
{
    int i;

    if (!trial)
        return;
    ik_writer_markup(w, "<h3 id=\"who-would-change\">Who would change</h3>\n");
    ik_admin_box(w, count_refused(trial->changes) ? IK_BOX_WARNING : IK_BOX_NOTE, summary(w->p, trial));
    if (trial->changes->nelts == 0)
        return;
    ik_writer_markup(w, "<table aria-labelledby=\"who-would-change\">\n<thead><tr><th scope=\"col\">Person</th>"
                        "<th scope=\"col\">Role now</th><th scope=\"col\">Role then</th><th scope=\"col\">Why</th></tr></thead>\n"
                        "<tbody>\n");
    for (i = 0; i < trial->changes->nelts; i++)
        change(w, &APR_ARRAY_IDX(trial->changes, i, ik_trial_row_t));
    ik_writer_markup(w, "</tbody>\n</table>\n");
}

void ik_settings_write_rules(ik_writer_t *w, const ik_settings_page_t *page)
{
    if (!page->rules)
        return;
    ik_admin_section(w, "rules", "Roles from groups");
    ik_admin_text(w, "Does your identity provider send groups instead of a role? The first rule that matches one of the values gives "
                     "the role; whoever matches none cannot sign in. Every sign-in decides anew. Without rules, the attribute has "
                     "to be the role itself.");
    trial(w, page->trial);
    form(w, page);
    ik_admin_section_end(w);
}
