/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations: used once, by one, in time; and only so many of an account are open. */
#include <apr_strings.h>

#include "base/text.h"
#include "database.h"
#include "store/account.h"
#include "store/invite.h"

#define NOW apr_time_from_sec(1700000000)
#define END (NOW + apr_time_from_sec(7 * 24 * 3600))
#define GUEST apr_time_from_sec(4 * 3600)
#define ID "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

/* An invitation to be made at a time. */
typedef struct making_t {
    const ik_invite_t *invite;
    apr_time_t now;
} making_t;

static apr_status_t put(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const making_t *making = arg;

    return ik_store_invite_put(making->invite, db, making->now, p);
}

static apr_status_t make(const database_t *database, const char *id, const char *account, apr_time_t expires,
                         apr_time_t now)
{
    const ik_invite_t invite = { .id = id, .account = account, .author = "zoe@acme.example", .made = now,
                                 .expires = expires };
    making_t making = { &invite, now };

    return ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, put, &making, database->p);
}

static void keep(const database_t *database, const char *id, const char *account)
{
    assert_int_equal(make(database, id, account, END, NOW), APR_SUCCESS);
}

static const ik_invite_t *get(const database_t *database, const char *id)
{
    ik_invite_t *invite;

    assert_int_equal(ik_store_invite_get(&invite, database->db, id, database->p), APR_SUCCESS);
    return invite;
}

static apr_status_t use(const database_t *database, const char *id, apr_time_t now)
{
    return ik_store_invite_use(database->db, id, now, database->p);
}

static int end(const database_t *database, const char *account, const char *id)
{
    int count = -1;

    assert_int_equal(ik_store_invite_revoke(&count, database->db, account, id, NOW + 2, database->p), APR_SUCCESS);
    return count;
}

/* The ids of those that can still do something, with spaces between. */
static const char *list(const database_t *database, const char *account, apr_time_t now)
{
    apr_array_header_t *invites, *ids = apr_array_make(database->p, 4, sizeof(const char *));

    assert_int_equal(ik_store_invite_list(&invites, database->db, account, now, GUEST, database->p), APR_SUCCESS);
    for (int i = 0; i < invites->nelts; i++)
        APR_ARRAY_PUSH(ids, const char *) = APR_ARRAY_IDX(invites, i, ik_invite_t *)->id;
    return ik_text_join(database->p, ids, " ");
}

static void gives_back_what_was_made(void **state)
{
    const database_t *database = *state;
    const ik_invite_t *found;
    ik_invite_t *invite;

    keep(database, ID, "acme");
    found = get(database, ID);
    assert_string_equal(found->id, ID);
    assert_string_equal(found->account, "acme");
    assert_string_equal(found->author, "zoe@acme.example");
    assert_true(found->made == NOW && found->expires == END && found->used == 0 && found->revoked == 0);
    assert_int_equal(ik_store_invite_get(&invite, database->db, "2c26", database->p), APR_NOTFOUND);
    assert_null(invite);
    assert_int_equal(ik_store_invite_get(&invite, database->db, "%", database->p), APR_NOTFOUND);
}

static void is_used_once_and_in_time(void **state)
{
    const database_t *database = *state;

    keep(database, "one", "acme");
    keep(database, "two", "acme");
    assert_int_equal(use(database, "three", NOW), APR_NOTFOUND);
    assert_int_equal(use(database, "one", END), APR_NOTFOUND);
    assert_int_equal(get(database, "one")->used, 0);
    assert_int_equal(use(database, "one", END - 1), APR_SUCCESS);
    assert_int_equal(use(database, "one", END - 1), APR_NOTFOUND);
    assert_int_equal(use(database, "one", NOW), APR_NOTFOUND);
    assert_int_equal(get(database, "one")->used, END - 1);
    assert_int_equal(get(database, "two")->used, 0);
    assert_int_equal(end(database, "acme", "two"), 1);
    assert_int_equal(use(database, "two", NOW), APR_NOTFOUND);
    assert_int_equal(get(database, "two")->used, 0);
}

static apr_status_t use_one(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_invite_use(db, arg, NOW, p);
}

static void falls_to_one_of_many_at_the_same_time(void **state)
{
    const database_t *database = *state;

    keep(database, ID, "acme");
    assert_int_equal(race(database, use_one, ID, APR_NOTFOUND), 1);
}

static void lists_what_can_still_do_something(void **state)
{
    const database_t *database = *state;

    keep(database, "open", "acme");
    keep(database, "other", "globex");
    assert_int_equal(make(database, "newer", "acme", END, NOW + 1), APR_SUCCESS);
    assert_int_equal(make(database, "short", "acme", NOW + 10, NOW + 2), APR_SUCCESS);
    assert_int_equal(make(database, "used", "acme", NOW + 10, NOW + 3), APR_SUCCESS);
    assert_int_equal(make(database, "revoked", "acme", END, NOW + 4), APR_SUCCESS);
    assert_int_equal(use(database, "used", NOW + 4), APR_SUCCESS);
    assert_int_equal(end(database, "acme", "revoked"), 1);
    assert_string_equal(list(database, "acme", NOW + 9), "used short newer open");
    assert_string_equal(list(database, "acme", NOW + 10), "used newer open");
    assert_string_equal(list(database, "acme", NOW + 3 + GUEST), "used newer open");
    assert_string_equal(list(database, "acme", NOW + 4 + GUEST), "newer open");
    assert_string_equal(list(database, "acme", END), "");
    assert_string_equal(list(database, "globex", NOW), "other");
    assert_string_equal(list(database, "nobody", NOW), "");
}

