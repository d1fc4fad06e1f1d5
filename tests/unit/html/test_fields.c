/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the pages with forms: what they post and where to, and what people and screen readers are told. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "html/page.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };
static const ik_hidden_t none[] = { { NULL, NULL } };

static int contains(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

/* The tag that holds text, up to its end; "" when none does. */
static const char *tag_with(apr_pool_t *p, const char *page, const char *text)
{
    const char *at = strstr(page, text), *from = at;

    while (from && from > page && *from != '<')
        from--;
    return from ? apr_pstrmemdup(p, from, (apr_size_t)(strchr(at, '>') - from)) : "";
}

static void sign_in_asks_for_an_address_that_can_be_filled_in(void **state)
{
    const char *page = ik_html_sign_in(*state, &plain, &(ik_sign_in_t){ .action = "/sso", .email = "ann@acme.test" });
    const char *field = tag_with(*state, page, "name=\"email\"");

    assert_true(contains(page, "<h1 id=\"heading\">Sign in to ImageKit</h1>"));
    assert_true(contains(page, "<form method=\"post\" action=\"/sso\">"));
    assert_true(contains(page, "<label for=\"email\">Work e-mail</label>"));
    assert_true(contains(field, "type=\"email\""));
    assert_true(contains(field, "id=\"email\""));
    assert_true(contains(field, "autocomplete=\"username\""));
    assert_true(contains(field, "required"));
    assert_true(contains(field, "autofocus"));
    assert_true(contains(field, "value=\"ann@acme.test\""));
    assert_false(contains(field, "aria-"));
    assert_false(contains(page, "name=\"account\""));
    assert_true(contains(page, "<a href=\"mailto:help@imagekit.io\">Contact support</a>"));
}

static void sign_in_takes_target_and_fragment_along(void **state)
{
    const char *page = ik_html_sign_in(*state, &plain, &(ik_sign_in_t){ .action = "/sso", .target = "/m?x=1&y=\"2\"" });
    const char *bare = ik_html_sign_in(*state, &plain, &(ik_sign_in_t){ .action = "/sso" });

    assert_true(contains(page, "<input type=\"hidden\" name=\"target\" value=\"/m?x=1&amp;y=&quot;2&quot;\"/>"));
    assert_true(contains(page, "<input type=\"hidden\" name=\"fragment\" value=\"\"/>"));
    assert_true(contains(bare, "name=\"fragment\""));
    assert_false(contains(bare, "name=\"target\""));
    assert_false(contains(tag_with(*state, bare, "name=\"email\""), "value="));
}

static void sign_in_says_what_is_wrong_with_the_address(void **state)
{
    const char *page = ik_html_sign_in(*state, &plain, &(ik_sign_in_t){ .action = "/sso", .problem = "Is this <it>?" });
    const char *field = tag_with(*state, page, "name=\"email\"");

    assert_true(contains(page, "<p id=\"email-problem\" class=\"problem\" role=\"alert\">Is this &lt;it&gt;?</p>"));
    assert_true(contains(field, "aria-invalid=\"true\""));
    assert_true(contains(field, "aria-describedby=\"email-problem\""));
}

static void sign_in_asks_for_the_account_where_an_address_has_several(void **state)
{
    ik_sign_in_t form = { "/sso", "ann@acme.test", NULL, 1, "acme", "There is no such account.", NULL };
    const char *page = ik_html_sign_in(*state, &plain, &form);
    const char *email = tag_with(*state, page, "name=\"email\""), *account = tag_with(*state, page, "name=\"account\"");

    assert_true(contains(page, "<label for=\"account\">Account ID</label>"));
    assert_true(contains(account, "value=\"acme\""));
    assert_true(contains(account, "autofocus"));
    assert_true(contains(account, "aria-describedby=\"account-problem account-hint\""));
    assert_true(contains(page, "<p id=\"account-hint\" class=\"hint\">"));
    assert_true(contains(page, "role=\"alert\">There is no such account.</p>"));
    assert_true(contains(email, "value=\"ann@acme.test\""));
    assert_false(contains(email, "autofocus"));
    assert_false(contains(email, "aria-invalid"));
}

static void sign_in_leaves_out_a_support_that_is_not_known(void **state)
{
    const ik_brand_t quiet = { "ImageKit", NULL };

    assert_false(contains(ik_html_sign_in(*state, &quiet, &(ik_sign_in_t){ .action = "/sso" }), "Trouble"));
}

static void wait_posts_its_fields_and_the_fragment_to_a_path_of_ours(void **state)
{
    const ik_hidden_t fields[] = { { "account", "acme" }, { "target", NULL }, { "email", "" }, { NULL, NULL } };
    const char *page = ik_html_wait(*state, &plain, "/sso", fields);

    assert_true(contains(page, "<form method=\"post\" action=\"/sso\">\n"
                               "<input type=\"hidden\" name=\"account\" value=\"acme\"/>\n"
                               "<input type=\"hidden\" name=\"email\" value=\"\"/>\n"
                               "<input type=\"hidden\" name=\"fragment\" value=\"\"/>\n"));
    assert_false(contains(page, "name=\"target\""));
    assert_true(contains(page, "<button type=\"submit\" class=\"primary\">Continue</button>"));
}

static void wait_posts_nothing_to_another_host(void **state)
{
    const char *page = ik_html_wait(*state, &plain, "//evil.example/", none);

    assert_false(contains(page, "<form"));
    assert_false(contains(page, "<script"));
    assert_false(contains(page, "evil.example"));
}

static void post_sends_what_it_was_given_to_a_web_address(void **state)
{
    const ik_hidden_t fields[] = {
        { "SAMLRequest", "PHNhbWw+\r\n" }, { "RelayState", "" }, { "submit", "1" }, { NULL, NULL },
    };
    const char *page = ik_html_post(*state, &plain, &(ik_post_t){
        "https://idp.test/sso?a=1&b=2", fields, "On your way", "Taking you there.", "Go on",
    });

    assert_true(contains(page, "<form method=\"post\" action=\"https://idp.test/sso?a=1&amp;b=2\">\n"
                               "<input type=\"hidden\" name=\"SAMLRequest\" value=\"PHNhbWw+\r\n\"/>\n"
                               "<input type=\"hidden\" name=\"RelayState\" value=\"\"/>\n"
                               "<input type=\"hidden\" name=\"submit\" value=\"1\"/>\n"));
    assert_true(contains(page, "<h1 id=\"heading\">On your way</h1>"));
    assert_true(contains(page, "<p class=\"lead\">Taking you there.</p>"));
    assert_true(contains(page, ">Go on</button>"));
    assert_false(contains(page, "name=\"fragment\""));
}

/* See ik_layout_begin_passage. */
static void only_what_passes_by_itself_names_our_origin(void **state)
{
    const char *wait = ik_html_wait(*state, &plain, "/sso", none);
    const char *post = ik_html_post(*state, &plain, &(ik_post_t){ "https://idp.test/", none, "h", "l", "b" });
    const char *sign_in = ik_html_sign_in(*state, &plain, &(ik_sign_in_t){ .action = "/sso" });

    assert_true(contains(wait, "<meta name=\"referrer\" content=\"strict-origin\">"));
    assert_true(contains(post, "<meta name=\"referrer\" content=\"strict-origin\">"));
    assert_true(contains(sign_in, "<meta name=\"referrer\" content=\"no-referrer\">"));
}

static void post_sends_nothing_to_what_is_no_web_address(void **state)
{
    static const struct { const char *action; int sent; } rows[] = {
        { "https://idp.test/", 1 }, { "HTTP://idp.test:8080/", 1 }, { "javascript:alert(1)", 0 }, { "data:text/html,x", 0 },
        { "/sso", 0 }, { "//idp.test/", 0 }, { "", 0 }, { "https://idp.test/\n", 0 }, { "https:idp.test", 0 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *page = ik_html_post(*state, &plain, &(ik_post_t){ rows[i].action, none, "h", "l", "b" });

        assert_int_equal(contains(page, "<form"), rows[i].sent);
        assert_int_equal(contains(page, "<script"), rows[i].sent);
    }
}

static void switch_offers_to_stay_first(void **state)
{
    ik_switch_t form = { "ann@acme.test", "acme", "bob@globex.test", "globex", "/consume", "token", "s.e.c-ret" };
    const char *page = ik_html_switch(*state, &plain, &form);
    const char *stay = strstr(page, "value=\"stay\""), *change = strstr(page, "value=\"switch\"");

    assert_true(contains(page, "<form method=\"post\" action=\"/consume\">\n"
                               "<input type=\"hidden\" name=\"token\" value=\"s.e.c-ret\"/>"));
    assert_true(contains(page, "<bdi>ann@acme.test</bdi></strong> <span>Account <bdi>acme</bdi>"));
    assert_true(contains(page, "<bdi>bob@globex.test</bdi></strong> <span>Account <bdi>globex</bdi>"));
    assert_true(contains(page, "<button type=\"submit\" class=\"primary\" name=\"choice\" value=\"stay\">"));
    assert_true(contains(page, "<button type=\"submit\" name=\"choice\" value=\"switch\">"));
    assert_true(stay < change);
    form.action = "https://evil.example/";
    assert_false(contains(ik_html_switch(*state, &plain, &form), "s.e.c-ret"));
}

static void sign_out_asks_with_a_form_that_posts_the_token(void **state)
{
    ik_sign_out_t form = { "ann@acme.test", "/logout", "token", "s.e.c-ret", "/dashboard" };
    const char *page = ik_html_sign_out(*state, &plain, &form);

    assert_true(contains(page, "You are signed in to ImageKit as ann@acme.test."));
    assert_true(contains(page, "<form method=\"post\" action=\"/logout\">\n"
                               "<input type=\"hidden\" name=\"token\" value=\"s.e.c-ret\"/>\n"
                               "<div class=\"actions\">\n<button type=\"submit\" class=\"primary\">Sign out</button>\n"
                               "<a href=\"/dashboard\">Stay signed in</a>\n</div>\n</form>"));
}

static void sign_out_posts_a_token_to_no_other_host(void **state)
{
    ik_sign_out_t form = { "ann@acme.test", "https://evil.example/", "token", "s.e.c-ret", "//evil.example/" };
    const char *page = ik_html_sign_out(*state, &plain, &form);

    assert_false(contains(page, "<form"));
    assert_false(contains(page, "s.e.c-ret"));
    assert_false(contains(page, "evil.example"));
    form.action = "/logout";
    page = ik_html_sign_out(*state, &plain, &form);
    assert_true(contains(page, "s.e.c-ret"));
    assert_false(contains(page, "Stay signed in"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(sign_in_asks_for_an_address_that_can_be_filled_in),
        pool_test(sign_in_takes_target_and_fragment_along),
        pool_test(sign_in_says_what_is_wrong_with_the_address),
        pool_test(sign_in_asks_for_the_account_where_an_address_has_several),
        pool_test(sign_in_leaves_out_a_support_that_is_not_known),
        pool_test(wait_posts_its_fields_and_the_fragment_to_a_path_of_ours),
        pool_test(wait_posts_nothing_to_another_host),
        pool_test(post_sends_what_it_was_given_to_a_web_address),
        pool_test(only_what_passes_by_itself_names_our_origin),
        pool_test(post_sends_nothing_to_what_is_no_web_address),
        pool_test(switch_offers_to_stay_first),
        pool_test(sign_out_asks_with_a_form_that_posts_the_token),
        pool_test(sign_out_posts_a_token_to_no_other_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
