/* SPDX-License-Identifier: Apache-2.0 */
/* The page with the users of an account: a search, a table, and the way to the pages before and after. */
#include <apr_strings.h>

#include "html/admin_layout.h"
#include "html/fields.h"
#include "html/person.h"

/* 1234567 as "1,234,567". */
static const char *in_words(apr_pool_t *p, apr_int64_t n)
{
    if (n < 1000)
        return apr_psprintf(p, "%d", (int)n);
    return apr_psprintf(p, "%s,%03d", in_words(p, n / 1000), (int)(n % 1000));
}

static const char *people(apr_int64_t n)
{
    return n == 1 ? "person" : "people";
}

static void search_form(ik_writer_t *w, const ik_admin_page_t *admin, const char *search)
{
    ik_writer_markup(w, "<form method=\"get\" role=\"search\" class=\"inline search\"");
    ik_writer_attribute(w, "action", ik_person_link(w->p, admin, NULL, NULL, NULL));
    ik_writer_markup(w, ">\n<div class=\"field\">\n<label for=\"q\">Name or e-mail address</label>\n"
                        "<input id=\"q\" name=\"q\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" autocapitalize=\"none\"");
    ik_writer_attribute(w, "maxlength", apr_itoa(w->p, IK_USER_SEARCH_MAX));
    ik_writer_attribute(w, "value", search);
    ik_writer_markup(w, "/>\n</div>\n<div class=\"actions\">\n");
    ik_fields_button(w, &(ik_button_t){ .label = "Search" }, IK_BUTTON_PRIMARY);
    ik_writer_markup(w, "</div>\n</form>\n");
}

/* "1,234 people", "7 of 100,000 people match “ann”". */
static void count(ik_writer_t *w, const ik_user_query_t *query, const ik_user_page_t *page)
{
    ik_writer_markup(w, "<p class=\"count\" role=\"status\">");
    ik_writer_text(w, in_words(w->p, *query->search ? page->found : page->total));
    if (*query->search)
        ik_writer_text(w, apr_pstrcat(w->p, " of ", in_words(w->p, page->total), NULL));
    ik_writer_text(w, apr_pstrcat(w->p, " ", people(page->total), NULL));
    if (*query->search) {
        ik_writer_text(w, page->found == 1 ? " matches “" : " match “");
        ik_writer_markup(w, "<bdi>");
        ik_writer_text(w, query->search);
        ik_writer_markup(w, "</bdi>”");
    }
    ik_writer_markup(w, "</p>\n");
}

static void link_to(ik_writer_t *w, const char *href, const char *label)
{
    ik_writer_markup(w, "<a");
    ik_writer_attribute(w, "href", href);
    ik_writer_markup(w, ">");
    ik_writer_text(w, label);
    ik_writer_markup(w, "</a>");
}

static void begin_cell(ik_writer_t *w, const char *label)
{
    ik_writer_markup(w, "<td role=\"cell\"");
    ik_writer_attribute(w, "data-label", label);
    ik_writer_markup(w, ">");
}

static void end_cell(ik_writer_t *w)
{
    ik_writer_markup(w, "</td>\n");
}

static void name_and_address(ik_writer_t *w, const ik_admin_page_t *admin, const ik_user_t *user)
{
    ik_writer_markup(w, "<th scope=\"row\" role=\"rowheader\"><bdi>");
    link_to(w, ik_person_link(w->p, admin, NULL, "user", user->email), ik_person_called(user));
    ik_writer_markup(w, "</bdi>");
    if (ik_person_called(user) != user->email) {
        ik_writer_markup(w, "<span class=\"address\"><bdi>");
        ik_writer_text(w, user->email);
        ik_writer_markup(w, "</bdi></span>");
    }
    ik_writer_markup(w, "</th>\n");
}

