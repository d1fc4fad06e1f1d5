/* SPDX-License-Identifier: Apache-2.0 */
/* The page where people sign in: it asks for the address that their identity provider knows them by. */
#include <apr_strings.h>

#include "html/layout.h"
#include "html/script.h"

static void fields(ik_writer_t *w, const ik_sign_in_t *form)
{
    const ik_field_spec_t email = {
        .label = "Work e-mail", .name = "email", .type = "email", .autocomplete = "username", .value = form->email,
        .focus = !form->asks_account, .problem = form->asks_account ? NULL : form->problem,
    };
    const ik_field_spec_t account = {
        .label = "Account ID", .name = "account", .type = "text", .autocomplete = "organization",
        .value = form->account, .focus = 1, .problem = form->problem,
    };

    ik_layout_field(w, &email);
    if (form->asks_account)
        ik_layout_field(w, &account);
}

const char *ik_html_sign_in(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_in_t *form)
{
    const ik_hidden_t hidden[] = { { "target", form->target }, { "fragment", "" }, { NULL, NULL } };
    const ik_action_t nothing = { NULL, NULL }, support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, apr_pstrcat(p, "Sign in to ", brand->name, NULL));
    ik_layout_lead(w, form->asks_account ? "This address belongs to more than one account. Which one do you want to sign in to?"
                                         : "You sign in with your company account.");
    ik_layout_form(w, ik_layout_own_path(form->action), hidden);
    fields(w, form);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_layout_submit(w, "Continue", NULL, NULL, 1);
    ik_writer_markup(w, "</div>\n</form>\n");
    if (form->asks_account)
        ik_layout_advice(w, "Your administrator can tell you the account ID.");
    ik_layout_actions(w, &nothing, &support);
    ik_writer_markup(w, "<script>" IK_SCRIPT_CARRY "</script>\n");
    return ik_layout_end(w);
}
