/* SPDX-License-Identifier: Apache-2.0 */
/* What may be a credential is told by its length only; names, ids and sentences stay. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/redact.h"

static const char *repeat(const char *text, int times, apr_pool_t *p)
{
    const char *out = "";

    while (times-- > 0)
        out = apr_pstrcat(p, out, text, NULL);
    return out;
}

static void leaves_what_people_read(void **state)
{
    static const char *const texts[] = {
        "", "the Audience is \"https://imagekit.io/saml/consume#acme\", expected \"https://imagekit.io/saml/consume\"",
        "_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "das B\xc3\xbcro \xf0\x9f\x98\x80",
        "accepted are: media_library_view_only_access, media_library_restricted_access, media_library_full_access",
    };

    for (size_t i = 0; i < ROWS(texts); i++)
        assert_string_equal(ik_redact(*state, texts[i]), texts[i]);
}

static void tells_how_long_a_credential_was(void **state)
{
    apr_pool_t *p = *state;
    const char *hundred = repeat("Ab1+/-_=9z", 10, p), *more = apr_pstrcat(p, hundred, "x", NULL);

    assert_string_equal(ik_redact(p, hundred), hundred);
    assert_string_equal(ik_redact(p, more), "(101 letters)");
    assert_string_equal(ik_redact(p, apr_pstrcat(p, "got \"", more, "\".", NULL)), "got \"(101 letters)\".");
    assert_string_equal(ik_redact(p, apr_pstrcat(p, more, " ", hundred, " ", more, NULL)),
                        apr_pstrcat(p, "(101 letters) ", hundred, " (101 letters)", NULL));
}

static void sees_through_lines_and_percent_encoding(void **state)
{
    assert_string_equal(ik_redact(*state, repeat("AbCdEfGhIjKl%2BMnOp\r\n", 20, *state)), "(420 letters)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(leaves_what_people_read),
        pool_test(tells_how_long_a_credential_was),
        pool_test(sees_through_lines_and_percent_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
