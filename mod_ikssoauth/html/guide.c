/* SPDX-License-Identifier: Apache-2.0 */
/* The page with the guide for a product, and the list of all guides. */
#include "html/guide.h"

#include <apr_strings.h>
#include <string.h>

#include "html/admin_layout.h"
#include "html/guide_text.h"
#include "html/layout.h"

const ik_guide_t *const ik_guides[] = {
    &ik_guide_adfs, &ik_guide_google, &ik_guide_jumpcloud, &ik_guide_keycloak, &ik_guide_entra, &ik_guide_okta,
    &ik_guide_onelogin, &ik_guide_ping, &ik_guide_simplesamlphp, &ik_guide_other, NULL,
};

const ik_guide_step_t ik_guide_last_steps[] = {
    {
        .what = "Paste the metadata, and test",
        .how = "On the settings page of {brand}, paste the XML into *Metadata XML* and choose *Test sign-in*. A new window "
               "leads you through a sign-in, and then shows every check, and what to do where one failed. Nothing changes "
               "for anybody yet.",
        .note = "See to it that you are among the people who may sign in, and that your own role is "
                "`account_administrator`: or you cannot come back to the settings.",
    }, {
        .what = "Save",
        .how = "Choose *Save these settings* below a test that passed, or *Save* on the settings page. From now on, your "
               "people sign in there. The first sign-in of each person starts at your identity provider, on its app page or "
               "with your link; afterwards they can also start at our sign-in page, with their e-mail address.",
    },
    { .what = NULL },
};

const ik_guide_t *ik_guide_of(const char *product)
{
    for (const ik_guide_t *const *guide = ik_guides; *guide; guide++)
        if (strcmp((*guide)->product, product) == 0)
            return *guide;
    return NULL;
}

const char *ik_html_product(const char *product)
{
    const ik_guide_t *guide = ik_guide_of(product);

    return guide ? guide->name : ik_guide_other.name;
}

static void sentences(ik_writer_t *w, const char *class, const char *template, const ik_guide_facts_t *facts)
{
    static const char *const open[] = { [IK_RUN_PLAIN] = "", [IK_RUN_NAME] = "<b>", [IK_RUN_VALUE] = "<code><bdi>" };
    static const char *const close[] = { [IK_RUN_PLAIN] = "", [IK_RUN_NAME] = "</b>", [IK_RUN_VALUE] = "</bdi></code>" };
    const apr_array_header_t *runs = ik_guide_runs(w->p, template, facts);

    ik_writer_markup(w, "<p");
    ik_writer_attribute(w, "class", class);
    ik_writer_markup(w, ">");
    for (int i = 0; i < runs->nelts; i++) {
        const ik_run_t *run = &APR_ARRAY_IDX(runs, i, const ik_run_t);

        ik_writer_literal(w, open[run->kind]);
        ik_writer_text(w, run->text);
        ik_writer_literal(w, close[run->kind]);
    }
    ik_writer_markup(w, "</p>\n");
}

static void values(ik_writer_t *w, const ik_guide_value_t *value, const ik_guide_facts_t *facts)
{
    ik_admin_values(w);
    for (; value->label; value++)
        ik_admin_value(w, ik_guide_fill(w->p, value->label, facts, NULL), ik_guide_fill(w->p, value->value, facts, NULL),
                       value->copy);
    ik_admin_values_end(w);
}

/* Left to right, whatever it holds: code that is shown in another order than it runs would deceive. */
static void code(ik_writer_t *w, const ik_guide_step_t *step, const ik_guide_facts_t *facts)
{
    ik_writer_markup(w, "<div class=\"code\"><pre dir=\"ltr\"");
    ik_writer_attribute(w, "data-copy", apr_pstrcat(w->p, "the lines of “", step->what, "”", NULL));
    ik_writer_markup(w, ">");
    ik_writer_text(w, ik_guide_code(w->p, step, facts));
    ik_writer_markup(w, "</pre></div>\n");
}

static void steps(ik_writer_t *w, const ik_guide_step_t *step, const ik_guide_facts_t *facts)
{
    for (; step->what; step++) {
        ik_writer_markup(w, "<li><h3>");
        ik_writer_text(w, step->what);
        ik_writer_markup(w, "</h3>\n");
        sentences(w, NULL, step->how, facts);
        if (step->values)
            values(w, step->values, facts);
        if (step->code)
            code(w, step, facts);
        if (step->note)
            sentences(w, "hint", step->note, facts);
        ik_writer_markup(w, "</li>\n");
    }
}

void ik_guide_write_links(ik_writer_t *w, const char *settings_path, const ik_guide_t *shown)
{
    for (const ik_guide_t *const *guide = ik_guides; *guide; guide++) {
        if (*guide == shown)
            continue;
        ik_writer_markup(w, "<li><a");
        ik_writer_attribute(w, "href", apr_pstrcat(w->p, settings_path, "?guide=", (*guide)->product, NULL));
        ik_writer_markup(w, ">");
        ik_writer_text(w, *guide == &ik_guide_other ? "Another one" : (*guide)->name);
        ik_writer_markup(w, "</a></li>\n");
    }
}

/* Somebody may have come to the wrong one. */
static void other_guides(ik_writer_t *w, const ik_guide_t *shown, const char *settings_path)
{
    ik_admin_section(w, "others", "Another product");
    ik_writer_markup(w, "<ul class=\"chips\">\n");
    ik_guide_write_links(w, settings_path, shown);
    ik_writer_markup(w, "</ul>\n");
    ik_admin_section_end(w);
}

static void back(ik_writer_t *w, const char *settings_path)
{
    ik_writer_markup(w, "<p class=\"back\"><a");
    ik_writer_attribute(w, "href", settings_path);
    ik_writer_markup(w, ">Back to the settings</a></p>\n");
}

const char *ik_html_guide(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin, const ik_sp_values_t *sp,
                          const char *product)
{
    const ik_guide_t *guide = ik_guide_of(product);
    const ik_guide_facts_t facts = { brand->name, admin->account, sp };
    const char *settings_path = ik_layout_own_path(admin->settings_path);
    ik_writer_t *w = ik_writer_make(p);

    if (!guide)
        return NULL;
    ik_admin_begin(w, brand, admin, IK_TAB_SETTINGS, apr_pstrcat(p, "Set up ", guide->name, NULL));
    if (settings_path)
        back(w, settings_path);
    ik_admin_section(w, "steps", "Step by step");
    sentences(w, "text", guide->intro, &facts);
    ik_writer_markup(w, "<ol class=\"guide\">\n");
    steps(w, guide->steps, &facts);
    steps(w, ik_guide_last_steps, &facts);
    ik_writer_markup(w, "</ol>\n");
    ik_admin_section_end(w);
    if (settings_path)
        other_guides(w, guide, settings_path);
    return ik_admin_end(w);
}
