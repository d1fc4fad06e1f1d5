/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that a browser passes through by itself: a form that its script posts, with a button where there is none. */
#include <apr_strings.h>

#include "html/layout.h"
#include "html/script.h"

static void button(ik_writer_t *w, const char *label)
{
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_layout_submit(w, label, NULL, NULL, 1);
    ik_writer_markup(w, "</div>\n</form>\n");
}

const char *ik_html_wait(apr_pool_t *p, const ik_brand_t *brand, const char *action, const ik_hidden_t *fields)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, "Taking you to your company’s sign-in page");
    ik_layout_lead(w, "If nothing happens in a moment, continue with the button.");
    ik_layout_form(w, ik_layout_own_path(action), fields);
    ik_writer_markup(w, "<input type=\"hidden\" name=\"fragment\" value=\"\"/>\n");
    button(w, "Continue");
    ik_writer_markup(w, "<script>" IK_SCRIPT_CARRY IK_SCRIPT_POST "</script>\n");
    return ik_layout_end(w);
}

const char *ik_html_post(apr_pool_t *p, const ik_brand_t *brand, const ik_post_t *form)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, form->heading);
    ik_layout_lead(w, form->lead);
    ik_layout_form(w, form->action, form->fields);
    button(w, form->label);
    ik_writer_markup(w, "<script>" IK_SCRIPT_POST "</script>\n");
    return ik_layout_end(w);
}
