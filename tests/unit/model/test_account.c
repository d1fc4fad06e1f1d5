/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/account.c. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "model/account.h"

static const char *filled(apr_pool_t *p, const char *start, char with, apr_size_t len)
{
    char *text = apr_palloc(p, len + 1);
    apr_size_t n = strlen(start);

    memset(text, with, len);
    memcpy(text, start, n);
    text[len] = '\0';
    return text;
}

static void accepts_account_ids(void **state)
{
    static const char *const rows[] = { "a", "A", "0", "_", "acme", "Acme-Corp_2.eu", "a.", "a-", "3f2c", "__proto__" };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_account_id_is_valid(rows[i]), 1);
    assert_int_equal(ik_account_id_is_valid(filled(*state, "", 'a', 64)), 1);
}

static void refuses_other_account_ids(void **state)
{
    static const char *const rows[] = {
        NULL, "", ".", "..", ".a", "-", "-a", "--json", "a b", " a", "a ", "a/b", "../a", "a#b", "a?b", "a%41",
        "a\n", "a'", "a\"", "a;b",
        "a@b", "a:b", "a\\b", "<a>", "a\x7f", "a\xc3\xa9", "a,b", "a+b", "a=b", "a&b",
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_account_id_is_valid(rows[i]), 0);
    assert_int_equal(ik_account_id_is_valid(filled(*state, "", 'a', 65)), 0);
}

static void accepts_entity_ids(void **state)
{
    static const char *const rows[] = { "https://imagekit.io/saml/consume#acme", "https://a", "https://host/?x=%20&y" };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_account_entity_id_is_valid(rows[i]), 1);
    assert_int_equal(ik_account_entity_id_is_valid(filled(*state, "https://", 'a', 1024)), 1);
}

static void refuses_other_entity_ids(void **state)
{
    static const char *const rows[] = {
        NULL, "", "https://", "https:/a", "http://imagekit.io/saml/consume", "HTTPS://imagekit.io", "urn:acme",
        " https://a",
        "https://a b", "https://a\n", "https://a\t", "https://a\x7f", "https://\xc3\xa9", "imagekit.io", "https",
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_account_entity_id_is_valid(rows[i]), 0);
    assert_int_equal(ik_account_entity_id_is_valid(filled(*state, "https://", 'a', 1025)), 0);
    assert_int_equal(ik_account_entity_id_is_valid(filled(*state, "https://", 'a', 100000)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(accepts_account_ids),
        pool_test(refuses_other_account_ids),
        pool_test(accepts_entity_ids),
        pool_test(refuses_other_entity_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
