/* SPDX-License-Identifier: Apache-2.0 */
/* The section of the settings page that invites somebody who cannot sign in yet. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/settings.h"

static const struct {
    const char *value, *label;
} lifetimes[] = { { "1d", "1 day" }, { "7d", "7 days" }, { "30d", "30 days" } };

#define USUAL_LIFETIME 1

/* The invitation that was made last, which is the one whose link is shown; NULL if it is not in the list. */
static const ik_invite_t *newest(const apr_array_header_t *invites)
{
    const ik_invite_t *found = NULL;
    int i;

    for (i = 0; invites && i < invites->nelts; i++) {
        const ik_invite_t *invite = APR_ARRAY_IDX(invites, i, const ik_invite_t *);

        if (!found || invite->made > found->made)
            found = invite;
    }
    return found;
}

void ik_settings_write_link(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_invite_t *invite = newest(page->invites);

    if (!page->link)
        return;
    ik_admin_box_begin(w, IK_BOX_GOOD);
    ik_writer_markup(w, "<p><strong>Here is the link of the invitation.</strong> Send it to the one person it is for: it is shown "
                        "only now, and can be used once");
    if (invite) {
        ik_writer_markup(w, ", until ");
        ik_admin_time(w, invite->expires);
    }
    ik_writer_markup(w, ".</p>\n<p class=\"copied\"><bdi data-copy=\"the link\">");
    ik_writer_text(w, page->link);
    ik_writer_markup(w, "</bdi></p>\n");
    ik_admin_box_end(w);
}

static void time_after(ik_writer_t *w, const char *word, apr_time_t time)
{
    ik_writer_text(w, word);
    ik_admin_time(w, time);
}

static void pill_and_time(ik_writer_t *w, const ik_invite_t *invite, ik_invite_state_t state)
{
    static const char *const pills[] = {
        [IK_INVITE_OPEN] = "<span class=\"pill\">Open</span>",
        [IK_INVITE_USED] = "<span class=\"pill quiet\">Used</span>",
        [IK_INVITE_EXPIRED] = "<span class=\"pill quiet\">Expired</span>",
        [IK_INVITE_REVOKED] = "<span class=\"pill quiet\">Revoked</span>",
    };

    ik_writer_literal(w, pills[state]);
    if (state == IK_INVITE_OPEN)
        time_after(w, " until ", invite->expires);
    else if (state == IK_INVITE_USED)
        time_after(w, " ", invite->used);
    else
        time_after(w, " ", state == IK_INVITE_REVOKED ? invite->revoked : invite->expires);
}

static void revoke_button(ik_writer_t *w, const ik_settings_page_t *page, const ik_invite_t *invite)
{
    const ik_hidden_t hidden[] = { { "invite", invite->id }, { NULL, NULL } };
    const ik_button_t button = {
        .label = "Revoke", .name = "action", .value = "revoke-invite",
        .spoken = apr_pstrcat(w->p, "Revoke the invitation of ", ik_admin_moment(w->p, invite->made), NULL),
    };

    ik_settings_write_button(w, page, hidden, &button, IK_BUTTON_PLAIN);
}

static void row(ik_writer_t *w, const ik_settings_page_t *page, const ik_invite_t *invite)
{
    ik_invite_state_t state = ik_invite_state(invite, page->admin.now);

    ik_writer_markup(w, "<li><div><p>");
    pill_and_time(w, invite, state);
    ik_writer_markup(w, "</p>\n<p class=\"soft\">Made by ");
    if (*invite->author) {
        ik_writer_markup(w, "<bdi>");
        ik_writer_text(w, invite->author);
        ik_writer_markup(w, "</bdi>");
    } else {
        ik_writer_markup(w, "our support");
    }
    time_after(w, ", ", invite->made);
    ik_writer_markup(w, "</p></div>\n");
    /* Also one that was used: whoever did may still be here. */
    if (state == IK_INVITE_OPEN || state == IK_INVITE_USED)
        revoke_button(w, page, invite);
    ik_writer_markup(w, "</li>\n");
}

static void list(ik_writer_t *w, const ik_settings_page_t *page)
{
    int i;

    if (page->invites->nelts == 0)
        return;
    ik_writer_markup(w, "<h3 id=\"invited\">Invitations</h3>\n<ul class=\"rows\" aria-labelledby=\"invited\">\n");
    for (i = 0; i < page->invites->nelts; i++)
        row(w, page, APR_ARRAY_IDX(page->invites, i, const ik_invite_t *));
    ik_writer_markup(w, "</ul>\n");
}

static void lifetime(ik_writer_t *w)
{
    apr_size_t i;

    ik_writer_markup(w, "<div class=\"field\"><label for=\"lifetime\">The link is good for</label>\n"
                        "<select id=\"lifetime\" name=\"lifetime\">\n");
    for (i = 0; i < sizeof(lifetimes) / sizeof(lifetimes[0]); i++) {
        ik_writer_markup(w, "<option");
        ik_writer_attribute(w, "value", lifetimes[i].value);
        ik_writer_attribute(w, "selected", i == USUAL_LIFETIME ? "selected" : NULL);
        ik_writer_markup(w, ">");
        ik_writer_text(w, lifetimes[i].label);
        ik_writer_markup(w, "</option>\n");
    }
    ik_writer_markup(w, "</select></div>\n");
}

void ik_settings_write_invites(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_button_t make = { .label = "Create link", .name = "action", .value = "invite" };

    if (!page->invites)
        return;
    ik_admin_section(w, "invite", "Invite somebody");
    ik_admin_text(w, "Somebody else looks after your identity provider, and cannot sign in here? A link opens this page for "
                     "them, once, and nothing else of your account.");
    ik_admin_form(w, &page->admin, page->admin.settings_path, NULL);
    ik_writer_markup(w, "<div class=\"inline\">\n");
    lifetime(w);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, &make, IK_BUTTON_PLAIN);
    ik_writer_markup(w, "</div>\n</div>\n</form>\n");
    list(w, page);
    ik_admin_section_end(w);
}