static void is_revoked_by_its_account_only(void **state)
{
    const database_t *database = *state;

    keep(database, "one", "acme");
    keep(database, "two", "acme");
    keep(database, "three", "acme");
    keep(database, "other", "globex");
    assert_int_equal(end(database, "globex", "one"), 0);
    assert_int_equal(end(database, "acme", "nothing"), 0);
    assert_int_equal(end(database, "acme", "one"), 1);
    assert_int_equal(end(database, "acme", "one"), 0);
    assert_int_equal(get(database, "one")->revoked, NOW + 2);
    assert_int_equal(use(database, "two", NOW), APR_SUCCESS);
    assert_int_equal(end(database, "acme", NULL), 2);    /* what was used, too: it opened something */
    assert_int_equal(end(database, "acme", NULL), 0);
    assert_int_equal(get(database, "other")->revoked, 0);
}

static void allows_so_many_that_are_open(void **state)
{
    const database_t *database = *state;
    const ik_invite_t used = { .id = "admitted", .account = "acme", .author = "", .made = NOW, .expires = END,
                               .used = NOW };
    making_t admitting = { &used, NOW };

    for (int i = 0; i < IK_INVITES_MAX; i++)
        keep(database, apr_psprintf(database->p, "%d", i), "acme");
    assert_int_equal(make(database, "over", "acme", END, NOW), APR_ENOSPC);
    keep(database, "other", "globex");
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, put, &admitting, database->p), APR_SUCCESS);
    assert_int_equal(get(database, "admitted")->used, NOW);
    assert_int_equal(use(database, "0", NOW), APR_SUCCESS);
    keep(database, "after one was used", "acme");
    assert_int_equal(make(database, "over", "acme", END, NOW), APR_ENOSPC);
    assert_int_equal(end(database, "acme", "1"), 1);
    keep(database, "after one was revoked", "acme");
    assert_int_equal(make(database, "over", "acme", END + 1, END - 1), APR_ENOSPC);
    assert_int_equal(make(database, "after all were over", "acme", END + 1, END), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite WHERE id = 'over'"), 0);
}

static void needs_a_transaction_an_account_and_an_id_of_its_own(void **state)
{
    const database_t *database = *state;
    const ik_invite_t invite = { .id = ID, .account = "acme", .author = "", .made = NOW, .expires = END };
    ik_db_t *db;

    acquire_fresh(&db, 1, database);
    assert_int_equal(ik_store_invite_put(&invite, db, NOW, database->p), APR_EINVAL);
    assert_int_not_equal(make(database, ID, "nobody", END, NOW), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite"), 0);
}

static void overwrites_none(void **state)
{
    const database_t *database = *state;

    keep(database, ID, "acme");
    assert_int_not_equal(make(database, ID, "globex", END + 1, NOW), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite WHERE account = 'acme'"), 1);
}

static void goes_with_its_account(void **state)
{
    const database_t *database = *state;

    keep(database, "one", "acme");
    keep(database, "other", "globex");
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite"), 1);
    assert_string_equal(list(database, "globex", NOW), "other");
}

/* An old link is told what it is for a month; then nobody asks any more. */
static void removes_what_has_long_been_over_in_batches(void **state)
{
    const apr_time_t over = END + IK_INVITE_KEPT;
    const database_t *database = *state;
    int gone = -1;

    for (int i = 0; i < 5; i++)
        assert_int_equal(make(database, apr_psprintf(database->p, "%d", i), "acme", END + i, NOW), APR_SUCCESS);
    assert_int_equal(use(database, "4", NOW), APR_SUCCESS);
    assert_int_equal(ik_store_invite_expire(&gone, database->db, over, 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_invite_expire(&gone, database->db, over + 3, 2, database->p), APR_SUCCESS);
    assert_int_equal(gone, 2);
    assert_int_equal(ik_store_invite_expire(&gone, database->db, over + 3, 2, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
    assert_int_equal(get(database, "4")->used, NOW);
    assert_int_equal(get(database, "3")->used, 0);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *invites;
    ik_invite_t *invite;
    ik_db_t *db[5];
    int count = -1;

    acquire_fresh(db, 5, database);
    run_sql(database, "DROP TABLE ik_invite");
    assert_int_equal(make(database, ID, "acme", END, NOW), APR_EGENERAL);
    assert_int_equal(ik_store_invite_get(&invite, db[0], ID, database->p), APR_EGENERAL);
    assert_null(invite);
    assert_int_equal(ik_store_invite_use(db[1], ID, NOW, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_invite_list(&invites, db[2], "acme", NOW, GUEST, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_invite_revoke(&count, db[3], "acme", NULL, NOW, database->p), APR_EGENERAL);
    assert_int_equal(count, 0);
    assert_int_equal(ik_store_invite_expire(&count, db[4], NOW, 5, database->p), APR_EGENERAL);
    assert_int_equal(count, 0);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(gives_back_what_was_made),
        ON_TWO(is_used_once_and_in_time),
        ON_TWO(falls_to_one_of_many_at_the_same_time),
        ON_TWO(lists_what_can_still_do_something),
        ON_TWO(is_revoked_by_its_account_only),
        ON_TWO(allows_so_many_that_are_open),
        ON_TWO(needs_a_transaction_an_account_and_an_id_of_its_own),
        ON_TWO(overwrites_none),
        ON_TWO(goes_with_its_account),
        ON_TWO(removes_what_has_long_been_over_in_batches),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
