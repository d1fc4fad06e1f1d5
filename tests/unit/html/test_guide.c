/* SPDX-License-Identifier: Apache-2.0 */
/* Tests html/guide: a guide for every product, with the real values in it, and nothing else that a value could bring. */
#include "../pool.h"

#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "guides.h"

#define SETTINGS "/dashboard/settings/single-sign-on"

static const ik_brand_t brand = { "ImageKit", "help@imagekit.io" };

static ik_admin_page_t admin_of(const char *account)
{
    return (ik_admin_page_t){
        .account = account, .account_name = "Acme", .email = "ann@acme.test", .settings_path = SETTINGS, .users_path = "/users",
        .way_out = "/dashboard", .token = "s3cret",
    };
}

static const char *usual_page(apr_pool_t *p, const char *product)
{
    const ik_admin_page_t admin = admin_of("acme");
    const ik_sp_values_t sp = usual_values(p);

    return ik_html_guide(p, &brand, &admin, &sp, product);
}

static int contains(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

/* What saml/product.h recognises. */
static const char *const products[] = {
    "okta", "onelogin", "entra", "adfs", "google", "keycloak", "ping", "jumpcloud", "simplesamlphp", "other",
};

static void every_product_has_a_guide(void **state)
{
    size_t n = 0;

    for (size_t i = 0; i < ROWS(products); i++) {
        const char *page = usual_page(*state, products[i]);

        assert_non_null(page);
        assert_true(contains(page, apr_pstrcat(*state, "<h1 id=\"heading\">Set up ", ik_html_product(products[i]), "</h1>", NULL)));
    }
    while (ik_guides[n])
        n++;
    assert_int_equal(n, ROWS(products));
}

static void other_products_have_none(void **state)
{
    assert_null(usual_page(*state, "Okta"));
    assert_null(usual_page(*state, ""));
    assert_string_equal(ik_html_product("okta"), "Okta");
    assert_string_equal(ik_html_product("entra"), "Microsoft Entra ID");
    assert_string_equal(ik_html_product("other"), "your identity provider");
    assert_string_equal(ik_html_product("<script>"), "your identity provider");
}

static void every_guide_has_the_real_values(void **state)
{
    static const char *const values[] = {
        "https://sp.test/saml/consume", "https://sp.test/entity", "acme", "imagekit_id", "full_name", "imagekit_role",
        "account_administrator", "finance",
    };

    for (size_t i = 0; i < ROWS(products); i++) {
        const char *steps = strstr(usual_page(*state, products[i]), "<ol class=\"guide\">");

        for (size_t k = 0; k < ROWS(values); k++)
            assert_true(contains(steps, values[k]));
        assert_true(contains(steps, "https://sp.test/dashboard") || !strcmp(products[i], "simplesamlphp"));
    }
}

/* The macros of OneLogin, and the parameter of a query of AD FS. */
static int is_of_the_product(const char *brace)
{
    static const char *const own[] = { "{firstname}", "{lastname}", "{0}" };

    for (size_t i = 0; i < ROWS(own); i++)
        if (strncmp(brace, own[i], strlen(own[i])) == 0)
            return 1;
    return 0;
}

static void no_placeholder_is_left(void **state)
{
    for (size_t i = 0; i < ROWS(products); i++) {
        const char *at = strstr(usual_page(*state, products[i]), "<main"), *end = strstr(at, "</main>");

        for (at = strchr(at, '{'); at && at < end; at = strchr(at + 1, '{'))
            if (!is_of_the_product(at))
                fail_msg("%s: %.40s", products[i], at);
    }
}

/* No mark of a sentence either: one without its other half would be seen. */
static void no_mark_is_left(void **state)
{
    for (size_t i = 0; i < ROWS(products); i++) {
        const char *at = strstr(usual_page(*state, products[i]), "<ol class=\"guide\">"), *p;

        for (p = strstr(at, "<p"); p; p = strstr(p + 1, "<p")) {
            size_t len;

            if (strncmp(p, "<pre", 4) == 0)
                continue;
            len = (size_t)(strstr(p, "</p>") - p);
            if (memchr(p, '*', len) || memchr(p, '`', len))
                fail_msg("%s: %.*s", products[i], (int)len, p);
        }
    }
}

/* Every {name} of a template that is one of ours has a syntax behind it. */
static void assert_quoted(const char *product, const char *template)
{
    const char *at = template ? strchr(template, '{') : NULL;

    for (; at; at = strchr(at + 1, '{'))
        if (isalpha((unsigned char)at[1]) && at[1 + strcspn(at + 1, "|}")] != '|')
            fail_msg("%s: %.40s", product, at);
}

static void every_value_in_code_is_quoted(void **state)
{
    int n = 0;

    (void)state;
    for (const ik_guide_t *const *guide = ik_guides; *guide; guide++)
        for (const ik_guide_step_t *step = (*guide)->steps; step->what; step++) {
            assert_quoted((*guide)->product, step->code);
            assert_quoted((*guide)->product, step->each);
            assert_quoted((*guide)->product, step->end);
            assert_true(step->code || (!step->each && !step->end));
            n += step->code != NULL;
        }
    assert_true(n > 5);
}

static size_t count_of(const char *page, char c)
{
    size_t n = 0;

    for (; *page; page++)
        n += *page == c;
    return n;
}

static const char *page_with(apr_pool_t *p, const char *product, const char *v)
{
    const ik_admin_page_t admin = admin_of(v);
    const ik_sp_values_t sp = one_value(p, v);

    return ik_html_guide(p, &brand, &admin, &sp, product);
}

/* Escaped values bring no character of markup, so that a page has as many of them as with a harmless one. */
static void no_value_becomes_markup(void **state)
{
    static const char *const values[] = {
        "<script>alert('1')</script>\" onload=\"x&amp;", "'\"><img src=x onerror=alert(1)>", "&lt;&#60;", "</pre></ol></main>",
        "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x80\xAE@acme.test", "{acs}*x*`y`", "-->", "]]>",
    };
    static const char markup[] = { '<', '>', '"' };

    for (size_t i = 0; i < ROWS(products); i++)
        for (size_t k = 0; k < ROWS(values); k++) {
            const char *harmless = page_with(*state, products[i], "x"), *page = page_with(*state, products[i], values[k]);

            for (size_t c = 0; c < ROWS(markup); c++)
                assert_int_equal(count_of(page, markup[c]), count_of(harmless, markup[c]));
            assert_false(contains(page, "<script>alert"));
        }
}

static void long_values_are_whole(void **state)
{
    char *value = memset(apr_pcalloc(*state, 1001), 'x', 1000);

    for (size_t i = 0; i < ROWS(products); i++)
        assert_true(contains(page_with(*state, products[i], value), value));
}

/* What stands in code is quoted for its language, and then for HTML. */
static void code_is_quoted_twice(void **state)
{
    const ik_admin_page_t admin = admin_of("acme");
    ik_sp_values_t sp = usual_values(*state);
    const char *page;

    sp.entity_id = "https://sp.test/'; <calc> #\xE2\x80\xAE";
    page = ik_html_guide(*state, &brand, &admin, &sp, "adfs");
    assert_true(contains(page, "-Identifier &#39;https://sp.test/&#39;&#39;; &lt;calc&gt; #?&#39;"));
    page = ik_html_guide(*state, &brand, &admin, &sp, "simplesamlphp");
    assert_true(contains(page, "$metadata[&#39;https://sp.test/\\&#39;; &lt;calc&gt; #?&#39;]"));
}

static void validator_of_onelogin_matches_the_address_only(void **state)
{
    assert_true(contains(usual_page(*state, "onelogin"), ">^https:\\/\\/sp\\.test\\/saml\\/consume$</bdi>"));
}

static void own_entity_id_stands_in_both_fields_of_entra(void **state)
{
    const ik_admin_page_t admin = admin_of("acme");
    ik_sp_values_t sp = usual_values(*state);
    const char *page;

    sp.acs = sp.entity_id = "https://sp.test/saml/consume#acme";
    page = ik_html_guide(*state, &brand, &admin, &sp, "entra");
    assert_true(contains(page, "<bdi data-copy=\"Identifier (Entity ID)\">https://sp.test/saml/consume#acme</bdi>"));
    assert_true(contains(page, "<bdi data-copy=\"Reply URL (Assertion Consumer Service URL)\">https://sp.test/saml/consume#acme</bdi>"));
}

static void leads_back_and_to_the_other_guides(void **state)
{
    ik_admin_page_t admin = admin_of("acme");
    const ik_sp_values_t sp = usual_values(*state);
    const char *page = usual_page(*state, "okta");

    assert_true(contains(page, "<a href=\"" SETTINGS "\">Back to the settings</a>"));
    for (size_t i = 0; i < ROWS(products); i++)
        assert_int_equal(contains(page, apr_pstrcat(*state, "href=\"" SETTINGS "?guide=", products[i], "\"", NULL)),
                         strcmp(products[i], "okta") != 0);
    admin.settings_path = "//evil.example/";
    assert_false(contains(ik_html_guide(*state, &brand, &admin, &sp, "okta"), "evil.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(every_product_has_a_guide),
        pool_test(other_products_have_none),
        pool_test(every_guide_has_the_real_values),
        pool_test(no_placeholder_is_left),
        pool_test(no_mark_is_left),
        pool_test(every_value_in_code_is_quoted),
        pool_test(no_value_becomes_markup),
        pool_test(long_values_are_whole),
        pool_test(code_is_quoted_twice),
        pool_test(validator_of_onelogin_matches_the_address_only),
        pool_test(own_entity_id_stands_in_both_fields_of_entra),
        pool_test(leads_back_and_to_the_other_guides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
