/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts in the database. */
#include <apr_strings.h>

#include "base/text.h"
#include "database.h"
#include "store/account.h"
#include "store/user.h"

static ik_account_t make_account(const database_t *database, const char *id)
{
    return (ik_account_t){ .id = id, .name = "", .enabled = 1, .domains = ik_text_words(database->p, "") };
}

static void add_account(const database_t *database, const char *id, const char *entity_id, const char *idp)
{
    ik_account_t account = make_account(database, id);

    account.entity_id = entity_id;
    account.idp_entity_id = idp;
    account.metadata = idp ? "<xml/>" : NULL;
    assert_int_equal(ik_store_account_insert(&account, database->db, 1000, database->p), APR_SUCCESS);
}

static void gives_back_what_was_inserted(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme"), *found;

    account.name = "Acme & S\xc3\xb6hne '\"; DROP TABLE ik_account; --";
    account.entity_id = "https://imagekit.io/saml/consume#acme";
    account.idp_entity_id = "https://idp/";
    account.metadata = apr_pstrcat(database->p, "<a>\n%s%lld \xf0\x9f\x98\x80 ", "</a>\r\n", NULL);
    account.domains = ik_text_words(database->p, "a.example b.example");
    assert_int_equal(ik_store_account_insert(&account, database->db, 1700000000123456, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(found->id, account.id);
    assert_string_equal(found->name, account.name);
    assert_string_equal(found->entity_id, account.entity_id);
    assert_string_equal(found->idp_entity_id, account.idp_entity_id);
    assert_string_equal(found->metadata, account.metadata);
    assert_string_equal(ik_text_join(database->p, found->domains, ","), "a.example,b.example");
    assert_true(found->enabled);
    assert_true(found->created == 1700000000123456 && found->changed == 1700000000123456);
    assert_true(found->version > 0 && found->version == account.version);
}

static void tells_nothing_from_empty(void **state)
{
    database_t *database = *state;
    ik_account_t *found;

    add_account(database, "acme", NULL, NULL);
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_null(found->entity_id);
    assert_null(found->metadata);
    assert_null(found->idp_entity_id);
    assert_string_equal(found->name, "");
    assert_int_equal(found->domains->nelts, 0);
}

static void finds_exactly_the_id(void **state)
{
    static const char *const others[] = { "Acme", "acm", "acme ", "acme%", "ac_e", "", "' OR ''='" };
    database_t *database = *state;
    ik_account_t *found;

    add_account(database, "acme", NULL, NULL);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(ik_store_account_get(&found, database->db, others[i], database->p), APR_NOTFOUND);
        assert_null(found);
    }
}

static void refuses_what_is_taken(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme");

    add_account(database, "acme", "https://sp/#acme", NULL);
    add_account(database, "globex", NULL, NULL);
    add_account(database, "initech", NULL, NULL);    /* no entity ID of their own: as many as there are */
    assert_int_equal(ik_store_account_insert(&account, database->db, 1, database->p), APR_EEXIST);
    account = make_account(database, "hooli");
    account.entity_id = "https://sp/#acme";
    assert_int_equal(ik_store_account_insert(&account, database->db, 1, database->p), APR_EEXIST);
    account.id = "globex";
    assert_int_equal(ik_store_account_update(&account, database->db, 1, database->p), APR_EEXIST);
    account.id = "acme";
    assert_int_equal(ik_store_account_update(&account, database->db, 1, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_account"), 3);
}

static void updates_all_but_id_and_created(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme"), *found;
    apr_int64_t version;

    assert_int_equal(ik_store_account_insert(&account, database->db, 1000, database->p), APR_SUCCESS);
    version = account.version;
    account.name = "New";
    account.enabled = 0;
    account.metadata = "<xml/>";
    account.idp_entity_id = "https://idp/";
    account.created = 5;
    account.domains = ik_text_words(database->p, "x.example");
    assert_int_equal(ik_store_account_update(&account, database->db, 2000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(found->name, "New");
    assert_string_equal(found->metadata, "<xml/>");
    assert_int_equal(found->domains->nelts, 1);
    assert_false(found->enabled);
    assert_true(found->created == 1000 && found->changed == 2000);
    assert_true(found->version > version && found->version == account.version);
    account.id = "nobody";
    assert_int_equal(ik_store_account_update(&account, database->db, 2000, database->p), APR_NOTFOUND);
}

static void never_uses_a_version_twice(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme");
    apr_int64_t version;

    assert_int_equal(ik_store_account_insert(&account, database->db, 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_update(&account, database->db, 1000, database->p), APR_SUCCESS);
    version = account.version;
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_insert(&account, database->db, 500, database->p), APR_SUCCESS);
    assert_true(account.version > version);
}

static void takes_its_users_along_when_deleted(void **state)
{
    database_t *database = *state;
    const ik_user_t one = { .account = "acme", .email = "a@b.c", .name = "A", .role = "developer", .enabled = 1,
                            .first_login = 1, .last_login = 1, .attributes = "" };
    const ik_user_t two = { .account = "globex", .email = "a@b.c", .name = "A", .role = "developer", .enabled = 1,
                            .first_login = 1, .last_login = 1, .attributes = "" };

    add_account(database, "acme", NULL, NULL);
    add_account(database, "globex", NULL, NULL);
    assert_int_equal(ik_store_user_save(&one, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_save(&two, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_NOTFOUND);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_user"), 1);
}

static void finds_by_entity_id(void **state)
{
    database_t *database = *state;
    ik_account_t *found;

    add_account(database, "acme", "https://sp/#acme", NULL);
    add_account(database, "globex", NULL, NULL);
    assert_int_equal(ik_store_account_by_entity_id(&found, database->db, "https://sp/#acme", database->p), APR_SUCCESS);
    assert_string_equal(found->id, "acme");
    assert_int_equal(ik_store_account_by_entity_id(&found, database->db, "https://sp/#ACME", database->p),
                     APR_NOTFOUND);
}

static void finds_all_accounts_of_an_identity_provider(void **state)
{
    database_t *database = *state;
    apr_array_header_t *found;

    add_account(database, "c", NULL, "https://agency/");
    add_account(database, "a", NULL, "https://agency/");
    add_account(database, "b", NULL, "https://other/");
    add_account(database, "d", NULL, "https://agency/");
    assert_int_equal(ik_store_account_by_idp(&found, database->db, "https://agency/", 2, database->p), APR_SUCCESS);
    assert_int_equal(found->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(found, 0, ik_account_t *)->id, "a");
    assert_string_equal(APR_ARRAY_IDX(found, 1, ik_account_t *)->id, "c");
    assert_int_equal(ik_store_account_by_idp(&found, database->db, "https://none/", 2, database->p), APR_SUCCESS);
    assert_int_equal(found->nelts, 0);
}

/* The ids of those accounts, with spaces between. */
static const char *ids_of(const apr_array_header_t *accounts, apr_pool_t *p)
{
    apr_array_header_t *ids = apr_array_make(p, 4, sizeof(const char *));

    for (int i = 0; i < accounts->nelts; i++)
        APR_ARRAY_PUSH(ids, const char *) = APR_ARRAY_IDX(accounts, i, ik_account_t *)->id;
    return ik_text_join(p, ids, " ");
}

static const char *with_domain(const database_t *database, const char *domain, int limit)
{
    apr_array_header_t *found;

    assert_int_equal(ik_store_account_by_domain(&found, database->db, domain, limit, database->p), APR_SUCCESS);
    return ids_of(found, database->p);
}

static const char *with_user(const database_t *database, const char *email, int limit)
{
    apr_array_header_t *found;

    assert_int_equal(ik_store_account_by_user(&found, database->db, email, limit, database->p), APR_SUCCESS);
    return ids_of(found, database->p);
}

static void add_with_domains(const database_t *database, const char *id, const char *domains)
{
    ik_account_t account = make_account(database, id);

    account.domains = ik_text_words(database->p, domains);
    assert_int_equal(ik_store_account_insert(&account, database->db, 1000, database->p), APR_SUCCESS);
}

static void finds_by_domain(void **state)
{
    static const char *const others[] = { "", "shared", "shared.exampl", "xshared.example", "a.shared.example",
                                          "SHARED.example", "shared.example ", "%", "own.example shared.example" };
    const database_t *database = *state;

    add_with_domains(database, "c", "shared.example");
    add_with_domains(database, "a", "own.example shared.example shared.example");
    add_with_domains(database, "b", "");
    add_with_domains(database, "d", "shared.example other.example");
    assert_string_equal(with_domain(database, "shared.example", 10), "a c d");
    assert_string_equal(with_domain(database, "shared.example", 2), "a c");
    assert_string_equal(with_domain(database, "own.example", 2), "a");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_string_equal(with_domain(database, others[i], 10), "");
}

static void finds_by_the_domains_that_are_routed(void **state)
{
    const database_t *database = *state;
    ik_account_t account = make_account(database, "acme");

    add_with_domains(database, "acme", "old.example kept.example");
    account.domains = ik_text_words(database->p, "kept.example new.example");
    assert_int_equal(ik_store_account_update(&account, database->db, 2000, database->p), APR_SUCCESS);
    assert_string_equal(with_domain(database, "old.example", 10), "acme");
    assert_string_equal(with_domain(database, "new.example", 10), "");
    assert_int_equal(ik_store_account_unroute(database->db, "acme", "old.example", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_unroute(database->db, "globex", "kept.example", database->p), APR_SUCCESS);
    assert_string_equal(with_domain(database, "old.example", 10), "");
    assert_int_equal(ik_store_account_route(database->db, &account, database->p), APR_SUCCESS);
    assert_string_equal(with_domain(database, "old.example", 10), "");
    assert_string_equal(with_domain(database, "kept.example", 10), "acme");
    assert_string_equal(with_domain(database, "new.example", 10), "acme");
    account.domains = ik_text_words(database->p, "");
    assert_int_equal(ik_store_account_route(database->db, &account, database->p), APR_SUCCESS);
    assert_string_equal(with_domain(database, "kept.example", 10), "");
    add_with_domains(database, "globex", "kept.example");
    assert_int_equal(ik_store_account_delete(database->db, "globex", database->p), APR_SUCCESS);
    assert_string_equal(with_domain(database, "kept.example", 10), "");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_domain"), 0);
}

/* An update that is refused leaves the index as the account's row is. */
static void indexes_no_domain_of_a_change_that_fails(void **state)
{
    const database_t *database = *state;
    ik_account_t account = make_account(database, "acme");

    add_account(database, "globex", "https://sp/#globex", NULL);
    add_with_domains(database, "acme", "old.example");
    account.domains = ik_text_words(database->p, "new.example");
    account.entity_id = "https://sp/#globex";
    assert_int_equal(ik_store_account_update(&account, database->db, 2000, database->p), APR_EEXIST);
    assert_string_equal(with_domain(database, "old.example", 10), "acme");
    assert_string_equal(with_domain(database, "new.example", 10), "");
    account.entity_id = NULL;
    assert_int_equal(ik_store_account_insert(&account, database->db, 2000, database->p), APR_EEXIST);
    assert_string_equal(with_domain(database, "new.example", 10), "");
}

static void finds_by_user(void **state)
{
    static const char *const others[] = { "", "zoe", "ZOE@b.c", "zoe@b.c ", "%@b.c", "oe@b.c" };
    const database_t *database = *state;
    static const char *const ids[] = { "c", "a", "b" };

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const ik_user_t zoe = { .account = ids[i], .email = "zoe@b.c", .name = "Z", .role = "developer",
                                .enabled = 1, .first_login = 1, .last_login = 1, .attributes = "" };

        add_account(database, ids[i], NULL, NULL);
        assert_int_equal(ik_store_user_save(&zoe, database->db, database->p), APR_SUCCESS);
    }
    assert_string_equal(with_user(database, "zoe@b.c", 10), "a b c");
    assert_string_equal(with_user(database, "zoe@b.c", 2), "a b");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_string_equal(with_user(database, others[i], 10), "");
    run_sql(database, "UPDATE ik_user SET enabled = 0 WHERE account = 'a'");
    assert_string_equal(with_user(database, "zoe@b.c", 10), "b c");
    assert_int_equal(ik_store_account_delete(database->db, "b", database->p), APR_SUCCESS);
    assert_string_equal(with_user(database, "zoe@b.c", 10), "c");
}

/* Whoever finds an account has all of it, whichever way it was found. */
static void keeps_options(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme"), *found;
    apr_array_header_t *list;

    account.domains = ik_text_words(database->p, "a.example");
    account.options = (ik_account_options_t){ .unsolicited = IK_UNSOLICITED_REFUSE, .local_logout = 1 };
    assert_int_equal(ik_store_account_insert(&account, database->db, 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_memory_equal(&found->options, &account.options, sizeof(account.options));
    assert_int_equal(ik_store_account_by_domain(&list, database->db, "a.example", 2, database->p), APR_SUCCESS);
    assert_memory_equal(&APR_ARRAY_IDX(list, 0, ik_account_t *)->options, &account.options, sizeof(account.options));
    account.options = (ik_account_options_t){ .sign_requests = 1, .force_authn = 1, .dummy_request = 20500,
                                                 .sha1 = 20834 };
    assert_int_equal(ik_store_account_update(&account, database->db, 2000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_memory_equal(&found->options, &account.options, sizeof(account.options));
}

static void keeps_rules(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme"), *found;
    apr_array_header_t *list;

    account.idp_entity_id = "https://idp";
    account.metadata = "<m/>";
    assert_int_equal(ik_store_account_insert(&account, database->db, 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(found->rules, "");
    found->rules = "claim groups\nvalue finance B\xc3\xbcro 'x'\n";
    assert_int_equal(ik_store_account_update(found, database->db, 2000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_by_idp(&list, database->db, "https://idp", 2, database->p), APR_SUCCESS);
    assert_string_equal(APR_ARRAY_IDX(list, 0, ik_account_t *)->rules, found->rules);
}

static void reads_options_of_a_newer_program(void **state)
{
    database_t *database = *state;
    ik_account_t *found;

    add_account(database, "acme", NULL, NULL);
    run_sql(database, "UPDATE ik_account SET options = 'newer=yes force-authn=on'");
    assert_int_equal(ik_store_account_get(&found, database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(found->options.force_authn, 1);
    assert_int_equal(found->options.unsolicited, IK_UNSOLICITED_ACCEPT);
}

typedef struct seen_t {
    int count, stop_at;
    char last[80];
} seen_t;

static apr_status_t see(void *arg, const ik_account_t *account)
{
    seen_t *seen = arg;

    assert_true(strcmp(account->id, seen->last) > 0);
    assert_null(account->metadata);
    assert_non_null(account->idp_entity_id);
    apr_cpystrn(seen->last, account->id, sizeof(seen->last));
    return ++seen->count == seen->stop_at ? APR_EINTR : APR_SUCCESS;
}

static apr_status_t add_many(ik_db_t *db, void *arg, apr_pool_t *p)
{
    database_t *database = arg;

    (void)db;
    for (int i = 0; i < 401; i++)
        add_account(database, apr_psprintf(p, "%c%d", "aZb_"[i % 4], i), NULL, "https://idp/");
    return APR_SUCCESS;
}

static void lists_any_number_in_order(void **state)
{
    database_t *database = *state;
    seen_t seen = { 0, 0, "" };

    assert_int_equal(ik_store_account_each(database->db, see, &seen, database->p), APR_SUCCESS);
    assert_int_equal(seen.count, 0);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, add_many, database, database->p),
                     APR_SUCCESS);
    assert_int_equal(ik_store_account_each(database->db, see, &seen, database->p), APR_SUCCESS);
    assert_int_equal(seen.count, 401);
    seen = (seen_t){ 0, 3, "" };
    assert_int_equal(ik_store_account_each(database->db, see, &seen, database->p), APR_EINTR);
    assert_int_equal(seen.count, 3);
    assert_int_equal(ik_store_account_each(database->db, see, &(seen_t){ 0, 0, "" }, database->p), APR_SUCCESS);
}

typedef struct held_t {
    apr_int64_t version;
    const database_t *database;
    apr_status_t other;         /* how a change by somebody else went meanwhile */
} held_t;

static apr_status_t hold(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_account_hold(&((held_t *)arg)->version, db, "acme", p);
}

static apr_status_t hold_acme(held_t *held, const database_t *database)
{
    return ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, hold, held, database->p);
}

static void holds_the_version_of_an_enabled_account(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme");
    held_t held = { .version = 77 };

    assert_int_equal(hold_acme(&held, database), APR_NOTFOUND);
    assert_int_equal(held.version, 0);
    assert_int_equal(ik_store_account_insert(&account, database->db, 1, database->p), APR_SUCCESS);
    assert_int_equal(hold_acme(&held, database), APR_SUCCESS);
    assert_int_equal(held.version, account.version);
    account.enabled = 0;
    assert_int_equal(ik_store_account_update(&account, database->db, 2, database->p), APR_SUCCESS);
    assert_int_equal(hold_acme(&held, database), APR_SUCCESS);
    assert_int_equal(held.version, 0);
}

/* Another program tries to disable the account while this one holds it. */
static apr_status_t hold_against(ik_db_t *db, void *arg, apr_pool_t *p)
{
    held_t *held = arg;
    apr_status_t rv = hold(db, held, p);

    held->other = try_sql(held->database, held->database->path
        ? "PRAGMA busy_timeout = 1; UPDATE ik_account SET enabled = 0"
        : "SET lock_timeout = '100ms'; UPDATE ik_account SET enabled = 0");
    return rv;
}

static void lets_nobody_change_an_account_that_is_held(void **state)
{
    database_t *database = *state;
    ik_account_t account = make_account(database, "acme");
    held_t held = { .database = database };

    assert_int_equal(ik_store_account_insert(&account, database->db, 1, database->p), APR_SUCCESS);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, hold_against, &held, database->p),
                     APR_SUCCESS);
    assert_int_equal(held.version, account.version);
    assert_int_not_equal(held.other, APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT enabled FROM ik_account"), 1);
    assert_int_equal(try_sql(database, "UPDATE ik_account SET enabled = 0"), APR_SUCCESS);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(gives_back_what_was_inserted),
        ON_FRESH(tells_nothing_from_empty),
        ON_FRESH(finds_exactly_the_id),
        ON_FRESH(refuses_what_is_taken),
        ON_FRESH(updates_all_but_id_and_created),
        ON_FRESH(never_uses_a_version_twice),
        ON_FRESH(takes_its_users_along_when_deleted),
        ON_FRESH(finds_by_entity_id),
        ON_FRESH(finds_all_accounts_of_an_identity_provider),
        ON_FRESH(finds_by_domain),
        ON_FRESH(finds_by_the_domains_that_are_routed),
        ON_FRESH(indexes_no_domain_of_a_change_that_fails),
        ON_FRESH(finds_by_user),
        ON_FRESH(keeps_options),
        ON_FRESH(keeps_rules),
        ON_FRESH(reads_options_of_a_newer_program),
        ON_FRESH(lists_any_number_in_order),
        ON_FRESH(holds_the_version_of_an_enabled_account),
        ON_FRESH(lets_nobody_change_an_account_that_is_held),
    };

    return run_on_databases(tests);
}
