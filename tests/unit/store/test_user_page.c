/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of users: every user on exactly one of them, in either direction; and what a search finds. */
#include <string.h>

#include <apr_strings.h>

#include "database.h"
#include "store/user.h"

#define MANY (2 * IK_USER_PAGE_MAX + 7)

static apr_status_t save(ik_db_t *db, const char *account, const char *email, const char *name, apr_pool_t *p)
{
    const ik_user_t user = { .account = account, .email = email, .name = name, .role = "finance", .enabled = 1,
                             .first_login = 10, .last_login = 20, .attributes = "groups=x",
                             .attributes_version = 1 };

    return ik_store_user_save(&user, db, p);
}

static void add(const database_t *database, const char *account, const char *email, const char *name)
{
    assert_int_equal(save(database->db, account, email, name, database->p), APR_SUCCESS);
}

/* u000@…, u001@…, …: arg says how many, of acme; and as many of globex. Every seventh is called Ada. */
static apr_status_t add_many(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_status_t rv = APR_SUCCESS;

    for (int i = 0; i < *(int *)arg && rv == APR_SUCCESS; i++) {
        const char *email = apr_psprintf(p, "u%03d@acme.example", i);

        rv = save(db, "acme", email, i % 7 ? "N" : "Ada", p);
        if (rv == APR_SUCCESS)
            rv = save(db, "globex", email, "Other Ada", p);
    }
    return rv;
}

static void fill(const database_t *database, int count)
{
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, add_many, &count, database->p), APR_SUCCESS);
}

static const ik_user_page_t *ask(const database_t *database, const char *search, const char *after, const char *before)
{
    const ik_user_query_t query = { search, after, before };
    ik_user_page_t *page;

    assert_int_equal(ik_store_user_page(&page, database->db, "acme", &query, database->p), APR_SUCCESS);
    return page;
}

static const ik_user_t *nth(const ik_user_page_t *page, int i)
{
    assert_in_range(i, 0, page->users->nelts - 1);
    return APR_ARRAY_IDX(page->users, i, ik_user_t *);
}

static const char *last_of(const ik_user_page_t *page)
{
    return nth(page, page->users->nelts - 1)->email;
}

/* The page has count users, from u<first> on, and what is told beside them. */
static void check(const ik_user_page_t *page, int first, int count, int more_before, int more_after)
{
    char email[32];

    assert_int_equal(page->users->nelts, count);
    for (int i = 0; i < count; i++) {
        apr_snprintf(email, sizeof(email), "u%03d@acme.example", first + i);
        assert_string_equal(nth(page, i)->email, email);
        assert_string_equal(nth(page, i)->account, "acme");
        assert_null(nth(page, i)->attributes);
    }
    assert_int_equal(page->more_before, more_before);
    assert_int_equal(page->more_after, more_after);
}

static void shows_everybody_once_in_both_directions(void **state)
{
    const database_t *database = *state;
    const ik_user_page_t *page;

    fill(database, MANY);
    page = ask(database, "", NULL, NULL);
    check(page, 0, IK_USER_PAGE_MAX, 0, 1);
    assert_true(page->total == MANY && page->found == MANY);
    page = ask(database, "", last_of(page), NULL);
    check(page, IK_USER_PAGE_MAX, IK_USER_PAGE_MAX, 1, 1);
    page = ask(database, "", last_of(page), NULL);
    check(page, 2 * IK_USER_PAGE_MAX, 7, 1, 0);
    assert_true(page->total == MANY && page->found == MANY);
    page = ask(database, "", NULL, nth(page, 0)->email);
    check(page, IK_USER_PAGE_MAX, IK_USER_PAGE_MAX, 1, 1);
    page = ask(database, "", NULL, nth(page, 0)->email);
    check(page, 0, IK_USER_PAGE_MAX, 0, 1);
}

static void knows_when_a_page_is_the_last(void **state)
{
    static const struct { int users, shown, more; } rows[] = {
        { 0, 0, 0 }, { 1, 1, 0 }, { IK_USER_PAGE_MAX, IK_USER_PAGE_MAX, 0 }, { IK_USER_PAGE_MAX + 1, IK_USER_PAGE_MAX, 1 }
    };
    const database_t *database = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fill(database, rows[i].users);
        check(ask(database, "", NULL, NULL), 0, rows[i].shown, 0, rows[i].more);
        assert_int_equal(ask(database, "", NULL, NULL)->total, rows[i].users);
    }
}

static void goes_on_from_users_who_are_gone(void **state)
{
    const database_t *database = *state;
    const ik_user_page_t *page;

    fill(database, 5);
    check(ask(database, "", "u001", NULL), 1, 4, 1, 0);
    check(ask(database, "", "a", NULL), 0, 5, 0, 0);
    check(ask(database, "", NULL, "u001z"), 0, 2, 0, 1);
    check(ask(database, "", NULL, "z"), 0, 5, 0, 0);
    page = ask(database, "", "u004@acme.example", NULL);
    check(page, 0, 0, 1, 0);        /* nobody follows: everybody comes before */
    assert_int_equal(page->found, 5);
    check(ask(database, "", NULL, "u000@acme.example"), 0, 0, 0, 1);
    check(ask(database, "nobody", "u001@acme.example", NULL), 0, 0, 0, 0);
}

