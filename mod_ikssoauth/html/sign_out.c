/* SPDX-License-Identifier: Apache-2.0 */
/* The page that asks before it signs somebody out, because another site may have sent them. */
#include <apr_strings.h>

#include "html/layout.h"

const char *ik_html_sign_out(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_out_t *form)
{
    ik_action_t button = { "Sign out", ik_layout_own_path(form->action) };
    ik_action_t way_back = { "Stay signed in", ik_layout_own_path(form->way_back) };
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, "Sign out?");
    ik_layout_lead(w, apr_pstrcat(p, "You are signed in to ", brand->name, " as ", form->email, ".", NULL));
    if (button.href)
        ik_layout_button(w, &button, form->field, form->token, &way_back);
    return ik_layout_end(w);
}
