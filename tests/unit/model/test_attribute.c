/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/attribute.c: what variables may be called, and the stored form there and back. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "model/attribute.h"

static void says_what_a_variable_may_be_called(void **state)
{
    static const char *const good[] = {
        "IKSSO_GROUPS", "groups", "_groups", "a1", "IKSSO_HOME", "IKSSO_LANG", "IKSSO_USER_ID", "PATHOLOGY", "Tzar",
        "H2O", "USER_GROUPS", "EMAILS", "SESSIONS", "IKSSO_ROLES", "OFFICE", "LANGUAGES",
    };
    static const char *const bad[] = {
        NULL, "", " ", "1a", "a-b", "a b", "a.b", "a=b", "a\n", "gr\xc3\xbc" "ppe", "a%", "IKSSO_", "iksso_",
        "IKSSO_EMAIL", "IKSSO_ACCOUNT", "IKSSO_FULL_NAME", "IKSSO_ROLE", "IKSSO_IDP", "IKSSO_AUTHN_TIME",
        "IKSSO_SESSION", "iksso_email", "Email", "ROLE", "session", "REMOTE_USER", "remote_user", "AUTH_TYPE",
        "PATH", "Path", "PATH_INFO", "HTTP_HOST", "http_proxy", "HTTPS", "HTTP2", "SERVER_NAME", "REQUEST_URI",
        "SCRIPT_NAME", "QUERY_STRING", "CONTENT_LENGTH", "REMOTE_ADDR", "GATEWAY_INTERFACE", "DOCUMENT_ROOT",
        "CONTEXT_PREFIX", "LD_PRELOAD", "ld_library_path", "UNIQUE_ID", "REDIRECT_STATUS", "SSL_CLIENT_VERIFY",
        "nokeepalive", "BASH_ENV", "ENV", "IFS", "PHP_VALUE", "PHPRC", "PERL5OPT", "PYTHONPATH", "NODE_OPTIONS",
        "RUBYOPT", "GLIBC_TUNABLES", "TZ", "LC_ALL", "_", "H2PUSH", "FCGI_ROLE", "IKSSO_DB",
    };
    char *longest = apr_pcalloc(*state, 66);
    apr_size_t i;

    for (i = 0; i < ROWS(good); i++)
        if (!ik_attribute_variable_is_valid(good[i]))
            fail_msg("\"%s\" is refused", good[i]);
    for (i = 0; i < ROWS(bad); i++)
        if (ik_attribute_variable_is_valid(bad[i]))
            fail_msg("\"%s\" is accepted", bad[i]);
    memset(longest, 'a', 65);
    assert_int_equal(ik_attribute_variable_is_valid(longest), 0);
    longest[64] = '\0';
    assert_int_equal(ik_attribute_variable_is_valid(longest), 1);
}

static void names_the_header_of_a_variable(void **state)
{
    static const char *const rows[][2] = {
        { "IKSSO_GROUPS", "X-IK-GROUPS" }, { "iksso_groups", "X-IK-groups" }, { "Office_No_1", "X-IK-Office-No-1" },
        { "IKSSO_IKSSO_X", "X-IK-IKSSO-X" }, { "IKSSO", "X-IK-IKSSO" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_string_equal(ik_attribute_header(rows[i][0], *state), rows[i][1]);
}

static const char *text_of(const ik_passed_t *rows, int n, apr_pool_t *p)
{
    apr_array_header_t *attributes = apr_array_make(p, 4, sizeof(ik_passed_t));
    int i;

    for (i = 0; i < n; i++)
        APR_ARRAY_PUSH(attributes, ik_passed_t) = rows[i];
    return ik_attributes_text(attributes, p);
}

static void writes_a_line_for_each(void **state)
{
    static const ik_passed_t rows[] = {
        { "A", "one;t\\;wo" }, { "EMPTY", "" }, { "B", "x=y gr\xc3\xbc\xc3\x9f" }, { "CONTROL", "a\nA=admin" },
        { "C1", "a\xc2\x85" }, { "BROKEN", "\xff" },
    };

    assert_string_equal(text_of(rows, ROWS(rows), *state), "A=one;t\\;wo\nB=x=y gr\xc3\xbc\xc3\x9f\n");
    assert_string_equal(text_of(rows, 0, *state), "");
}

static void reads_what_is_a_line(void **state)
{
    static const struct {
        const char *text, *read;
    } rows[] = {
        { "", "" },
        { "A=1\n", "A:1|" },
        { "A=1\nB=2;3\n", "A:1|B:2;3|" },
        { "A=x=y\n", "A:x=y|" },
        { "A=1\nB=2", "A:1|" },             /* cut off */
        { "A=1", "" },
        { "\n\nA=1\n\n", "A:1|" },
        { "A\nB=1\n", "B:1|" },
        { "=1\nA=\nB=1\n", "B:1|" },
        { "IKSSO_EMAIL=eve@evil.test\nREMOTE_USER=eve\nPATH=/tmp\nA=1\n", "A:1|" },
        { "A B=1\n-=2\n1=3\n", "" },
    };
    apr_size_t i;
    int k;

    for (i = 0; i < ROWS(rows); i++) {
        apr_array_header_t *read = ik_attributes_read(rows[i].text, *state);
        const char *seen = "";

        for (k = 0; k < read->nelts; k++) {
            const ik_passed_t *passed = &APR_ARRAY_IDX(read, k, const ik_passed_t);

            seen = apr_pstrcat(*state, seen, passed->variable, ":", passed->value, "|", NULL);
        }
        assert_string_equal(seen, rows[i].read);
    }
}

static void reads_back_what_it_wrote(void **state)
{
    static const ik_passed_t rows[] = { { "IKSSO_GROUPS", "a;b\\;c\\\\d" }, { "office", "K\xc3\xb6ln = 3" } };
    apr_array_header_t *read = ik_attributes_read(text_of(rows, ROWS(rows), *state), *state);
    apr_size_t i;

    assert_int_equal(read->nelts, ROWS(rows));
    for (i = 0; i < ROWS(rows); i++) {
        assert_string_equal(APR_ARRAY_IDX(read, i, ik_passed_t).variable, rows[i].variable);
        assert_string_equal(APR_ARRAY_IDX(read, i, ik_passed_t).value, rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(says_what_a_variable_may_be_called),
        pool_test(names_the_header_of_a_variable),
        pool_test(writes_a_line_for_each),
        pool_test(reads_what_is_a_line),
        pool_test(reads_back_what_it_wrote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
