/* SPDX-License-Identifier: Apache-2.0 */
/* The page for a browser in which one person is signed in while another has just come from an identity provider. */
#include <apr_strings.h>

#include "html/layout.h"

static void person(ik_writer_t *w, const char *what, const char *email, const char *account)
{
    ik_writer_markup(w, "<li><strong>");
    ik_writer_text(w, email);
    ik_writer_markup(w, "</strong> <span>");
    ik_writer_text(w, apr_pstrcat(w->p, what, ", account ", account, NULL));
    ik_writer_markup(w, "</span></li>\n");
}

const char *ik_html_switch(apr_pool_t *p, const ik_brand_t *brand, const ik_switch_t *form)
{
    const ik_hidden_t hidden[] = { { form->field, form->token }, { NULL, NULL } };
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_WARNING, "Switch to another person?");
    ik_layout_lead(w, "Somebody else is signed in here. If you did not just sign in at your company, stay: another site "
                      "may have sent you.");
    ik_writer_markup(w, "<ol class=\"people\">\n");
    person(w, "Signed in now", form->present, form->present_account);
    person(w, "Just arrived", form->arriving, form->arriving_account);
    ik_writer_markup(w, "</ol>\n");
    ik_layout_form(w, ik_layout_own_path(form->action), hidden);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_layout_submit(w, "Stay signed in", "choice", "stay", 1);
    ik_layout_submit(w, "Switch", "choice", "switch", 0);
    ik_writer_markup(w, "</div>\n</form>\n");
    return ik_layout_end(w);
}
