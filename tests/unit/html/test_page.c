/* SPDX-License-Identifier: Apache-2.0 */
/* Tests html/: whole documents, every value escaped, links to nowhere else. */
#include <apr_strings.h>

#include "document.h"
#include "html/layout.h"
#include "pages.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static const ik_reason_row_t *reason(ik_reason_t id)
{
    return ik_reason_row(id);
}

static void is_a_whole_document(void **state)
{
    static const char *const parts[] = {
        "<!DOCTYPE html>\n<html lang=\"en\">", "<meta charset=\"utf-8\">", "name=\"viewport\"", "<title>",
        " · ImageKit</title>", "<main aria-labelledby=\"heading\">", "<h1 id=\"heading\">", "</h1>",
        "prefers-color-scheme:dark", "</body>\n</html>\n",
    };

    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < ROWS(parts); i++)
            assert_true(contains(page_of(*state, kind, &plain, "t1"), parts[i]));
}

static void is_well_formed_whatever_the_values(void **state)
{
    for (int kind = 0; kind < KINDS; kind++) {
        int plain_elements = elements_of(page_of(*state, kind, &plain, "t1"));

        for (size_t i = 0; i < ROWS(nasty_values) - 1; i++) {
            ik_brand_t nasty = { nasty_values[i], apr_pstrcat(*state, "https://x/?", nasty_values[i], NULL) };
            const char *page = page_of(*state, kind, &nasty, nasty_values[i]);

            assert_int_equal(elements_of(page), plain_elements);
            assert_false(contains(page, "<script>alert"));
            assert_false(contains(page, "\" onload"));
        }
        assert_true(elements_of(page_of(*state, kind, &plain, "")) > 0);
    }
}

/* Somebody's name may be long, but it is cut nowhere: what is seen is what is meant. */
static void holds_long_values_whole(void **state)
{
    char *name = memset(apr_pcalloc(*state, 1001), '"', 1000);
    const char *escaped = apr_pstrdup(*state, "");

    for (int i = 0; i < 10; i++)
        escaped = apr_pstrcat(*state, escaped, "&quot;&quot;&quot;&quot;&quot;&quot;&quot;&quot;&quot;&quot;", NULL);
    for (int kind = 0; kind < KINDS; kind++) {
        ik_brand_t brand = { name, NULL };
        const char *page = page_of(*state, kind, &brand, name);

        assert_true(elements_of(page) > 0);
        assert_true(contains(page, escaped));
    }
}

static void says_the_reason_and_who_acts_and_the_reference(void **state)
{
    for (int i = 0; i < IK_REASON_COUNT; i++) {
        const ik_reason_row_t *row = reason((ik_reason_t)i);
        const char *page = ik_html_refusal(*state, &plain, row, "tr-4711", "/single-sign-on");

        assert_true(contains(page, row->sentence));
        assert_true(contains(page, ">tr-4711</dd>"));
        assert_true(contains(page, "href=\"/single-sign-on\""));
        if (row->actor != IK_ACT_NOBODY)
            assert_true(contains(page, "class=\"advice\""));
    }
}

static void never_shows_the_word_of_the_log(void **state)
{
    const char *page = ik_html_refusal(*state, &plain, reason(IK_REASON_SIGNATURE_INVALID), "t1", NULL);

    assert_false(contains(page, "signature_invalid"));
}

