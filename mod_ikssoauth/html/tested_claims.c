/* SPDX-License-Identifier: Apache-2.0 */
/* What a test sign-in has told about the person, and all claims as they came. */
#include "html/admin_layout.h"
#include "html/tested.h"

static void fact(ik_writer_t *w, const char *label, const char *value)
{
    ik_admin_value(w, label, value ? value : "Cannot be told", 0);
}

static void value(ik_writer_t *w, const char *text)
{
    if (!text) {
        ik_writer_markup(w, "<p class=\"soft\">(no plain text)</p>");
    } else if (!*text) {
        ik_writer_markup(w, "<p class=\"soft\">(empty)</p>");
    } else {
        ik_writer_markup(w, "<p><bdi>");
        ik_writer_text(w, text);
        ik_writer_markup(w, "</bdi></p>");
    }
}

static void claim(ik_writer_t *w, const ik_claim_seen_t *seen)
{
    int i;

    ik_writer_markup(w, "<tr><th scope=\"row\"><bdi>");
    ik_writer_text(w, seen->name);
    ik_writer_markup(w, "</bdi></th>\n<td>");
    for (i = 0; seen->values && i < seen->values->nelts; i++)
        value(w, APR_ARRAY_IDX(seen->values, i, const char *));
    if (!seen->values || seen->values->nelts == 0)
        ik_writer_markup(w, "<p class=\"soft\">(no value)</p>");
    ik_writer_markup(w, "</td></tr>\n");
}

static void claims(ik_writer_t *w, const apr_array_header_t *list)
{
    int i;

    ik_writer_markup(w, "<h3 id=\"claims\">Claims as they came</h3>\n");
    if (!list || list->nelts == 0) {
        ik_admin_text(w, "None came, or none could be read.");
        return;
    }
    ik_writer_markup(w, "<table aria-labelledby=\"claims\">\n<thead><tr><th scope=\"col\">Attribute</th>"
                        "<th scope=\"col\">Values</th></tr></thead>\n<tbody>\n");
    for (i = 0; i < list->nelts; i++)
        claim(w, &APR_ARRAY_IDX(list, i, ik_claim_seen_t));
    ik_writer_markup(w, "</tbody>\n</table>\n");
}

void ik_tested_write_claims(ik_writer_t *w, const ik_tested_page_t *page)
{
    const ik_checklist_t *list = page->list;

    ik_admin_section(w, "person", list->passed ? "Who would sign in" : "Who tried to sign in");
    ik_admin_values(w);
    fact(w, "E-mail address", list->email);
    fact(w, "Full name", list->name);
    fact(w, "Role", list->role);
    fact(w, "Identity provider (Issuer)", list->issuer);
    ik_admin_values_end(w);
    claims(w, list->claims);
    ik_admin_section_end(w);
}
