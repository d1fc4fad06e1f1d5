/* SPDX-License-Identifier: Apache-2.0 */
/* Users in the database. */
#include <apr_strings.h>

#include "base/text.h"
#include "database.h"
#include "store/user.h"

static void registers_at_the_first_login_and_updates_later(void **state)
{
    database_t *database = *state;
    ik_user_t user = { .account = "acme", .email = "zoe@acme.example",
                       .name = "Zo\xc3\xab \xe6\x9d\x8e \xf0\x9f\x98\x80", .role = "finance", .enabled = 1,
                       .first_login = 100, .last_login = 100, .attributes = "" };
    ik_user_t *found;

    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", user.email, database->p), APR_SUCCESS);
    assert_string_equal(found->name, user.name);
    assert_string_equal(found->role, "finance");
    assert_true(found->enabled && found->first_login == 100 && found->last_login == 100);
    user = (ik_user_t){ .account = "acme", .email = "zoe@acme.example", .name = "Zoe", .role = "developer",
                        .first_login = 200, .last_login = 200, .attributes = "" };
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", user.email, database->p), APR_SUCCESS);
    assert_string_equal(found->name, "Zoe");
    assert_string_equal(found->role, "developer");
    assert_true(found->enabled && found->first_login == 100 && found->last_login == 200);
}

static void leaves_a_disabled_user_disabled(void **state)
{
    database_t *database = *state;
    ik_user_t user = { .account = "acme", .email = "a@b.c", .name = "A", .role = "finance", .first_login = 100,
                       .last_login = 100, .attributes = "" }, *found;

    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    user.enabled = 1;
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
    assert_false(found->enabled);
}

