/* SPDX-License-Identifier: Apache-2.0 */
/* Tests html/users and html/user: who is listed, how to get to them, what can be done, and that no value becomes markup. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "html/admin.h"

#define PATH "/dashboard/settings/users"
#define SECOND 1000000LL

static const ik_brand_t brand = { "ImageKit", "help@imagekit.io" };
static const ik_user_query_t all = { "", NULL, NULL };

static ik_admin_page_t admin_of_ann(void)
{
    return (ik_admin_page_t){
        .account = "acme", .account_name = "Acme", .email = "ann@acme.test", .settings_path = "/settings", .users_path = PATH,
        .way_out = "/dashboard", .token = "s3cret",
    };
}

static ik_user_t *user(apr_pool_t *p, const char *email, const char *name, const char *role)
{
    ik_user_t *u = apr_pcalloc(p, sizeof(*u));

    *u = (ik_user_t){
        .account = "acme", .email = email, .name = name, .role = role, .enabled = 1,
        .first_login = 1767225600 * SECOND, .last_login = 1795530000 * SECOND,
    };
    return u;
}

static ik_user_page_t page_of(apr_pool_t *p, apr_int64_t found, apr_int64_t total, ik_user_t *first, ik_user_t *second)
{
    ik_user_page_t page = { apr_array_make(p, 2, sizeof(ik_user_t *)), found, total, 0, 0 };

    if (first)
        APR_ARRAY_PUSH(page.users, ik_user_t *) = first;
    if (second)
        APR_ARRAY_PUSH(page.users, ik_user_t *) = second;
    return page;
}

static const char *list(apr_pool_t *p, const ik_user_query_t *query, const ik_user_page_t *page)
{
    const ik_admin_page_t admin = admin_of_ann();

    return ik_html_users(p, &brand, &admin, query, page);
}

static const char *one(apr_pool_t *p, const ik_user_t *u)
{
    const ik_admin_page_t admin = admin_of_ann();

    return ik_html_user(p, &brand, &admin, u);
}

static int contains(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

/* --- the list */

static void list_shows_each_person(void **state)
{
    ik_user_t *bob = user(*state, "bob@acme.test", "Bob O'Neill", "media_library_view_only_access");
    ik_user_t *dan = user(*state, "dan@acme.test", "", "partner:agency");
    const ik_user_page_t page = page_of(*state, 2, 2, bob, dan);
    const char *html;

    dan->enabled = 0;
    html = list(*state, &all, &page);
    assert_true(contains(html, "<a href=\"" PATH "?user=bob%40acme.test\">Bob O&#39;Neill</a></bdi>"
                               "<span class=\"address\"><bdi>bob@acme.test</bdi></span></th>"));
    assert_true(contains(html, ">Media library, view only</td>"));
    assert_true(contains(html, "<time datetime=\"2026-01-01\">1 January 2026</time>"));
    assert_true(contains(html, "<time datetime=\"2026-11-24\">24 November 2026</time>"));
    assert_true(contains(html, "<span class=\"pill\">Active</span>"));
    assert_true(contains(html, "<a href=\"" PATH "?user=dan%40acme.test\">dan@acme.test</a></bdi></th>"));
    assert_true(contains(html, ">partner:agency</td>"));
    assert_true(contains(html, "<span class=\"pill warning\">Disabled</span>"));
}