static void row(ik_writer_t *w, const ik_admin_page_t *admin, const ik_user_t *user)
{
    ik_writer_markup(w, "<tr role=\"row\">\n");
    name_and_address(w, admin, user);
    begin_cell(w, "Role");
    ik_writer_text(w, ik_person_role(user->role));
    end_cell(w);
    begin_cell(w, "First sign-in");
    ik_admin_date(w, user->first_login);
    end_cell(w);
    begin_cell(w, "Last sign-in");
    ik_admin_date(w, user->last_login);
    end_cell(w);
    begin_cell(w, "State");
    ik_person_state(w, user);
    end_cell(w);
    ik_writer_markup(w, "</tr>\n");
}

/* The roles are said because a phone shows rows as cards, and browsers forget then that it is a table. */
static void table(ik_writer_t *w, const ik_admin_page_t *admin, const ik_user_page_t *page)
{
    ik_writer_markup(w, "<table role=\"table\" class=\"users\" aria-label=\"Users\">\n"
                        "<thead role=\"rowgroup\"><tr role=\"row\">"
                        "<th scope=\"col\" role=\"columnheader\">Name and address</th>"
                        "<th scope=\"col\" role=\"columnheader\">Role</th>"
                        "<th scope=\"col\" role=\"columnheader\">First sign-in</th>"
                        "<th scope=\"col\" role=\"columnheader\">Last sign-in</th>"
                        "<th scope=\"col\" role=\"columnheader\">State</th></tr></thead>\n<tbody role=\"rowgroup\">\n");
    for (int i = 0; i < page->users->nelts; i++)
        row(w, admin, APR_ARRAY_IDX(page->users, i, const ik_user_t *));
    ik_writer_markup(w, "</tbody>\n</table>\n");
}

static const char *address_at(const ik_user_page_t *page, int at)
{
    return APR_ARRAY_IDX(page->users, at, const ik_user_t *)->email;
}

static void turn_pages(ik_writer_t *w, const ik_admin_page_t *admin, const char *search, const ik_user_page_t *page)
{
    if (!page->more_before && !page->more_after)
        return;
    ik_writer_markup(w, "<nav class=\"pages\" aria-label=\"Pages of users\"><div class=\"actions\">\n");
    if (page->more_before)
        link_to(w, ik_person_link(w->p, admin, search, "before", address_at(page, 0)), "Previous");
    if (page->more_after)
        link_to(w, ik_person_link(w->p, admin, search, "after", address_at(page, page->users->nelts - 1)), "Next");
    ik_writer_markup(w, "\n</div></nav>\n");
}

static void nobody_yet(ik_writer_t *w)
{
    ik_admin_box(w, IK_BOX_NOTE, "Nobody has signed in yet. There is nobody to add here: people appear by themselves with "
                                 "their first sign-in, which starts on the app page of your identity provider.");
}

/* The search, or a page beyond the last one: somebody has deleted people meanwhile. */
static void nothing_here(ik_writer_t *w, const ik_admin_page_t *admin, const ik_user_query_t *query)
{
    ik_admin_box_begin(w, IK_BOX_NOTE);
    ik_writer_markup(w, "<p>");
    ik_writer_text(w, *query->search ? "Nobody’s name or address has that in it. "
                                     : "There is nobody on this page any more. ");
    link_to(w, ik_person_link(w->p, admin, NULL, NULL, NULL), "Show everybody");
    ik_writer_markup(w, "</p>\n");
    ik_admin_box_end(w);
}

const char *ik_html_users(apr_pool_t *p, const ik_brand_t *brand, const ik_admin_page_t *admin, const ik_user_query_t *query,
                          const ik_user_page_t *page)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_admin_begin(w, brand, admin, IK_TAB_USERS, "Users");
    ik_admin_section(w, "people", "Who has signed in");
    if (page->total == 0) {
        nobody_yet(w);
    } else {
        search_form(w, admin, query->search);
        count(w, query, page);
        if (page->users->nelts)
            table(w, admin, page);
        else
            nothing_here(w, admin, query);
        if (page->users->nelts)
            turn_pages(w, admin, query->search, page);
    }
    ik_admin_section_end(w);
    return ik_admin_end(w);
}
