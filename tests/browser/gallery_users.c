/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the gallery with the users of an account, and with the guides for identity providers. */
#include "gallery.h"

#include <apr_strings.h>

#include "html/guide.h"

#define HOST "https://dashboard.imagekit.test"

static ik_user_t *user(apr_pool_t *p, const char *email, const char *name, const char *role)
{
    ik_user_t *u = apr_pcalloc(p, sizeof(*u));

    *u = (ik_user_t){
        .account = "acme", .email = email, .name = name, .role = role, .enabled = 1,
        .first_login = NOW - DAYS(400), .last_login = NOW - DAYS(2),
    };
    return u;
}

static void add(apr_array_header_t *list, ik_user_t *u)
{
    APR_ARRAY_PUSH(list, ik_user_t *) = u;
}

static apr_array_header_t *a_few(apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 8, sizeof(ik_user_t *));
    ik_user_t *gone = user(p, "cleo@acme.test", "Cleo Marsh", "finance");

    gone->enabled = 0;
    add(list, user(p, "ann@acme.test", "Ann Lee", "account_administrator"));
    add(list, user(p, "bob@acme.test", "Bob O’Neill", "media_library_restricted_access"));
    add(list, gone);
    add(list, user(p, "dan@acme.test", "", "partner:agency"));
    add(list, user(p, RTL, "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "developer"));
    return list;
}

/* A full page whose names are as long as names get. */
static apr_array_header_t *fifty(apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, IK_USER_PAGE_MAX, sizeof(ik_user_t *));

    for (int i = 0; i < IK_USER_PAGE_MAX; i++)
        add(list, user(p, apr_psprintf(p, "user%02d.%s", i, LONG),
                       "Maximiliane Friederike Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst",
                       "media_library_full_access"));
    return list;
}

static void lists(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    const ik_admin_page_t ann = admin_of_ann(), wide = admin_of_long_names();
    const ik_user_query_t all = { "", NULL, NULL }, search = { "ann <&> \"lee\"", NULL, NULL };
    const ik_user_query_t later = { "", "bob@acme.test", NULL };
    apr_array_header_t *none = apr_array_make(p, 1, sizeof(ik_user_t *));
    const ik_user_page_t empty = { none, 0, 0, 0, 0 }, nothing = { none, 0, 100000, 0, 0 };
    const ik_user_page_t few = { a_few(p), 5, 5, 0, 0 }, found = { a_few(p), 5, 100000, 0, 0 };
    const ik_user_page_t first = { a_few(p), 1234, 1234, 0, 1 }, middle = { a_few(p), 1234, 1234, 1, 1 };
    const ik_user_page_t last = { a_few(p), 1234, 1234, 1, 0 }, full = { fifty(p), 1234567, 1234567, 1, 1 };

    show_admin(p, "users", ik_html_users(p, brand, &ann, &all, &few));
    show_admin(p, "users-empty", ik_html_users(p, brand, &ann, &all, &empty));
    show_admin(p, "users-found", ik_html_users(p, brand, &ann, &search, &found));
    show_admin(p, "users-nothing-found", ik_html_users(p, brand, &ann, &search, &nothing));
    show_admin(p, "users-page-gone", ik_html_users(p, brand, &ann, &later, &nothing));
    show_admin(p, "users-first-page", ik_html_users(p, brand, &ann, &all, &first));
    show_admin(p, "users-middle-page", ik_html_users(p, brand, &ann, &later, &middle));
    show_admin(p, "users-last-page", ik_html_users(p, brand, &ann, &later, &last));
    show_admin(p, "users-long", ik_html_users(p, wordy, &wide, &all, &full));
}

static void one(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    ik_admin_page_t ann = admin_of_ann();
    const ik_admin_page_t wide = admin_of_long_names();
    ik_user_t *bob = user(p, "bob@acme.test", "Bob O’Neill", "media_library_view_only_access");

    show_admin(p, "user", ik_html_user(p, brand, &ann, bob));
    bob->enabled = 0;
    ann.done = "user-disabled";
    show_admin(p, "user-disabled", ik_html_user(p, brand, &ann, bob));
    ann.done = NULL;
    show_admin(p, "user-self", ik_html_user(p, brand, &ann, user(p, ann.email, "Ann Lee", "account_administrator")));
    show_admin(p, "user-long", ik_html_user(p, wordy, &wide, user(p, "x" LONG, RTL, "partner:agency")));
}

static void guides(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    const ik_admin_page_t ann = admin_of_ann(), wide = admin_of_long_names();
    const ik_sp_values_t *usual = sp_values(p);
    ik_sp_values_t own = *usual;

    own.acs = own.entity_id = apr_pstrcat(p, HOST "/saml/consume#", wide.account, NULL);
    for (const ik_guide_t *const *guide = ik_guides; *guide; guide++)
        show_admin(p, apr_pstrcat(p, "guide-", (*guide)->product, NULL), ik_html_guide(p, brand, &ann, usual, (*guide)->product));
    show_admin(p, "guide-long-adfs", ik_html_guide(p, wordy, &wide, &own, "adfs"));
    show_admin(p, "guide-long-onelogin", ik_html_guide(p, wordy, &wide, &own, "onelogin"));
}

void gallery_users(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    lists(p, brand, wordy);
    one(p, brand, wordy);
    guides(p, brand, wordy);
}