static void roles_are_in_words(void **state)
{
    static const struct { const char *role, *words; } rows[] = {
        { "account_administrator", "Account administrator" }, { "developer", "Developer" },
        { "media_library_full_access", "Media library, full access" },
        { "media_library_view_only_access", "Media library, view only" },
        { "media_library_restricted_access", "Media library, restricted access" }, { "finance", "Finance" },
        { "Finance", "Finance" }, { "editor", "editor" }, { "", "" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_user_page_t page = page_of(*state, 1, 1, user(*state, "b@a.test", "B", rows[i].role), NULL);

        assert_true(contains(list(*state, &all, &page),
                             apr_pstrcat(*state, "data-label=\"Role\">", rows[i].words, "</td>", NULL)));
    }
}

static void list_counts_people(void **state)
{
    static const struct { const char *search; apr_int64_t found, total; const char *said; } rows[] = {
        { "", 1, 1, "status\">1 person</p>" }, { "", 2, 2, "status\">2 people</p>" }, { "", 999, 999, ">999 people</p>" },
        { "", 1234, 1234, ">1,234 people</p>" }, { "", 1000000, 1000000, ">1,000,000 people</p>" },
        { "", 20050003, 20050003, ">20,050,003 people</p>" },
        { "ann", 7, 100000, ">7 of 100,000 people match “<bdi>ann</bdi>”</p>" },
        { "ann", 1, 100000, ">1 of 100,000 people matches “<bdi>ann</bdi>”</p>" },
        { "ann", 0, 100000, ">0 of 100,000 people match “<bdi>ann</bdi>”</p>" },
        { "ann", 1, 1, ">1 of 1 person matches “<bdi>ann</bdi>”</p>" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_user_query_t query = { rows[i].search, NULL, NULL };
        const ik_user_page_t page = page_of(*state, rows[i].found, rows[i].total, user(*state, "b@a.test", "B", "r"), NULL);

        assert_true(contains(list(*state, &query, &page), rows[i].said));
    }
}

static void search_is_a_form_that_keeps_what_was_typed(void **state)
{
    const ik_user_query_t query = { "\"<b>&", NULL, NULL };
    const ik_user_page_t page = page_of(*state, 1, 9, user(*state, "b@a.test", "B", "r"), NULL);
    const char *html = list(*state, &query, &page);

    assert_true(contains(html, "<form method=\"get\" role=\"search\" class=\"inline search\" action=\"" PATH "\">"));
    assert_true(contains(html, "<label for=\"q\">Name or e-mail address</label>"));
    assert_true(contains(html, " maxlength=\"254\" value=\"&quot;&lt;b&gt;&amp;\"/>"));
    assert_false(contains(html, "s3cret"));
    assert_false(contains(html, "<b>"));
}

static void pages_are_linked_from_their_first_and_last_user(void **state)
{
    static const struct { const char *search; int before, after; const char *previous, *next; } rows[] = {
        { "", 0, 0, NULL, NULL },
        { "", 0, 1, NULL, PATH "?after=z%2b%26%40a.test" },
        { "", 1, 0, PATH "?before=a%40a.test", NULL },
        { "o n&", 1, 1, PATH "?q=o+n%26&amp;before=a%40a.test", PATH "?q=o+n%26&amp;after=z%2b%26%40a.test" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_user_query_t query = { rows[i].search, NULL, NULL };
        ik_user_page_t page = page_of(*state, 99, 99, user(*state, "a@a.test", "A", "r"), user(*state, "z+&@a.test", "Z", "r"));
        const char *html;

        page.more_before = rows[i].before;
        page.more_after = rows[i].after;
        html = list(*state, &query, &page);
        assert_int_equal(contains(html, ">Previous</a>"), rows[i].previous != NULL);
        assert_int_equal(contains(html, ">Next</a>"), rows[i].next != NULL);
        assert_int_equal(contains(html, "<nav class=\"pages\""), rows[i].previous || rows[i].next);
        if (rows[i].previous)
            assert_true(contains(html, apr_pstrcat(*state, "<a href=\"", rows[i].previous, "\">Previous</a>", NULL)));
        if (rows[i].next)
            assert_true(contains(html, apr_pstrcat(*state, "<a href=\"", rows[i].next, "\">Next</a>", NULL)));
    }
}

static void empty_list_says_how_people_appear(void **state)
{
    const ik_user_page_t page = page_of(*state, 0, 0, NULL, NULL);
    const char *html = list(*state, &all, &page);

    assert_true(contains(html, "Nobody has signed in yet."));
    assert_true(contains(html, "first sign-in, which starts on the app page of your identity provider"));
    assert_false(contains(html, "<table"));
    assert_false(contains(html, "<input"));
}

static void search_that_finds_nobody_leads_back_to_everybody(void **state)
{
    const ik_user_query_t query = { "zzz", NULL, NULL }, gone = { "", "zoe@acme.test", NULL };
    const ik_user_page_t page = page_of(*state, 0, 9, NULL, NULL);
    const char *html = list(*state, &query, &page);

    assert_true(contains(html, "Nobody’s name or address has that in it. <a href=\"" PATH "\">Show everybody</a>"));
    assert_true(contains(html, "value=\"zzz\""));
    assert_false(contains(html, "<table"));
    html = list(*state, &gone, &page);
    assert_true(contains(html, "There is nobody on this page any more. <a href=\"" PATH "\">Show everybody</a>"));
}

/* --- one of them */

static const char *form_of(apr_pool_t *p, const char *email)
{
    return apr_pstrcat(p, "<form method=\"post\" action=\"" PATH "\">\n<input type=\"hidden\" name=\"token\" value=\"s3cret\"/>\n"
                          "<input type=\"hidden\" name=\"user\" value=\"", email, "\"/>\n", NULL);
}

static int offers(const char *page, const char *action)
{
    const char *at = strstr(page, "name=\"action\"");

    for (; at; at = strstr(at + 1, "name=\"action\""))
        if (strncmp(at + strlen("name=\"action\" value=\""), action, strlen(action)) == 0)
            return 1;
    return 0;
}

static void user_shows_what_is_known(void **state)
{
    const char *html = one(*state, user(*state, "bob@acme.test", "Bob", "finance"));

    assert_true(contains(html, "<h1 id=\"heading\">Bob</h1>"));
    assert_true(contains(html, "<dt>E-mail address</dt>\n<dd><bdi>bob@acme.test</bdi></dd>"));
    assert_true(contains(html, "<dt>Role</dt>\n<dd><bdi>Finance (finance)</bdi></dd>"));
    assert_true(contains(html, ">24 November 2026, 14:20 UTC</time>"));
    assert_true(contains(html, "<a href=\"" PATH "\">All users</a>"));
    html = one(*state, user(*state, "bob@acme.test", "", "partner:agency"));
    assert_true(contains(html, "<h1 id=\"heading\">bob@acme.test</h1>"));
    assert_true(contains(html, "<dt>Role</dt>\n<dd><bdi>partner:agency</bdi></dd>"));
}

static void user_can_be_disabled_signed_out_and_deleted(void **state)
{
    const char *html = one(*state, user(*state, "bob@acme.test", "Bob", "finance"));

    assert_true(contains(html, form_of(*state, "bob@acme.test")));
    assert_true(contains(html, " name=\"action\" value=\"disable\" aria-label=\"Disable bob@acme.test\">Disable</button>"));
    assert_true(contains(html, " name=\"action\" value=\"end-sessions\""));
    assert_true(contains(html, " class=\"danger\" name=\"action\" value=\"delete\""));
    assert_false(offers(html, "enable"));
}

static void disabled_user_can_be_enabled_and_deleted(void **state)
{
    ik_user_t *bob = user(*state, "bob@acme.test", "Bob", "finance");
    const char *html;

    bob->enabled = 0;
    html = one(*state, bob);
    assert_true(offers(html, "enable"));
    assert_true(offers(html, "delete"));
    assert_false(offers(html, "disable"));
    assert_false(offers(html, "end-sessions"));
}

static void nobody_disables_or_deletes_themselves(void **state)
{
    static const char *const spellings[] = { "ann@acme.test", "Ann@Acme.Test" };

    for (size_t i = 0; i < ROWS(spellings); i++) {
        const char *html = one(*state, user(*state, spellings[i], "Ann", "account_administrator"));

        assert_true(contains(html, "This is you. You can neither disable nor delete yourself"));
        assert_true(contains(html, "Signs you out everywhere, here as well."));
        assert_true(offers(html, "end-sessions"));
        assert_false(offers(html, "disable"));
        assert_false(offers(html, "enable"));
        assert_false(offers(html, "delete"));
    }
}

static void token_goes_to_no_other_host(void **state)
{
    ik_admin_page_t admin = admin_of_ann();
    const ik_user_page_t page = page_of(*state, 1, 1, user(*state, "b@a.test", "B", "r"), NULL);

    admin.users_path = "//evil.example/";
    assert_false(contains(ik_html_users(*state, &brand, &admin, &all, &page), "evil.example"));
    assert_false(contains(ik_html_user(*state, &brand, &admin, user(*state, "b@a.test", "B", "r")), "evil.example"));
    assert_false(contains(ik_html_user(*state, &brand, &admin, user(*state, "b@a.test", "B", "r")), "s3cret"));
}

/* --- both */

static size_t count_of(const char *page, char c)
{
    size_t n = 0;

    for (; *page; page++)
        n += *page == c;
    return n;
}

static const char *both_with(apr_pool_t *p, const char *v)
{
    const ik_user_query_t query = { v, NULL, NULL };
    ik_user_page_t page = page_of(p, 9, 9, user(p, v, apr_pstrcat(p, v, ".", NULL), v), user(p, v, "", v));

    page.more_before = page.more_after = 1;
    return apr_pstrcat(p, list(p, &query, &page), one(p, user(p, v, apr_pstrcat(p, v, ".", NULL), v)), NULL);
}

/* Escaped values bring no character of markup, so that a page has as many of them as with a harmless one. */
static void no_value_becomes_markup(void **state)
{
    static const char *const values[] = {
        "<script>alert('1')</script>\" onload=\"x&amp;", "'\"><img src=x onerror=alert(1)>", "</td></table></main>", "?user=x&q=#",
        "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x80\xAE@acme.test", "\xE2\x80\xA8", "]]>",
    };
    static const char markup[] = { '<', '>', '"' };

    for (size_t i = 0; i < ROWS(values); i++) {
        const char *harmless = both_with(*state, "x"), *page = both_with(*state, values[i]);

        for (size_t c = 0; c < ROWS(markup); c++)
            assert_int_equal(count_of(page, markup[c]), count_of(harmless, markup[c]));
    }
}

static void long_values_are_whole(void **state)
{
    char *value = memset(apr_pcalloc(*state, 1001), 'x', 1000);

    assert_true(contains(both_with(*state, value), value));
}

/* Letters that run from right to left must not reorder our words. */
static void values_are_isolated(void **state)
{
    const ik_user_query_t query = { "\xD7\xA9", NULL, NULL };
    const ik_user_page_t page = page_of(*state, 1, 1, user(*state, "\xD7\xA9@a.test", "\xD7\xA9", "r"), NULL);
    const char *html = list(*state, &query, &page);

    assert_true(contains(html, "“<bdi>\xD7\xA9</bdi>”"));
    assert_true(contains(html, "<bdi>\xD7\xA9@a.test</bdi>"));
    assert_true(contains(html, "<bdi><a href=\"" PATH "?user=%d7%a9%40a.test\">\xD7\xA9</a></bdi>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(list_shows_each_person),
        pool_test(roles_are_in_words),
        pool_test(list_counts_people),
        pool_test(search_is_a_form_that_keeps_what_was_typed),
        pool_test(pages_are_linked_from_their_first_and_last_user),
        pool_test(empty_list_says_how_people_appear),
        pool_test(search_that_finds_nobody_leads_back_to_everybody),
        pool_test(user_shows_what_is_known),
        pool_test(user_can_be_disabled_signed_out_and_deleted),
        pool_test(disabled_user_can_be_enabled_and_deleted),
        pool_test(nobody_disables_or_deletes_themselves),
        pool_test(token_goes_to_no_other_host),
        pool_test(no_value_becomes_markup),
        pool_test(long_values_are_whole),
        pool_test(values_are_isolated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