static void shows_all_that_lists_need(void **state)
{
    const database_t *database = *state;
    const ik_user_t *user;

    add(database, "acme", "zoe@acme.example", "Zo\xc3\xab \xe6\x9d\x8e");
    assert_int_equal(ik_store_user_enable(database->db, "acme", "zoe@acme.example", 0, database->p), APR_SUCCESS);
    user = nth(ask(database, "", NULL, NULL), 0);
    assert_string_equal(user->name, "Zo\xc3\xab \xe6\x9d\x8e");
    assert_string_equal(user->role, "finance");
    assert_true(!user->enabled && user->first_login == 10 && user->last_login == 20);
}

static void pages_through_what_a_search_finds(void **state)
{
    const int hits = 400 / 7 + 1;
    const database_t *database = *state;
    const ik_user_page_t *page;

    fill(database, 400);
    page = ask(database, "aDa", NULL, NULL);
    assert_true(page->found == hits && page->total == 400);
    assert_int_equal(page->users->nelts, IK_USER_PAGE_MAX);
    assert_true(!page->more_before && page->more_after);
    assert_string_equal(nth(page, 1)->email, "u007@acme.example");
    page = ask(database, "aDa", last_of(page), NULL);
    assert_int_equal(page->users->nelts, hits - IK_USER_PAGE_MAX);
    assert_true(page->more_before && !page->more_after && page->found == hits);
    assert_string_equal(last_of(page), "u399@acme.example");
    page = ask(database, "aDa", NULL, nth(page, 0)->email);
    assert_int_equal(page->users->nelts, IK_USER_PAGE_MAX);
    assert_true(!page->more_before && page->more_after);
    assert_string_equal(nth(page, 0)->email, "u000@acme.example");
    /* Whoever is beyond, but is not searched for, makes no page. */
    page = ask(database, "u399", "u001@acme.example", NULL);
    assert_true(page->users->nelts == 1 && !page->more_before && !page->more_after);
}

static void finds_parts_of_address_and_name(void **state)
{
    static const struct { const char *search; int found; } rows[] = {
        { "", 4 }, { "zoe", 1 }, { "ZOE", 1 }, { "Zo\xc3\xab", 1 }, { "zO\xc3\xab", 1 }, { "ACME", 4 }, { "@", 4 }, { "  ", 0 },
        { "ada l", 1 }, { "LOVELACE", 1 }, { "l' o", 1 }, { "%", 1 }, { "_", 1 }, { "a_b", 1 }, { "a%b", 0 }, { "100%", 1 },
        { "\\", 1 }, { "*", 0 }, { "?", 0 }, { "[", 0 }, { "' OR ''='", 0 }, { "'; DROP TABLE ik_user; --", 0 }, { "%s", 0 },
        { "\xe6\x9d\x8e", 1 }, { "\xc3\x96", 1 }, { "\xc3\xb6", 0 },       /* other letters than ASCII's are as they are */
        { "finance", 0 }, { "groups", 0 }, { "globex", 0 },
    };
    const database_t *database = *state;

    add(database, "acme", "zoe@acme.example", "Zo\xc3\xab \xe6\x9d\x8e");
    add(database, "acme", "ada@acme.example", "Ada Lovelace");
    add(database, "acme", "a_b@acme.example", "\xc3\x96 l' o\\");
    add(database, "acme", "x@acme.example", "100% X");
    add(database, "globex", "zoe@globex.example", "Zo\xc3\xab Ada % _");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const ik_user_page_t *page = ask(database, rows[i].search, NULL, NULL);

        if (page->found != rows[i].found || page->users->nelts != rows[i].found)
            fail_msg("\"%s\" finds %d and shows %d", rows[i].search, (int)page->found, page->users->nelts);
        assert_int_equal(page->total, 4);
    }
}

static void takes_searches_as_long_as_they_may_be(void **state)
{
    const database_t *database = *state;
    char *search = apr_pcalloc(database->p, IK_USER_SEARCH_MAX + 1);

    memset(search, 'x', IK_USER_SEARCH_MAX);
    add(database, "acme", "x@acme.example", apr_pstrcat(database->p, "..", search, "..", NULL));
    add(database, "acme", "y@acme.example", search + 1);
    assert_int_equal(ask(database, search, NULL, NULL)->found, 1);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    const ik_user_query_t query = { "x", "a", NULL };
    ik_user_page_t *page;

    run_sql(database, "ALTER TABLE ik_user RENAME TO ik_gone");
    assert_int_equal(ik_store_user_page(&page, database->db, "acme", &query, database->p), APR_EGENERAL);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(shows_everybody_once_in_both_directions),
        ON_TWO(knows_when_a_page_is_the_last),
        ON_TWO(goes_on_from_users_who_are_gone),
        ON_TWO(shows_all_that_lists_need),
        ON_TWO(pages_through_what_a_search_finds),
        ON_TWO(finds_parts_of_address_and_name),
        ON_TWO(takes_searches_as_long_as_they_may_be),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
