/* SPDX-License-Identifier: Apache-2.0 */
/* The page for a browser in which one person is signed in while another has just come from an identity provider. */
#include "html/fields.h"
#include "html/layout.h"

/* What comes from identity providers is isolated: letters that run from right to left must not reorder our words. */
static void person(ik_writer_t *w, const char *what, const char *email, const char *account)
{
    ik_writer_markup(w, "<li><span>");
    ik_writer_text(w, what);
    ik_writer_markup(w, "</span> <strong><bdi>");
    ik_writer_text(w, email);
    ik_writer_markup(w, "</bdi></strong> <span>Account <bdi>");
    ik_writer_text(w, account);
    ik_writer_markup(w, "</bdi></span></li>\n");
}

static void question(ik_writer_t *w, const ik_switch_t *form)
{
    const ik_hidden_t hidden[] = { { form->field, form->token }, { NULL, NULL } };
    const ik_button_t stay = { .label = "Stay signed in", .name = "choice", .value = "stay" };
    const ik_button_t change = { .label = "Switch", .name = "choice", .value = "switch" };

    ik_fields_begin(w, form->action, hidden);
    ik_fields_end(w, &stay, &change);
}

const char *ik_html_switch(apr_pool_t *p, const ik_brand_t *brand, const ik_switch_t *form)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_PEOPLE, "Switch to another person?");
    ik_layout_lead(w, "This browser is signed in already, and now somebody else has come to sign in.");
    ik_writer_markup(w, "<ul class=\"people\">\n");
    person(w, "Signed in", form->present, form->present_account);
    person(w, "Wants to sign in", form->arriving, form->arriving_account);
    ik_writer_markup(w, "</ul>\n");
    ik_layout_advice(w, "You did not just sign in yourself? Then stay: another site may have sent you here.");
    if (ik_layout_own_path(form->action))
        question(w, form);
    return ik_layout_end(w);
}
