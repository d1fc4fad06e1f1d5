/* SPDX-License-Identifier: Apache-2.0 */
/* The page where people sign in: it asks for the address that their identity provider knows them by. */
#include <apr_strings.h>

#include "html/fields.h"
#include "html/layout.h"
#include "html/script.h"

static void email_field(ik_writer_t *w, const ik_sign_in_t *form)
{
    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Work e-mail", .name = "email", .type = "email", .autocomplete = "username",
        .placeholder = "you@company.com", .value = form->email, .focus = !form->asks_account,
        .problem = form->asks_account ? NULL : form->problem,
    });
}

static void account_field(ik_writer_t *w, const ik_sign_in_t *form)
{
    if (!form->asks_account)
        return;
    ik_fields_input(w, &(ik_field_spec_t){
        .label = "Account ID", .name = "account", .type = "text", .autocomplete = "off", .value = form->account,
        .hint = "Your account’s administrator can tell you.", .focus = 1, .problem = form->problem,
    });
}

const char *ik_html_sign_in(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_in_t *form)
{
    const ik_hidden_t hidden[] = { { "target", form->target }, { "fragment", "" }, { NULL, NULL } };
    const ik_button_t go_on = { .label = "Continue" };
    const ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, apr_pstrcat(p, "Sign in to ", brand->name, NULL));
    if (form->said)
        ik_layout_lead(w, form->said);
    ik_layout_lead(w, form->asks_account ? "This address is used in more than one account. Which one do you want?"
                                         : "We’ll take you to your company to sign in.");
    ik_fields_begin(w, ik_layout_own_path(form->action), hidden);
    email_field(w, form);
    account_field(w, form);
    ik_fields_end(w, &go_on, NULL);
    ik_layout_help(w, "Trouble signing in?", &support);
    ik_writer_markup(w, "<script>" IK_SCRIPT_CARRY "</script>\n");
    return ik_layout_end(w);
}