static void links_only_to_paths_of_this_host(void **state)
{
    static const struct { const char *path; int kept; } rows[] = {
        { "/", 1 }, { "/dashboard?x=1#f", 1 }, { NULL, 0 }, { "", 0 }, { "//evil.example/", 0 },
        { "/\\evil.example", 0 }, { "https://evil.example/", 0 }, { "javascript:alert(1)", 0 }, { "/a\nb", 0 },
        { "dashboard", 0 }, { "/\t/evil.example", 0 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *page = ik_html_refusal(*state, &plain, reason(IK_REASON_EXPIRED), "t1", rows[i].path);

        assert_int_equal(contains(page, "class=\"primary\" href=\"/"), rows[i].kept);
        assert_int_equal(ik_layout_own_path(rows[i].path) != NULL, rows[i].kept);
    }
}

static void names_support_by_mail_or_https_only(void **state)
{
    static const struct { const char *support, *trace, *href; } rows[] = {
        { "help@imagekit.io", NULL, "mailto:help@imagekit.io" },
        { "help@imagekit.io", "a&bcc=x", "mailto:help@imagekit.io?subject=Sign-in%20help,%20reference%20a%26bcc%3dx" },
        { "a?cc=b@imagekit.io", NULL, "mailto:a%3fcc=b@imagekit.io" },
        { "https://imagekit.io/help", "t1", "https://imagekit.io/help" },
        { "javascript:alert(1)", "t1", NULL }, { "javascript:a@b", "t1", NULL }, { "http://imagekit.io/", "t1", NULL },
        { "call us", "t1", NULL }, { "", "t1", NULL }, { NULL, "t1", NULL }, { "https://a\nb", "t1", NULL },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_brand_t brand = { "ImageKit", rows[i].support };
        ik_action_t action = ik_layout_support(*state, &brand, rows[i].trace);

        if (rows[i].href)
            assert_string_equal(action.href, rows[i].href);
        else
            assert_null(action.href);
    }
}

static void leaves_out_what_is_not_known(void **state)
{
    ik_brand_t quiet = { "ImageKit", NULL };
    const char *page = ik_html_refusal(*state, &quiet, reason(IK_REASON_EXPIRED), NULL, NULL);

    assert_false(contains(page, "class=\"reference\""));
    assert_false(contains(page, "class=\"actions\""));
    assert_false(contains(page, "href"));
    assert_false(contains(page, "(null)"));
}

static void marks_every_brand_by_its_first_letter(void **state)
{
    static const struct { const char *name, *mark; } rows[] = {
        { "imagekit", ">I</span>" }, { "Zoë", ">Z</span>" }, { "Öl & Gas", ">Ö</span>" }, { "李", ">李</span>" },
        { "<b>", ">&lt;</span>" }, { "", "></span>" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_brand_t brand = { rows[i].name, NULL };

        assert_true(contains(ik_html_cookies(*state, &brand, NULL, "/sso"), rows[i].mark));
    }
}

static void failure_says_what_it_means_and_whose_fault_it_is(void **state)
{
    const char *page = ik_html_failure(*state, &plain, "You are still signed in.", "tr-4711");

    assert_true(contains(page, "<p class=\"lead\">You are still signed in.</p>"));
    assert_true(contains(page, "You have done nothing wrong"));
    assert_true(contains(page, ">tr-4711</dd>"));
}

static void signed_out_leads_back_in_and_says_how_far_it_went(void **state)
{
    static const struct { ik_signed_out_t how; const char *said; } rows[] = {
        { IK_SIGNED_OUT_HERE, "still be signed in at your company’s sign-in page" },
        { IK_SIGNED_OUT_EVERYWHERE, "signed out at your company’s sign-in page as well" },
        { IK_SIGNED_OUT_NOT_THERE, "sign-in page could not sign you out" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *page = ik_html_signed_out(*state, &plain, "/single-sign-on", rows[i].how);

        assert_true(contains(page, "<h1 id=\"heading\">You are signed out</h1>"));
        assert_true(contains(page, "<a class=\"primary\" href=\"/single-sign-on\">Sign in again</a>"));
        assert_true(contains(page, rows[i].said));
        assert_false(contains(ik_html_signed_out(*state, &plain, "//evil.example/", rows[i].how), "href"));
    }
}

static void first_sign_in_says_where_it_starts_and_nothing_of_the_address(void **state)
{
    const char *page = ik_html_first_sign_in(*state, &plain, "/single-sign-on");

    assert_true(contains(page, "If your company uses single sign-on here, your first sign-in starts at its app page."));
    assert_true(contains(page, "Choose ImageKit"));
    assert_true(contains(page, "<a class=\"primary\" href=\"/single-sign-on\">"));
    assert_true(contains(page, "href=\"mailto:help@imagekit.io\""));
    assert_false(contains(page, "unknown"));
    assert_false(contains(page, "not found"));
}

static void slow_down_says_when_to_try_again(void **state)
{
    static const struct { int seconds; const char *said; } rows[] = {
        { -1, "in a moment." }, { 0, "in a moment." }, { 1, "in a moment." }, { 2, "in 2 seconds." },
        { 90, "in 90 seconds." }, { 91, "in 2 minutes." }, { 120, "in 2 minutes." }, { 121, "in 3 minutes." }, { 2147483647, "in 35791395 minutes." },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *page = ik_html_slow_down(*state, &plain, rows[i].seconds, "/single-sign-on");

        assert_true(contains(page, apr_pstrcat(*state, "Please try again ", rows[i].said, NULL)));
        assert_true(contains(page, "href=\"/single-sign-on\""));
    }
}

static void cookies_says_what_to_do_and_leads_on(void **state)
{
    const char *page = ik_html_cookies(*state, &plain, "Zq3J0m1eQk2vN5x7yB9cDw", "/single-sign-on?account=acme");

    assert_true(contains(page, "Allow cookies for this site"));
    assert_true(contains(page, "<a class=\"primary\" href=\"/single-sign-on?account=acme\">Sign in again</a>"));
    assert_true(contains(page, "<dd>Zq3J0m1eQk2vN5x7yB9cDw</dd>"));
    page = ik_html_cookies(*state, &plain, NULL, "//evil.example/");
    assert_false(contains(page, "evil.example") || contains(page, "class=\"reference\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(is_a_whole_document),
        pool_test(is_well_formed_whatever_the_values),
        pool_test(holds_long_values_whole),
        pool_test(says_the_reason_and_who_acts_and_the_reference),
        pool_test(never_shows_the_word_of_the_log),
        pool_test(links_only_to_paths_of_this_host),
        pool_test(names_support_by_mail_or_https_only),
        pool_test(leaves_out_what_is_not_known),
        pool_test(marks_every_brand_by_its_first_letter),
        pool_test(failure_says_what_it_means_and_whose_fault_it_is),
        pool_test(signed_out_leads_back_in_and_says_how_far_it_went),
        pool_test(first_sign_in_says_where_it_starts_and_nothing_of_the_address),
        pool_test(slow_down_says_when_to_try_again),
        pool_test(cookies_says_what_to_do_and_leads_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
