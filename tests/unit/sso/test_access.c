/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: the decisions about an identity. */
#include "sso/access.h"

#include "../pool.h"

#include "base/text.h"

static const ik_identity_t zoe = { .account = "acme", .email = "zoe@acme.example", .role = "finance" };

static void gives_access_by_account_of_the_host_and_accepted_role(void **state)
{
    static const struct {
        const char *only_account, *roles;
        int allowed;
    } rows[] = {
        { NULL, "finance", 1 },
        { NULL, "developer finance", 1 },
        { "acme", "finance", 1 },
        { "ACME", "finance", 0 },
        { "acme2", "finance", 0 },
        { "other", "finance", 0 },
        { NULL, "developer", 0 },
        { NULL, "Finance financ finance2", 0 },
        { NULL, "", 0 },
        { "acme", "developer", 0 },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        ik_settings_t settings = { .only_account = rows[i].only_account, .roles = ik_text_words(*state, rows[i].roles) };

        if (rows[i].allowed)
            assert_null(ik_access_session_problem(&settings, &zoe));
        else
            assert_non_null(ik_access_session_problem(&settings, &zoe));
    }
}

static void requires_one_of_the_named_roles_or_accounts_exactly(void **state)
{
    static const struct {
        const char *words;
        int role, account;
    } rows[] = {
        { "finance", 1, 0 },
        { "developer finance", 1, 0 },
        { "acme", 0, 1 },
        { "other acme", 0, 1 },
        { "acme finance", 1, 1 },
        { "FINANCE Acme", 0, 0 },
        { "financ acm", 0, 0 },
        { "", 0, 0 },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const apr_array_header_t *words = ik_text_words(*state, rows[i].words);

        assert_int_equal(ik_access_has_role(&zoe, words), rows[i].role);
        assert_int_equal(ik_access_has_account(&zoe, words), rows[i].account);
    }
}

static void one_role_administers_an_account(void **state)
{
    static const struct {
        const char *role;
        int administers;
    } rows[] = {
        { "account_administrator", 1 },
        { "Account_Administrator", 0 },
        { "account_administrator2", 0 },
        { "developer", 0 },
        { "", 0 },
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        const ik_identity_t identity = { .role = rows[i].role };

        assert_int_equal(ik_access_is_administrator(&identity), rows[i].administers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(gives_access_by_account_of_the_host_and_accepted_role),
        pool_test(requires_one_of_the_named_roles_or_accounts_exactly),
        pool_test(one_role_administers_an_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