static void keeps_one_email_in_two_accounts_apart(void **state)
{
    database_t *database = *state;
    const ik_user_t here = { .account = "acme", .email = "a@b.c", .name = "Here", .role = "finance", .enabled = 1,
                             .first_login = 1, .last_login = 1, .attributes = "" };
    const ik_user_t there = { .account = "globex", .email = "a@b.c", .name = "There", .role = "developer",
                              .enabled = 1, .first_login = 2, .last_login = 2, .attributes = "" };
    ik_user_t *found;

    assert_int_equal(ik_store_user_save(&here, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "globex", "a@b.c", database->p), APR_NOTFOUND);
    assert_int_equal(ik_store_user_save(&there, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
    assert_string_equal(found->name, "Here");
    assert_int_equal(ik_store_user_delete(database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_NOTFOUND);
    assert_int_equal(ik_store_user_get(&found, database->db, "globex", "a@b.c", database->p), APR_SUCCESS);
    assert_string_equal(found->role, "developer");
}

static void refuses_a_user_of_no_account(void **state)
{
    database_t *database = *state;
    const ik_user_t user = { .account = "nobody", .email = "a@b.c", .name = "A", .role = "finance", .enabled = 1,
                             .first_login = 1, .last_login = 1, .attributes = "" };

    assert_int_not_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_user"), 0);
}

static void says_when_there_is_nobody_to_delete(void **state)
{
    database_t *database = *state;

    assert_int_equal(ik_store_user_delete(database->db, "acme", "a@b.c", database->p), APR_NOTFOUND);
}

static void says_who_may_sign_in(void **state)
{
    database_t *database = *state;
    const ik_user_t user = { .account = "acme", .email = "a@b.c", .name = "A", .role = "finance", .enabled = 1,
                             .first_login = 100, .last_login = 100, .attributes = "" };
    ik_user_t *found;

    assert_int_equal(ik_store_user_enable(database->db, "acme", "a@b.c", 0, database->p), APR_NOTFOUND);
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_enable(database->db, "globex", "a@b.c", 0, database->p), APR_NOTFOUND);
    for (int enabled = 0; enabled < 2; enabled++) {
        assert_int_equal(ik_store_user_enable(database->db, "acme", "a@b.c", enabled, database->p), APR_SUCCESS);
        assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
        assert_int_equal(found->enabled, enabled);
        assert_string_equal(found->name, "A");
    }
}

static void keeps_attributes_of_any_size_as_of_the_last_login(void **state)
{
    database_t *database = *state;
    ik_user_t user = { .account = "acme", .email = "a@b.c", .name = "A", .role = "finance", .enabled = 1,
                       .first_login = 100, .last_login = 100 }, *found;
    char *large = apr_pcalloc(database->p, 64 * 1024 + 1);

    memset(large, 'g', 64 * 1024);
    memcpy(large, "groups=\xc3\xab 'x' %s;", 17);
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
    assert_string_equal(found->attributes, "");
    assert_int_equal(found->attributes_version, 0);
    user.attributes = large;
    user.attributes_version = 1;
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
    assert_string_equal(found->attributes, large);
    assert_int_equal(found->attributes_version, 1);
}

static void never_gives_two_texts_one_version(void **state)
{
    static const struct { const char *text; apr_int64_t given, kept; } saves[] = {
        { "a=1", 1, 1 },        /* the first */
        { "a=1", 1, 1 },        /* the same again */
        { "a=2", 1, 2 },        /* of two logins that both found nothing, the second */
        { "a=3", 3, 3 },        /* a later one that counted on */
        { "a=3", 7, 7 },
        { "", 2, 8 },           /* never back */
    };
    database_t *database = *state;
    ik_user_t *found;

    for (size_t i = 0; i < sizeof(saves) / sizeof(saves[0]); i++) {
        const ik_user_t user = { .account = "acme", .email = "a@b.c", .name = "A", .role = "finance", .enabled = 1,
                                 .first_login = 1, .last_login = 1, .attributes = saves[i].text,
                                 .attributes_version = saves[i].given };

        assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
        assert_int_equal(ik_store_user_get(&found, database->db, "acme", "a@b.c", database->p), APR_SUCCESS);
        assert_string_equal(found->attributes, saves[i].text);
        assert_int_equal(found->attributes_version, saves[i].kept);
    }
}

/* The addresses, in the order in which they come, and what was received of each. */
static apr_status_t write_down(void *arg, const ik_user_t *user)
{
    apr_array_header_t *lines = arg;

    assert_null(user->attributes);
    APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(lines->pool, user->email, "=", user->received, NULL);
    return APR_SUCCESS;
}

static void lists_what_was_received_of_those_who_came_last(void **state)
{
    static const struct { const char *account, *email, *received; apr_time_t last; } logins[] = {
        { "acme", "a@b.c", "Finance\nB\xc3\xbcro\n", 10 }, { "acme", "b@b.c", NULL, 30 },
        { "acme", "c@b.c", "x\n", 20 }, { "globex", "d@b.c", "y\n", 40 }, { "acme", "a@b.c", "z\n", 25 },
    };
    database_t *database = *state;
    apr_array_header_t *lines = apr_array_make(database->p, 4, sizeof(const char *));
    ik_user_t *found;

    for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
        const ik_user_t user = { .account = logins[i].account, .email = logins[i].email, .name = "", .role = "finance",
                                 .enabled = 1, .last_login = logins[i].last, .received = logins[i].received };

        assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
        assert_int_equal(ik_store_user_get(&found, database->db, user.account, user.email, database->p), APR_SUCCESS);
        assert_string_equal(found->received, user.received ? user.received : "");
    }
    assert_int_equal(ik_store_user_received_each(database->db, "acme", 2, write_down, lines, database->p), APR_SUCCESS);
    assert_string_equal(ik_text_join(database->p, lines, ";"), "b@b.c=;a@b.c=z\n");
}

typedef struct seen_t {
    int count, stop_at;
    char last[80];
} seen_t;

static apr_status_t see(void *arg, const ik_user_t *user)
{
    seen_t *seen = arg;

    assert_true(strcmp(user->email, seen->last) > 0);
    assert_string_equal(user->account, "acme");
    assert_null(user->attributes);      /* may be large: not read for a list */
    assert_null(user->received);
    apr_cpystrn(seen->last, user->email, sizeof(seen->last));
    return ++seen->count == seen->stop_at ? APR_EINTR : APR_SUCCESS;
}

static apr_status_t add_many(ik_db_t *db, void *arg, apr_pool_t *p)
{
    (void)arg;
    for (int i = 0; i < 1001; i++) {
        const char *email = apr_psprintf(p, "%c%d@b.c", "a_z9"[i % 4], i / 2);
        const ik_user_t user = { .account = i % 2 ? "acme" : "globex", .email = email, .name = "N",
                                 .role = "finance", .enabled = 1, .first_login = 1, .last_login = 1,
                                 .attributes = "" };

        assert_int_equal(ik_store_user_save(&user, db, p), APR_SUCCESS);
    }
    return APR_SUCCESS;
}

static void lists_the_users_of_one_account_in_order(void **state)
{
    database_t *database = *state;
    seen_t seen = { 0, 0, "" };

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, add_many, NULL, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_each(database->db, "acme", see, &seen, database->p), APR_SUCCESS);
    assert_int_equal(seen.count, 500);     /* exactly one page */
    seen = (seen_t){ 0, 7, "" };
    assert_int_equal(ik_store_user_each(database->db, "acme", see, &seen, database->p), APR_EINTR);
    assert_int_equal(seen.count, 7);
    seen = (seen_t){ 0, 0, "" };
    assert_int_equal(ik_store_user_each(database->db, "nobody", see, &seen, database->p), APR_SUCCESS);
    assert_int_equal(seen.count, 0);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(registers_at_the_first_login_and_updates_later),
        ON_TWO(leaves_a_disabled_user_disabled),
        ON_TWO(keeps_one_email_in_two_accounts_apart),
        ON_TWO(refuses_a_user_of_no_account),
        ON_TWO(says_when_there_is_nobody_to_delete),
        ON_TWO(says_who_may_sign_in),
        ON_TWO(keeps_attributes_of_any_size_as_of_the_last_login),
        ON_TWO(lists_what_was_received_of_those_who_came_last),
        ON_TWO(never_gives_two_texts_one_version),
        ON_TWO(lists_the_users_of_one_account_in_order),
    };

    return run_on_databases(tests);
}
