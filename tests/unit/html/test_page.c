/* SPDX-License-Identifier: Apache-2.0 */
/* Tests html/: whole documents, every value escaped, a policy that admits exactly our style. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>
#include <libxml/parser.h>
#include <openssl/evp.h>

#include "html/layout.h"
#include "html/page.h"

#define NASTY "<script>alert('1')</script>\" onload=\"x&amp;"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static const ik_reason_row_t *reason(ik_reason_t id)
{
    return ik_reason_row(id);
}

static int contains(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

#define KINDS 5

/* Every kind of page with the same values in all places where a page takes one. */
static const char *page_of(apr_pool_t *p, int kind, const ik_brand_t *brand, const char *trace)
{
    switch (kind) {
    case 0: return ik_html_refusal(p, brand, reason(IK_REASON_EXPIRED), trace, "/dashboard");
    case 1: return ik_html_failure(p, brand, trace, trace);
    case 2: return ik_html_signed_out(p, brand, "/single-sign-on");
    case 3: return ik_html_sign_out(p, brand, &(ik_sign_out_t){ trace, "/logout", trace, trace, "/dashboard" });
    default: return ik_html_sign_in(p, brand);
    }
}

static const char *style_of(apr_pool_t *p, const char *page)
{
    const char *from = strstr(page, "<style>");
    const char *to = strstr(page, "</style>");

    assert_non_null(from);
    assert_non_null(to);
    assert_null(strstr(to + 1, "<style"));
    return apr_pstrmemdup(p, from + 7, (apr_size_t)(to - from - 7));
}

static void admits_exactly_its_own_style(void **state)
{
    for (int kind = 0; kind < KINDS; kind++) {
        const char *style = style_of(*state, page_of(*state, kind, &plain, "t1"));
        unsigned char hash[EVP_MAX_MD_SIZE], text[64];
        unsigned int len;

        assert_int_equal(EVP_Digest(style, strlen(style), hash, &len, EVP_sha256(), NULL), 1);
        EVP_EncodeBlock(text, hash, (int)len);
        if (!contains(ik_html_csp, apr_psprintf(*state, "style-src 'sha256-%s';", text)))
            fail_msg("IK_STYLE_SHA256 must be %s", text);
    }
}

static void policy_denies_what_is_not_named(void **state)
{
    (void)state;
    assert_true(strncmp(ik_html_csp, "default-src 'none'; ", 20) == 0);
    assert_true(contains(ik_html_csp, "frame-ancestors 'none'"));
    assert_true(contains(ik_html_csp, "base-uri 'none'"));
    assert_true(contains(ik_html_csp, "form-action 'self'"));
    assert_false(contains(ik_html_csp, "unsafe"));
    assert_false(contains(ik_html_csp, "script-src"));
}

static void needs_nothing_the_policy_denies(void **state)
{
    static const char *const denied[] = {
        "<script", " style=", " src=", "<link", "@import", "url(", " onclick", "<iframe",
    };

    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < ROWS(denied); i++)
            assert_false(contains(page_of(*state, kind, &plain, "t1"), denied[i]));
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

/* An XML parser is stricter than any browser: what it takes has every tag closed and every value quoted. */
static void is_well_formed_whatever_the_values(void **state)
{
    ik_brand_t nasty = { NASTY, "https://x/?" NASTY };

    for (int kind = 0; kind < KINDS; kind++) {
        const char *page = page_of(*state, kind, &nasty, NASTY);
        const char *body = strstr(page, "<body>");
        const char *end = strstr(page, "</html>");
        xmlDocPtr doc;

        assert_non_null(body);
        doc = xmlReadMemory(body, (int)(end - body), NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR);
        assert_non_null(doc);
        xmlFreeDoc(doc);
        assert_false(contains(page, "<script"));
        assert_false(contains(page, "\" onload"));
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

        assert_true(contains(ik_html_sign_in(*state, &brand), rows[i].mark));
    }
}

static void sign_in_names_the_product_in_its_steps(void **state)
{
    const char *page = ik_html_sign_in(*state, &plain);

    assert_true(contains(page, "<h1 id=\"heading\">Sign in to ImageKit</h1>"));
    assert_true(contains(page, "<ol>\n<li><strong>Open your company’s app page</strong>"));
    assert_true(contains(page, "Choose ImageKit"));
    assert_true(contains(page, "href=\"mailto:help@imagekit.io\""));
}

static void failure_says_what_it_means_and_whose_fault_it_is(void **state)
{
    const char *page = ik_html_failure(*state, &plain, "You are still signed in.", "tr-4711");

    assert_true(contains(page, "<p class=\"lead\">You are still signed in.</p>"));
    assert_true(contains(page, "You have done nothing wrong"));
    assert_true(contains(page, ">tr-4711</dd>"));
}

static void signed_out_leads_back_in_and_warns_of_the_other_session(void **state)
{
    const char *page = ik_html_signed_out(*state, &plain, "/single-sign-on");

    assert_true(contains(page, "<h1 id=\"heading\">You are signed out</h1>"));
    assert_true(contains(page, "<a class=\"primary\" href=\"/single-sign-on\">Sign in again</a>"));
    assert_true(contains(page, "still be signed in at your company’s sign-in page"));
    assert_false(contains(ik_html_signed_out(*state, &plain, "//evil.example/"), "href"));
}

static void sign_out_asks_with_a_form_that_posts_the_token(void **state)
{
    ik_sign_out_t form = { "ann@acme.test", "/logout", "token", "s.e.c-ret", "/dashboard" };
    const char *page = ik_html_sign_out(*state, &plain, &form);

    assert_true(contains(page, "You are signed in to ImageKit as ann@acme.test."));
    assert_true(contains(page, "<form class=\"actions\" method=\"post\" action=\"/logout\">\n"
                               "<input type=\"hidden\" name=\"token\" value=\"s.e.c-ret\"/>"
                               "<button type=\"submit\" class=\"primary\">Sign out</button>\n"
                               "<a href=\"/dashboard\">Stay signed in</a>\n</form>"));
}

static void sign_out_posts_a_token_to_no_other_host(void **state)
{
    ik_sign_out_t form = { "ann@acme.test", "https://evil.example/", "token", "s.e.c-ret", "//evil.example/" };
    const char *page = ik_html_sign_out(*state, &plain, &form);

    assert_false(contains(page, "<form"));
    assert_false(contains(page, "s.e.c-ret"));
    assert_false(contains(page, "evil.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(admits_exactly_its_own_style),
        pool_test(policy_denies_what_is_not_named),
        pool_test(needs_nothing_the_policy_denies),
        pool_test(is_a_whole_document),
        pool_test(is_well_formed_whatever_the_values),
        pool_test(says_the_reason_and_who_acts_and_the_reference),
        pool_test(never_shows_the_word_of_the_log),
        pool_test(links_only_to_paths_of_this_host),
        pool_test(names_support_by_mail_or_https_only),
        pool_test(leaves_out_what_is_not_known),
        pool_test(marks_every_brand_by_its_first_letter),
        pool_test(sign_in_names_the_product_in_its_steps),
        pool_test(failure_says_what_it_means_and_whose_fault_it_is),
        pool_test(signed_out_leads_back_in_and_warns_of_the_other_session),
        pool_test(sign_out_asks_with_a_form_that_posts_the_token),
        pool_test(sign_out_posts_a_token_to_no_other_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
