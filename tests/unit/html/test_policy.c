/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the policies of pages: they admit exactly our style and our scripts, and name no more than that. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/evp.h>

#include "admin_pages.h"
#include "pages.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static int contains(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

/* 'sha256-…' of what stands between the tags. */
static const char *source_of(apr_pool_t *p, const char *page, const char *open, const char *close)
{
    const char *from = strstr(page, open), *to = strstr(page, close);
    unsigned char hash[EVP_MAX_MD_SIZE], text[64];
    unsigned int len;

    assert_non_null(from);
    assert_non_null(to);
    assert_null(strstr(to + 1, open));
    from += strlen(open);
    assert_int_equal(EVP_Digest(from, (size_t)(to - from), hash, &len, EVP_sha256(), NULL), 1);
    EVP_EncodeBlock(text, hash, (int)len);
    return apr_psprintf(p, "'sha256-%s'", text);
}

/* The sources that a directive of a policy lists; NULL when it is not there. */
static const char *directive(apr_pool_t *p, const char *policy, const char *name)
{
    char *rest = apr_pstrdup(p, policy), *part, *last;

    for (part = apr_strtok(rest, ";", &last); part; part = apr_strtok(NULL, ";", &last)) {
        part += strspn(part, " ");
        if (strncmp(part, name, strlen(name)) == 0 && part[strlen(name)] == ' ')
            return part + strlen(name) + 1;
    }
    return NULL;
}

static void admits_exactly_its_own_style(void **state)
{
    for (int kind = 0; kind < KINDS; kind++) {
        const char *source = source_of(*state, page_of(*state, kind, &plain, "t1"), "<style>", "</style>");

        if (strcmp(directive(*state, ik_html_csp, "style-src"), source) != 0)
            fail_msg("IK_STYLE_SHA256 must be %s", source);
        assert_string_equal(directive(*state, ik_html_csp_form, "style-src"), source);
        assert_string_equal(directive(*state, ik_html_csp_answer, "style-src"), source);
    }
}

static void admits_the_script_of_each_page_that_has_one(void **state)
{
    int found = 0;

    for (int kind = 0; kind < KINDS; kind++) {
        const char *page = page_of(*state, kind, &plain, "t1"), *source;

        assert_int_equal(contains(page, "<script"), scripts_of(kind));
        if (!scripts_of(kind))
            continue;
        source = source_of(*state, page, "<script>", "</script>");
        if (!contains(directive(*state, ik_html_csp_form, "script-src"), source))
            fail_msg("an IK_SCRIPT_…_SHA256 must be %s", source);
        found++;
    }
    assert_int_equal(found, 4);
}

static void admits_the_script_of_the_wide_pages_of_administrators(void **state)
{
    for (int kind = 0; kind < ADMIN_KINDS; kind++) {
        const char *page = admin_page_of(*state, kind, &plain, "t1");
        const char *style = source_of(*state, page, "<style>", "</style>"), *script;

        assert_string_equal(directive(*state, ik_html_csp_admin, "style-src"), style);
        assert_int_equal(contains(page, "<script"), is_wide(kind));
        if (!is_wide(kind))
            continue;
        script = source_of(*state, page, "<script>", "</script>");
        if (strcmp(directive(*state, ik_html_csp_admin, "script-src"), script) != 0)
            fail_msg("IK_SCRIPT_COPY_SHA256 must be %s", script);
    }
}

static void denies_what_is_not_named(void **state)
{
    const char *const policies[] = { ik_html_csp, ik_html_csp_form, ik_html_csp_answer, ik_html_csp_admin };

    for (size_t i = 0; i < ROWS(policies); i++) {
        assert_string_equal(directive(*state, policies[i], "default-src"), "'none'");
        assert_string_equal(directive(*state, policies[i], "base-uri"), "'none'");
        assert_false(contains(policies[i], "unsafe"));
        assert_false(contains(policies[i], "*"));
    }
    assert_null(directive(*state, ik_html_csp, "script-src"));
}

static void lets_nobody_frame_what_people_decide_on(void **state)
{
    assert_string_equal(directive(*state, ik_html_csp, "frame-ancestors"), "'none'");
    assert_string_equal(directive(*state, ik_html_csp_form, "frame-ancestors"), "'none'");
    assert_string_equal(directive(*state, ik_html_csp_admin, "frame-ancestors"), "'none'");
    assert_string_equal(directive(*state, ik_html_csp_answer, "frame-ancestors"), "https: http:");
    assert_string_equal(directive(*state, ik_html_csp_answer, "script-src"), directive(*state, ik_html_csp_form, "script-src"));
    assert_string_equal(directive(*state, ik_html_csp_answer, "form-action"), "https: http:");
}

static void lets_only_pages_with_a_form_lead_away(void **state)
{
    assert_string_equal(directive(*state, ik_html_csp, "form-action"), "'self'");
    assert_string_equal(directive(*state, ik_html_csp_form, "form-action"), "'self' https: http:");
    assert_string_equal(directive(*state, ik_html_csp_admin, "form-action"), "'self' https: http:");
    for (int kind = 0; kind < KINDS; kind++)
        assert_int_equal(contains(page_of(*state, kind, &plain, "t1"), "<form"), has_form(kind));
}

static void needs_nothing_that_is_denied(void **state)
{
    static const char *const denied[] = {
        " style=", " src=", "<link", "@import", "url(", " onclick", " onload", " onsubmit", "<iframe", "eval(",
        "javascript:",
    };

    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < ROWS(denied); i++)
            assert_false(contains(page_of(*state, kind, &plain, "t1"), denied[i]));
    for (int kind = 0; kind < ADMIN_KINDS; kind++)
        for (size_t i = 0; i < ROWS(denied); i++)
            assert_false(contains(admin_page_of(*state, kind, &plain, "t1"), denied[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(admits_exactly_its_own_style),
        pool_test(admits_the_script_of_each_page_that_has_one),
        pool_test(admits_the_script_of_the_wide_pages_of_administrators),
        pool_test(denies_what_is_not_named),
        pool_test(lets_nobody_frame_what_people_decide_on),
        pool_test(lets_only_pages_with_a_form_lead_away),
        pool_test(needs_nothing_that_is_denied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
