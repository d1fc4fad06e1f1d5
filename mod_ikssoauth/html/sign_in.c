/* SPDX-License-Identifier: Apache-2.0 */
/* The page for people without a session: it shows the way to their company's sign-in page. */
#include <apr_strings.h>

#include "html/layout.h"

typedef struct step_t {
    const char *what, *how;
} step_t;

static void step(ik_writer_t *w, const step_t *s)
{
    ik_writer_markup(w, "<li><strong>");
    ik_writer_text(w, s->what);
    ik_writer_markup(w, "</strong> <span>");
    ik_writer_text(w, s->how);
    ik_writer_markup(w, "</span></li>\n");
}

const char *ik_html_sign_in(apr_pool_t *p, const ik_brand_t *brand)
{
    const step_t steps[] = {
        { "Open your company’s app page", "For example Okta, OneLogin, Microsoft My Apps or Google Workspace." },
        { apr_pstrcat(p, "Choose ", brand->name, NULL), "You may be asked for your company password there." },
        { "You are back here, signed in", "There is no extra password to remember." },
    };
    ik_action_t nothing = { NULL, NULL };
    ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, apr_pstrcat(p, "Sign in to ", brand->name, NULL));
    ik_layout_lead(w, "You sign in with your company account.");
    ik_writer_markup(w, "<ol>\n");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        step(w, &steps[i]);
    ik_writer_markup(w, "</ol>\n");
    ik_layout_advice(w, apr_pstrcat(p, brand->name, " is not on that page? Ask the people who look after IT "
                                    "at your company to add it for you.", NULL));
    ik_layout_actions(w, &nothing, &support);
    return ik_layout_end(w);
}
