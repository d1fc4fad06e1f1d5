/* SPDX-License-Identifier: Apache-2.0 */
/* Words and links for a user of an account. */
#include "html/person.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "html/layout.h"

static const struct {
    const char *role, *words;
} roles[] = {
    { "account_administrator", "Account administrator" },
    { "developer", "Developer" },
    { "media_library_full_access", "Media library, full access" },
    { "media_library_view_only_access", "Media library, view only" },
    { "media_library_restricted_access", "Media library, restricted access" },
    { "finance", "Finance" },
};

const char *ik_person_role(const char *role)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(role, roles[i].role) == 0)
            return roles[i].words;
    return role;
}

const char *ik_person_called(const ik_user_t *user)
{
    return user->name && *user->name ? user->name : user->email;
}

static const char *with(apr_pool_t *p, const char *link, const char *name, const char *value)
{
    if (!value || !*value)
        return link;
    return apr_pstrcat(p, link, strchr(link, '?') ? "&" : "?", name, "=", apr_pescape_urlencoded(p, value), NULL);
}

const char *ik_person_link(apr_pool_t *p, const ik_admin_page_t *admin, const char *search, const char *name, const char *value)
{
    const char *path = ik_layout_own_path(admin->users_path);

    return path ? with(p, with(p, path, "q", search), name, value) : NULL;
}

void ik_person_state(ik_writer_t *w, const ik_user_t *user)
{
    if (user->enabled)
        ik_writer_markup(w, "<span class=\"pill\">Active</span>");
    else
        ik_writer_markup(w, "<span class=\"pill warning\">Disabled</span>");
}
