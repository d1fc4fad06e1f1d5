/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/host_settings.c: what a host is configured with comes back, and nothing else is taken for it. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "sso/host_settings.h"

#define ORIGIN "https://imagekit.io"

static ik_settings_t settings_of(apr_pool_t *p)
{
    return (ik_settings_t){
        .consume_path = "/saml/consume", .login_path = "/single-sign-on", .logout_path = "/logout", .metadata_path = "/saml/metadata",
        .default_target = "/dashboard", .roles = ik_text_words(p, "developer finance"), .claim_account = ik_text_words(p, "imagekit_id id"),
        .claim_name = ik_text_words(p, "full_name"), .claim_role = ik_text_words(p, "imagekit_role"), .clock_skew = 180,
    };
}

static void gives_back_what_was_written(void **state)
{
    apr_pool_t *p = *state;
    ik_settings_t settings = settings_of(p), back;
    apr_array_header_t *files;

    settings.only_account = "acme";
    assert_true(ik_host_settings_read(&back, &files, ik_host_settings_text(&settings, ik_text_words(p, "/a.pem /a.key"), p), ORIGIN, p));
    assert_string_equal(back.origin.text, ORIGIN);
    assert_string_equal(back.consume_path, "/saml/consume");
    assert_string_equal(back.login_path, "/single-sign-on");
    assert_string_equal(back.logout_path, "/logout");
    assert_string_equal(back.metadata_path, "/saml/metadata");
    assert_string_equal(back.default_target, "/dashboard");
    assert_string_equal(ik_text_join(p, back.roles, ","), "developer,finance");
    assert_string_equal(ik_text_join(p, back.claim_account, ","), "imagekit_id,id");
    assert_string_equal(ik_text_join(p, back.claim_name, ","), "full_name");
    assert_string_equal(ik_text_join(p, back.claim_role, ","), "imagekit_role");
    assert_int_equal(back.clock_skew, 180);
    assert_string_equal(back.only_account, "acme");
    assert_string_equal(ik_text_join(p, files, ","), "/a.pem,/a.key");
    assert_int_equal(back.spkeys->keys->nelts, 0);
}

static void what_is_not_configured_is_absent(void **state)
{
    apr_pool_t *p = *state;
    const ik_settings_t settings = settings_of(p);
    apr_array_header_t *files;
    ik_settings_t back;

    assert_true(ik_host_settings_read(&back, &files, ik_host_settings_text(&settings, NULL, p), ORIGIN, p));
    assert_null(back.only_account);
    assert_int_equal(files->nelts, 0);
}

/* Wherever a record is cut or grown, it is none: no half of a configuration decides about a response. */
static void takes_nothing_else(void **state)
{
    static const char *const rows[] = { "", "x", "AAAAAAAAAAE", "AAAAAAAAAAI", "not base64!", "AAAAAAAAAAH_____" };
    apr_pool_t *p = *state;
    const ik_settings_t settings = settings_of(p);
    const char *text = ik_host_settings_text(&settings, NULL, p);
    apr_array_header_t *files;
    ik_settings_t back;

    for (apr_size_t i = 0; i < ROWS(rows); i++)
        assert_false(ik_host_settings_read(&back, &files, rows[i], ORIGIN, p));
    for (apr_size_t len = 0; len < strlen(text); len++)
        assert_false(ik_host_settings_read(&back, &files, apr_pstrmemdup(p, text, len), ORIGIN, p));
    assert_false(ik_host_settings_read(&back, &files, apr_pstrcat(p, text, "AAAA", NULL), ORIGIN, p));
    assert_false(ik_host_settings_read(&back, &files, text, "imagekit.io", p));
}

static void a_role_list_that_is_empty_is_no_configuration(void **state)
{
    apr_pool_t *p = *state;
    ik_settings_t settings = settings_of(p), back;
    apr_array_header_t *files;

    settings.roles = ik_text_words(p, "");
    assert_false(ik_host_settings_read(&back, &files, ik_host_settings_text(&settings, NULL, p), ORIGIN, p));
}

static void what_is_too_long_is_not_written(void **state)
{
    apr_pool_t *p = *state;
    ik_settings_t settings = settings_of(p);
    char *longest = apr_palloc(p, 70001);

    memset(longest, 'a', 70000);
    longest[70000] = '\0';
    settings.default_target = longest;
    assert_string_equal(ik_host_settings_text(&settings, NULL, p), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(gives_back_what_was_written),
        pool_test(what_is_not_configured_is_absent),
        pool_test(takes_nothing_else),
        pool_test(a_role_list_that_is_empty_is_no_configuration),
        pool_test(what_is_too_long_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
