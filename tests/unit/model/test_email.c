/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/email.c. */
#include "../pool.h"

#include <string.h>

#include "model/email.h"

static void normalises_addresses(void **state)
{
    static const struct {
        const char *text, *email, *domain;
    } rows[] = {
        { "ann@example.com", "ann@example.com", "example.com" },
        { "Ann.O'Neil+sso@EXAMPLE.Com", "ann.o'neil+sso@example.com", "example.com" },
        { "a@b", "a@b", "b" },
        { "!#$%&'*/=?^_`{|}~-@x.y", "!#$%&'*/=?^_`{|}~-@x.y", "x.y" },
        { "ZO\xc3\x8b@x.y", "zo\xc3\x8b@x.y", "x.y" },
        { "\xe4\xb8\xad@\xe4\xbe\x8b.jp", "\xe4\xb8\xad@\xe4\xbe\x8b.jp", "\xe4\xbe\x8b.jp" },
    };
    const char *email;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        email = ik_email_normalise(*state, rows[i].text);
        assert_non_null(email);
        assert_string_equal(email, rows[i].email);
        assert_string_equal(ik_email_domain(email), rows[i].domain);
        assert_string_equal(ik_email_normalise(*state, email), email);
    }
}

static void refuses_what_is_no_address(void **state)
{
    static const char *const rows[] = {
        NULL, "", "@", "ann", "ann@", "@example.com", "ann@@example.com", "ann@evil.com@example.com", "a@b@c",
        " ann@example.com", "ann@example.com ", "an n@example.com", "ann@exa\tmple.com", "ann@example.com\n",
        "ann\r@example.com",
        "ann\x7f@example.com", "ann\x01@example.com", "ann\xc2\x85@example.com", "ann@example.com\xe2\x80\xa8",
        "ann\xff@example.com", "ann\xc0\xae@example.com", "ann@example.com\xc3",
        "Ann <ann@example.com>", "<ann@example.com>", "ann(x)@example.com", "ann@[127.0.0.1]",
        "ann,bob@example.com", "ann@x.y,bob",
        "ann;bob@example.com", "mailto:ann@example.com", "\"ann\"@example.com", "ann\\@example.com",
        "ann\xc2\xa0@example.com", "ann\xc2\xad@example.com", "ann\xe2\x80\x8b@example.com",
        "ann\xe2\x80\xae@example.com",
        "ann\xe2\x81\xa0@example.com", "ann\xe3\x80\x80@example.com", "\xef\xbb\xbf" "ann@example.com",
        "ann\xef\xb8\x8f@example.com",
        "ann\xf3\xa0\x81\x81@example.com", "ann@exa\xcd\x8fmple.com",
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        if (ik_email_normalise(*state, rows[i]))
            fail_msg("accepted \"%s\"", rows[i]);
    }
}

static void refuses_a_long_address(void **state)
{
    char text[4096];

    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    text[10] = '@';
    assert_null(ik_email_normalise(*state, text));
    text[IK_EMAIL_MAX + 1] = '\0';
    assert_null(ik_email_normalise(*state, text));
    text[IK_EMAIL_MAX] = '\0';
    assert_string_equal(ik_email_normalise(*state, text), text);
}

static void has_no_domain_without_a_sign(void **state)
{
    (void)state;
    assert_string_equal(ik_email_domain("ann"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(normalises_addresses),
        pool_test(refuses_what_is_no_address),
        pool_test(refuses_a_long_address),
        pool_test(has_no_domain_without_a_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
