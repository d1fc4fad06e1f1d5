/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/role.c. */
#include "../pool.h"

#include <string.h>

#include "base/text.h"
#include "model/role.h"

static void knows_the_six_roles(void **state)
{
    apr_array_header_t *roles = ik_role_defaults(*state);
    int i;

    assert_string_equal(ik_text_join(*state, roles, " "),
                        "account_administrator developer media_library_full_access media_library_view_only_access "
                        "media_library_restricted_access finance");
    for (i = 0; i < roles->nelts; i++)
        assert_int_equal(ik_role_is_valid(APR_ARRAY_IDX(roles, i, const char *)), 1);
}

static void a_list_can_be_changed_without_the_next(void **state)
{
    APR_ARRAY_PUSH(ik_role_defaults(*state), const char *) = "extra";
    assert_int_equal(ik_role_defaults(*state)->nelts, 6);
}

static void says_what_may_name_a_role(void **state)
{
    static const char *const good[] = { "a", "A-Z_0.9:x", "finance" };
    static const char *const bad[] = {
        NULL, "", " ", "a b", " finance", "finance ", "finance\n", "a,b", "a;b", "a/b", "a\xc3\xa9", "a%", "\"a\"",
        "<a>", "a\x7f", "a=b",
    };
    char longest[66];
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(good); i++)
        assert_int_equal(ik_role_is_valid(good[i]), 1);
    for (i = 0; i < ROWS(bad); i++)
        assert_int_equal(ik_role_is_valid(bad[i]), 0);
    memset(longest, 'a', 65);
    longest[65] = '\0';
    assert_int_equal(ik_role_is_valid(longest), 0);
    longest[64] = '\0';
    assert_int_equal(ik_role_is_valid(longest), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(knows_the_six_roles),
        pool_test(a_list_can_be_changed_without_the_next),
        pool_test(says_what_may_name_a_role),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
