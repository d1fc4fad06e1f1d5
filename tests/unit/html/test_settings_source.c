/* SPDX-License-Identifier: Apache-2.0 */
/* Tests html/settings_source.c, as part of the settings page. */
#include "document.h"

#include "admin_pages.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static const char *page_with(apr_pool_t *p, const ik_source_t *source)
{
    ik_settings_page_t page = settings_with(p, "v1");

    page.source = source;
    return ik_html_settings(p, &plain, &page);
}

static void asks_for_a_url_where_there_is_none(void **state)
{
    const char *html = page_with(*state, NULL);

    assert_true(contains(html, "Metadata by URL"));
    assert_true(contains(html, "name=\"metadata_url\""));
    assert_true(contains(html, "value=\"save-url\">Fetch and save</button>"));
    assert_false(contains(html, "value=\"fetch-now\""));
    assert_false(contains(html, "value=\"forget-url\""));
    assert_false(contains(html, "name=\"fetched\""));
}

static void says_when_it_was_fetched_and_will_be(void **state)
{
    static const struct {
        apr_time_t fetched, next;
        const char *ago, *in;
    } rows[] = {
        { NOW - DAYS(2), NOW + DAYS(1) / 8, "(2 days ago)", "(in 3 hours)" },
        { NOW - DAYS(1), NOW + DAYS(1) / 24, "(1 day ago)", "(in 1 hour)" },
        { NOW - 120000000, NOW + 60000000, "(2 minutes ago)", "(in 1 minute)" },
        { NOW - 1, NOW + 1, "(less than a minute ago)", "(in less than a minute)" },
        { NOW - 1, NOW, "(less than a minute ago)", " (now)" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_source_t source = { .url = "https://idp.example/", .failure = "", .fetched = rows[i].fetched, .next = rows[i].next };
        const char *html = page_with(*state, &source);

        if (!contains(html, rows[i].ago) || !contains(html, rows[i].in))
            fail_msg("not %s, or not %s", rows[i].ago, rows[i].in);
        assert_false(contains(html, "cannot be fetched"));
        assert_true(contains(html, "value=\"https://idp.example/\""));
        assert_true(contains(html, "value=\"fetch-now\">Fetch now</button>"));
        assert_true(contains(html, "value=\"forget-url\">Stop fetching</button>"));
        assert_true(contains(html, "<input type=\"hidden\" name=\"fetched\" value=\"yes\"/>"));
    }
}

static void says_since_when_it_fails_and_why(void **state)
{
    const ik_source_t source = { .url = "https://idp.example/", .failure = "It burns.", .fetched = NOW - DAYS(2), .next = NOW,
                                 .failing_since = NOW - DAYS(1) };
    const char *html = page_with(*state, &source);

    assert_true(contains(html, "cannot be fetched</strong> since <time datetime=\"2026-11-23T14:20Z\">"));
    assert_true(contains(html, "<bdi>It burns.</bdi>"));
}

static void problem_stands_at_the_url_that_was_typed(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");
    ik_settings_form_t form = *page.form;
    const char *html;

    form.metadata_url = "https://typed.example/";
    form.metadata_url_problem = "This cannot be.";
    page.form = &form;
    html = ik_html_settings(*state, &plain, &page);
    assert_true(contains(html, "value=\"https://typed.example/\""));
    assert_true(contains(html, "<p id=\"metadata_url-problem\" class=\"problem\" role=\"alert\">This cannot be.</p>"));
    assert_true(contains(html, "<a href=\"#metadata_url\">Metadata URL</a>"));
    assert_int_equal(count_of(html, " autofocus="), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(asks_for_a_url_where_there_is_none),
        pool_test(says_when_it_was_fetched_and_will_be),
        pool_test(says_since_when_it_fails_and_why),
        pool_test(problem_stands_at_the_url_that_was_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
