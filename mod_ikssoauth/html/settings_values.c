/* SPDX-License-Identifier: Apache-2.0 */
/* The first section of the settings page: what somebody has to type in at the identity provider. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/guide.h"
#include "html/layout.h"
#include "html/settings.h"

#define NAME_ID_FORMAT "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

static void guides(ik_writer_t *w, const char *settings_path)
{
    if (!ik_layout_own_path(settings_path))
        return;
    ik_writer_markup(w, "<h3 id=\"guides\">Step-by-step instructions</h3>\n<ul class=\"chips\" aria-labelledby=\"guides\">\n");
    ik_guide_write_links(w, settings_path, NULL);
    ik_writer_markup(w, "</ul>\n");
}

static void addresses(ik_writer_t *w, const ik_sp_values_t *values)
{
    ik_admin_values(w);
    ik_admin_value(w, "Single sign-on URL (ACS)", values->acs, 1);
    ik_admin_value(w, "Audience URI (SP Entity ID)", values->entity_id, 1);
    ik_admin_value(w, "Default RelayState", values->relay_state, 1);
    ik_admin_value(w, "NameID format", NAME_ID_FORMAT, 1);
    ik_admin_value(w, "Single logout URL", values->logout, 1);
    ik_admin_value(w, "All of this as metadata", values->metadata_url, 1);
    ik_admin_values_end(w);
}

/* In a span, so that the button that a script puts behind the value stays with it. */
static void word_to_copy(ik_writer_t *w, const char *what, const char *word)
{
    ik_writer_markup(w, "<span><bdi");
    ik_writer_attribute(w, "data-copy", apr_pstrcat(w->p, what, " ", word, NULL));
    ik_writer_markup(w, ">");
    ik_writer_text(w, word);
    ik_writer_markup(w, "</bdi></span>");
}

/* A claim has one value for all people (copied as well), or one that words describe. */
static void claim(ik_writer_t *w, const char *name, const char *value, const char *words)
{
    ik_writer_markup(w, "<tr><th scope=\"row\">");
    word_to_copy(w, "attribute", name);
    ik_writer_markup(w, "</th>\n<td>");
    if (value)
        word_to_copy(w, "account ID", value);
    ik_writer_text(w, words);
    ik_writer_markup(w, "</td></tr>\n");
}

static void claims(ik_writer_t *w, const ik_sp_values_t *values, const char *account)
{
    ik_writer_markup(w, "<h3 id=\"claims\">Attributes that your identity provider has to send</h3>\n");
    ik_admin_text(w, "The NameID is the person’s e-mail address. Besides it, three attributes tell us who somebody is.");
    ik_writer_markup(w, "<table class=\"claims\" aria-labelledby=\"claims\">\n<thead><tr><th scope=\"col\">Attribute</th>"
                        "<th scope=\"col\">Value</th></tr></thead>\n<tbody>\n");
    claim(w, values->claim_account, account, NULL);
    claim(w, values->claim_name, NULL, "The person’s full name");
    claim(w, values->claim_role, NULL, "The person’s role: one of those below");
    ik_writer_markup(w, "</tbody>\n</table>\n");
}

static void role(ik_writer_t *w, const char *word)
{
    ik_writer_markup(w, "<li><bdi");
    ik_writer_attribute(w, "data-copy", apr_pstrcat(w->p, "role ", word, NULL));
    ik_writer_markup(w, ">");
    ik_writer_text(w, word);
    ik_writer_markup(w, "</bdi></li>\n");
}

static void roles(ik_writer_t *w, const ik_sp_values_t *values)
{
    int i;

    ik_writer_markup(w, "<h3 id=\"roles\">Roles</h3>\n<ul class=\"words\" aria-labelledby=\"roles\">\n");
    for (i = 0; i < values->roles->nelts; i++)
        role(w, APR_ARRAY_IDX(values->roles, i, const char *));
    ik_writer_markup(w, "</ul>\n");
}

void ik_settings_write_values(ik_writer_t *w, const ik_settings_page_t *page)
{
    ik_admin_section(w, "values", "1. Enter these values at your identity provider");
    ik_admin_text(w, "Add an application for SAML 2.0 there, and give it these values. If you are in doubt, the instructions "
                     "below lead you through the screens of your product.");
    addresses(w, page->values);
    claims(w, page->values, page->admin.account);
    roles(w, page->values);
    guides(w, page->admin.settings_path);
    ik_admin_section_end(w);
}
