/* SPDX-License-Identifier: Apache-2.0 */
/* One page of the users of an account, as an administrator asks for it: with whatever stands in the address. */
#include "accounts_scene.h"

#include "store/user.h"

static void add_users(const database_t *database, const char *account, const char *const *emails)
{
    ik_user_t user = { .account = account, .role = "developer", .enabled = 1, .attributes = "" };

    for (; *emails; emails++) {
        user.email = user.name = *emails;
        assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    }
}

static ik_user_page_t *ask(const database_t *database, const char *account, ik_user_query_t query)
{
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    ik_user_page_t *page;

    if (ik_accounts_user_page(&page, &result, &ctx, account, &query) != APR_SUCCESS)
        fail_msg("%s", result.problem);
    return page;
}

static void shows_the_people_of_one_account(void **state)
{
    static const char *const ours[] = { "ann@acme.test", "bob@acme.test", NULL }, *const theirs[] = { "eve@x.test", NULL };
    database_t *database = *state;
    ik_user_page_t *page;

    add(database, "acme", NULL);
    add(database, "beta", NULL);
    add_users(database, "acme", ours);
    add_users(database, "beta", theirs);
    page = ask(database, "acme", (ik_user_query_t){ .search = "" });
    assert_int_equal(page->total, 2);
    assert_string_equal(APR_ARRAY_IDX(page->users, 0, ik_user_t *)->email, "ann@acme.test");
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = "eve" })->found, 0);
    assert_int_equal(ask(database, "beta", (ik_user_query_t){ .search = "test" })->found, 1);
}

/* Addresses in a link may be typed, cut, or made up. */
static void goes_on_from_an_address_and_begins_anew_with_anything_else(void **state)
{
    static const char *const emails[] = { "ann@acme.test", "bob@acme.test", "cat@acme.test", NULL };
    static const struct { ik_user_query_t query; const char *first; } rows[] = {
        { { .search = "", .after = "ann@acme.test" }, "bob@acme.test" },
        { { .search = "", .after = "ANN@acme.test" }, "bob@acme.test" },
        { { .search = "", .before = "bob@acme.test" }, "ann@acme.test" },
        { { .search = "", .after = "\xff\xff@x" }, "ann@acme.test" },
        { { .search = "", .after = "zzz" }, "ann@acme.test" },
        { { .search = "", .before = "' OR 1=1" }, "ann@acme.test" },
    };
    database_t *database = *state;

    add(database, "acme", NULL);
    add_users(database, "acme", emails);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_user_page_t *page = ask(database, "acme", rows[i].query);

        assert_string_equal(APR_ARRAY_IDX(page->users, 0, ik_user_t *)->email, rows[i].first);
    }
}

/* A search of n bytes that starts with that text. */
static const char *long_search(const database_t *database, const char *begin, size_t n)
{
    char *search = apr_pcalloc(database->p, n + 1);

    memset(search, 'x', n);
    memcpy(search, begin, strlen(begin));
    return search;
}

/* Shortened, the search finds less exactly; refused, it would find nothing at all. */
static void shortens_a_search_to_whole_characters(void **state)
{
    static const char *const emails[] = { "ann@acme.test", NULL };
    database_t *database = *state;
    const char *most = long_search(database, "", IK_USER_SEARCH_MAX);
    ik_user_t user = { .account = "acme", .email = "xxx@acme.test", .role = "developer", .enabled = 1, .attributes = "" };

    add(database, "acme", NULL);
    add_users(database, "acme", emails);
    user.name = most;
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = most })->found, 1);
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = long_search(database, "", 4000) })->found, 1);
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = long_search(database, "y", 300) })->found, 0);
    user.name = apr_pstrcat(database->p, long_search(database, "", IK_USER_SEARCH_MAX - 1), NULL);
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    most = apr_pstrcat(database->p, user.name, "\xc3\xa9", NULL);       /* whose last character does not fit */
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = most })->found, 1);
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = "ann\xff\xfe" })->found, 1);
    assert_int_equal(ask(database, "acme", (ik_user_query_t){ .search = "\xc3" })->found, 2);
}

static void refuses_an_account_that_is_not_there_and_fails_without_a_table(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_user_query_t query = { .search = "" };
    ik_accounts_result_t result;
    ik_user_page_t *page;

    add(database, "acme", NULL);
    assert_refused(ik_accounts_user_page(&page, &result, &ctx, "nobody", &query), result, "not_found");
    assert_null(page);
    run_sql(database, "DROP TABLE ik_user");
    assert_failure(ik_accounts_user_page(&page, &result, &ctx, "acme", &query));
    assert_null(page);
    assert_non_null(result.problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(shows_the_people_of_one_account),
        ON_FRESH(goes_on_from_an_address_and_begins_anew_with_anything_else),
        ON_FRESH(shortens_a_search_to_whole_characters),
        ON_FRESH(refuses_an_account_that_is_not_there_and_fails_without_a_table),
    };

    return run_on_databases(tests);
}
