/* SPDX-License-Identifier: Apache-2.0 */
/* The pages behind the link of an invitation: it is taken up by a button, since mail scanners open links; or it is over. */
#include <apr_strings.h>

#include "html/admin.h"
#include "html/fields.h"
#include "html/layout.h"

static void whom_for(ik_writer_t *w, const char *account, const char *account_name)
{
    int named = account_name && *account_name;

    ik_writer_markup(w, "<ul class=\"people\"><li><span>Account</span> <strong><bdi>");
    ik_writer_text(w, named ? account_name : account);
    ik_writer_markup(w, "</bdi></strong>");
    if (named) {
        ik_writer_markup(w, " <span>ID <bdi>");
        ik_writer_text(w, account);
        ik_writer_markup(w, "</bdi></span>");
    }
    ik_writer_markup(w, "</li></ul>\n");
}

const char *ik_html_invited(apr_pool_t *p, const ik_brand_t *brand, const char *account, const char *account_name,
                            const char *settings_path, const char *token)
{
    const ik_hidden_t hidden[] = { { "invite", token }, { NULL, NULL } };
    const ik_button_t go_on = { .label = "Continue", .name = "action", .value = "redeem" };
    const char *action = ik_layout_own_path(settings_path);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, "Set up single sign-on");
    ik_layout_lead(w, apr_pstrcat(p, "You are invited to connect your company’s identity provider with ", brand->name, ".", NULL));
    whom_for(w, account, account_name);
    ik_layout_advice(w, "The link works once: go on in the browser in which you want to do the work.");
    if (action) {
        ik_fields_begin(w, action, hidden);
        ik_fields_end(w, &go_on, NULL);
    }
    return ik_layout_end(w);
}

/* Why, and what to do. */
static const struct {
    const char *heading, *lead, *advice;
} over[] = {
    [IK_INVITE_USED] = {
        "This invitation was used already", "Its link works once, and somebody has opened the settings with it.",
        "If that was you, go on in the browser in which you did. If it was not, tell whoever invited you, and ask for a new link." },
    [IK_INVITE_EXPIRED] = {
        "This invitation has expired", "Its link was good for a certain time, which is over.",
        "Ask whoever invited you for a new link." },
    [IK_INVITE_REVOKED] = {
        "This invitation was revoked", "Whoever looks after the account has taken it back.",
        "If you think that this is a mistake, ask whoever invited you." },
    [IK_INVITE_DISABLED] = {
        "This account is disabled", "Its settings cannot be looked at or changed now.",
        "Once it is enabled again, this page works again, as long as your invitation lasts. Ask our support, or whoever invited you." },
    [IK_INVITE_UNKNOWN] = {
        "This link does not work", "We know no such invitation. Perhaps the link was cut off in the mail.",
        "Copy the whole link into the address bar of your browser, or ask whoever invited you for a new one." },
};

const char *ik_html_invite_over(apr_pool_t *p, const ik_brand_t *brand, ik_invite_state_t state, const char *login)
{
    const ik_action_t sign_in = { "Sign in", ik_layout_own_path(login) }, support = ik_layout_support(p, brand, NULL);
    int row = state > IK_INVITE_OPEN && state < IK_INVITE_UNKNOWN ? (int)state : IK_INVITE_UNKNOWN;
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, row == IK_INVITE_UNKNOWN ? IK_LAYOUT_WARNING : IK_LAYOUT_PAUSE, over[row].heading);
    ik_layout_lead(w, over[row].lead);
    ik_layout_advice(w, over[row].advice);
    ik_layout_actions(w, &sign_in, &support);
    return ik_layout_end(w);
}
