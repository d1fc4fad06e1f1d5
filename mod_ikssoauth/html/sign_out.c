/* SPDX-License-Identifier: Apache-2.0 */
/* The page that asks before it signs somebody out, because another site may have sent them. */
#include <apr_strings.h>

#include "html/fields.h"
#include "html/layout.h"

const char *ik_html_sign_out(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_out_t *form)
{
    const ik_hidden_t hidden[] = { { form->field, form->token }, { NULL, NULL } };
    const char *action = ik_layout_own_path(form->action), *way_back = ik_layout_own_path(form->way_back);
    const ik_button_t sign_out = { .label = "Sign out" };
    const ik_button_t stay = { .label = "Stay signed in", .href = way_back };
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, "Sign out?");
    ik_layout_lead(w, apr_pstrcat(p, "You are signed in to ", brand->name, " as ", form->email, ".", NULL));
    if (action) {
        ik_fields_begin(w, action, hidden);
        ik_fields_end(w, &sign_out, way_back ? &stay : NULL);
    }
    return ik_layout_end(w);
}
