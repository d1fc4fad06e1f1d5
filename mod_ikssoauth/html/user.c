/* SPDX-License-Identifier: Apache-2.0 */
/* The page of one user: what is known, and what an administrator can do. */
#include <apr_strings.h>
#include <strings.h>

#include "html/admin_layout.h"
#include "html/fields.h"
#include "html/layout.h"
#include "html/person.h"

/* What can be done, and what happens then. */
typedef struct deed_t {
    const char *action, *label, *what;
    ik_button_look_t look;
} deed_t;

static const deed_t disable = {
    "disable", "Disable", "Signed out at once, and refused until you enable them again, whatever the identity provider says.",
    IK_BUTTON_PLAIN,
};
static const deed_t enable = {
    "enable", "Enable", "Can sign in again, with the name and the role that the identity provider sends then.",
    IK_BUTTON_PRIMARY,
};
static const deed_t end_sessions = {
    "end-sessions", "End sessions", "Signed out everywhere at once. They can sign in again; for a lost laptop, for example.",
    IK_BUTTON_PLAIN,
};
static const deed_t end_own_sessions = {
    "end-sessions", "End sessions", "Signs you out everywhere, here as well. You can sign in again.", IK_BUTTON_PLAIN,
};
static const deed_t forget = {
    "delete", "Delete", "Signed out at once and forgotten. If the identity provider still lets them in, they come back as a "
                        "new user: remove them there as well.",
    IK_BUTTON_DANGER,
};

static void text_row(ik_writer_t *w, const char *label, const char *value)
{
    ik_admin_value(w, label, value, 0);
}

static void time_row(ik_writer_t *w, const char *label, apr_time_t time)
{
    ik_admin_value_begin(w, label);
    ik_admin_time(w, time);
    ik_admin_value_end(w);
}

static const char *role(apr_pool_t *p, const char *value)
{
    const char *words = ik_person_role(value);

    return words == value ? value : apr_pstrcat(p, words, " (", value, ")", NULL);
}

static void facts(ik_writer_t *w, const ik_user_t *user)
{
    ik_admin_section(w, "facts", "What we know");
    ik_admin_text(w, "Name and role come from your identity provider, with each sign-in, and can be changed only there.");
    ik_admin_values(w);
    text_row(w, "Name", ik_person_called(user));
    text_row(w, "E-mail address", user->email);
    text_row(w, "Role", role(w->p, user->role));
    time_row(w, "First sign-in", user->first_login);
    time_row(w, "Last sign-in", user->last_login);
    ik_admin_value_begin(w, "State");
    ik_person_state(w, user);
    ik_admin_value_end(w);
    ik_admin_values_end(w);
    ik_admin_section_end(w);
}

static void offer(ik_writer_t *w, const ik_admin_page_t *admin, const ik_user_t *user, const deed_t *deed)
{
    const ik_hidden_t hidden[] = { { "user", user->email }, { NULL, NULL } };
    const ik_button_t button = {
        .label = deed->label, .name = "action", .value = deed->action,
        .spoken = apr_pstrcat(w->p, deed->label, " ", user->email, NULL),
    };

    ik_writer_markup(w, "<li><p>");
    ik_writer_text(w, deed->what);
    ik_writer_markup(w, "</p>\n");
    ik_admin_form(w, admin, admin->users_path, hidden);
    ik_writer_markup(w, "<div class=\"actions\">\n");
    ik_fields_button(w, &button, deed->look);
    ik_writer_markup(w, "</div>\n</form></li>\n");
}

static void deeds(ik_writer_t *w, const ik_admin_page_t *admin, const ik_user_t *user, int is_self)
{
    ik_admin_section(w, "deeds", "What you can do");
    if (is_self)
        ik_admin_text(w, "This is you. You can neither disable nor delete yourself, so that an account never loses its last "
                         "administrator by mistake: another administrator can.");
    ik_writer_markup(w, "<ul class=\"rows\">\n");
    if (!is_self)
        offer(w, admin, user, user->enabled ? &disable : &enable);
    if (user->enabled)
        offer(w, admin, user, is_self ? &end_own_sessions : &end_sessions);
    if (!is_self)
        offer(w, admin, user, &forget);
    ik_writer_markup(w, "</ul>\n");
    ik_admin_section_end(w);
}

static void way_back(ik_writer_t *w, const ik_admin_page_t *admin)
{
    ik_writer_markup(w, "<p class=\"back\"><a");
    ik_writer_attribute(w, "href", ik_person_link(w->p, admin, NULL, NULL, NULL));
    ik_writer_markup(w, ">All users</a></p>\n");
}

const char *ik_html_user(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin, const ik_user_t *user)
{
    int is_self = admin->email && strcasecmp(admin->email, user->email) == 0;
    ik_writer_t *w = ik_writer_make(p);

    ik_admin_begin(w, brand, admin, IK_TAB_USERS, ik_person_called(user));
    way_back(w, admin);
    facts(w, user);
    if (ik_layout_own_path(admin->users_path))
        deeds(w, admin, user, is_self);
    return ik_admin_end(w);
}
