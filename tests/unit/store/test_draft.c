/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that are tried: found within their account, for a day, tested once. And what was in force before. */
#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "database.h"
#include "store/account.h"
#include "store/draft.h"

#define NOW apr_time_from_sec(1700000000)
#define ID "AbCdEfGhIjKlMnOpQrStUv"
#define METADATA "<EntityDescriptor entityID='https://idp.example/'>Zo\xc3\xab %s</EntityDescriptor>"
#define METADATA_MAX (768 * 1024)

static const ik_account_t usual = { .id = "acme", .name = "", .metadata = "<m/>", .idp_entity_id = "https://idp" };

static apr_status_t put(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_draft_put(arg, db, p);
}

static void keep(const database_t *database, const char *id, const ik_account_t *account, const char *digest,
                 apr_time_t made)
{
    ik_draft_t draft = { .id = id, .account = account, .digest = digest, .made = made };

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, put, &draft, database->p), APR_SUCCESS);
}

static apr_status_t get(ik_draft_t **draft, const database_t *database, const char *account, const char *id)
{
    return ik_store_draft_get(draft, database->db, account, id, NOW, database->p);
}

static apr_status_t tested(ik_draft_t **draft, const database_t *database, const char *account, const char *digest)
{
    return ik_store_draft_tested(draft, database->db, account, digest, NOW, database->p);
}

static apr_status_t finish(const database_t *database, const char *account, const char *id, ik_draft_state_t state,
                           const char *report)
{
    return ik_store_draft_finish(database->db, account, id, state, report, database->p);
}

static void gives_back_what_is_tried(void **state)
{
    const database_t *database = *state;
    const ik_account_t tried = {
        .id = "acme", .name = "Acme & S\xc3\xb6hne", .metadata = METADATA, .idp_entity_id = "https://idp.example/",
        .entity_id = "https://imagekit.io/saml/consume#acme", .domains = ik_text_words(database->p, "a.test b.test"),
        .options = { .unsolicited = IK_UNSOLICITED_BOUNCE, .sha1 = 20834 }, .rules = "value finance B\xc3\xbcro\n"
    };
    ik_draft_t *draft;

    keep(database, ID, &tried, "digest", NOW - 1);
    assert_int_equal(get(&draft, database, "acme", ID), APR_SUCCESS);
    assert_string_equal(draft->id, ID);
    assert_string_equal(draft->digest, "digest");
    assert_string_equal(draft->report, "");
    assert_true(draft->state == IK_DRAFT_UNTESTED && draft->made == NOW - 1);
    assert_string_equal(draft->account->id, "acme");
    assert_string_equal(draft->account->name, tried.name);
    assert_string_equal(draft->account->metadata, METADATA);
    assert_string_equal(draft->account->idp_entity_id, tried.idp_entity_id);
    assert_string_equal(draft->account->entity_id, tried.entity_id);
    assert_string_equal(ik_text_join(database->p, draft->account->domains, " "), "a.test b.test");
    assert_memory_equal(&draft->account->options, &tried.options, sizeof(tried.options));
    assert_string_equal(draft->account->rules, tried.rules);
}

static void tells_nothing_from_empty(void **state)
{
    const database_t *database = *state;
    ik_draft_t *draft;

    keep(database, ID, &usual, "digest", NOW);
    assert_int_equal(get(&draft, database, "acme", ID), APR_SUCCESS);
    assert_null(draft->account->entity_id);
    assert_int_equal(draft->account->domains->nelts, 0);
    assert_string_equal(draft->account->rules, "");
}

static void keeps_large_metadata_whole(void **state)
{
    const database_t *database = *state;
    char *large = apr_pcalloc(database->p, METADATA_MAX + 1);
    ik_account_t tried = usual;
    ik_draft_t *draft;

    for (int i = 0; i < METADATA_MAX; i++)
        large[i] = "<>&'\"\n\t abcdefghijklmnopqrstuvwxyz0123456789"[(size_t)i * 7919 % 44];
    tried.metadata = large;
    keep(database, ID, &tried, "digest", NOW);
    assert_int_equal(get(&draft, database, "acme", ID), APR_SUCCESS);
    assert_string_equal(draft->account->metadata, large);
}

static void finds_exactly_the_draft_of_the_account(void **state)
{
    static const struct { const char *account, *id; } others[] = {
        { "globex", ID }, { "acme", "" }, { "acme", "AbCdEfGhIjKlMnOpQrStU_" }, { "acme", "%" }, { "", ID },
        { "acme", "abcdefghijklmnopqrstuv" }, { "acme' OR ''='", ID },
    };
    const database_t *database = *state;
    ik_draft_t *draft;

    keep(database, ID, &usual, "digest", NOW);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(get(&draft, database, others[i].account, others[i].id), APR_NOTFOUND);
        assert_null(draft);
        assert_int_equal(finish(database, others[i].account, others[i].id, IK_DRAFT_PASSED, "x"), APR_NOTFOUND);
    }
    assert_int_equal(get(&draft, database, "acme", ID), APR_SUCCESS);
    assert_int_equal(draft->state, IK_DRAFT_UNTESTED);
}

static void is_good_for_a_day(void **state)
{
    const database_t *database = *state;
    ik_draft_t *draft;

    keep(database, ID, &usual, "digest", NOW - IK_DRAFT_LIFETIME);
    assert_int_equal(finish(database, "acme", ID, IK_DRAFT_PASSED, "fine"), APR_SUCCESS);
    assert_int_equal(get(&draft, database, "acme", ID), APR_SUCCESS);
    assert_int_equal(tested(&draft, database, "acme", "digest"), APR_SUCCESS);
    run_sql(database, "UPDATE ik_draft SET made = made - 1");
    assert_int_equal(get(&draft, database, "acme", ID), APR_NOTFOUND);
    assert_null(draft);
    assert_int_equal(tested(&draft, database, "acme", "digest"), APR_NOTFOUND);
    assert_null(draft);
}

static void keeps_the_newest_of_each_account(void **state)
{
    const database_t *database = *state;
    ik_account_t other = usual;
    ik_draft_t *draft;

    other.id = "globex";
    keep(database, "other", &other, "digest", 1);
    for (int i = 0; i < IK_DRAFTS_MAX + 2; i++)
        keep(database, apr_psprintf(database->p, "%d", i), &usual, "digest", NOW + i);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE account = 'acme'"), IK_DRAFTS_MAX);
    assert_int_equal(get(&draft, database, "acme", "1"), APR_NOTFOUND);
    assert_int_equal(get(&draft, database, "acme", "2"), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE account = 'globex'"), 1);
    /* A clock that was set back takes nobody's draft away from under them. */
    keep(database, "back", &usual, "digest", NOW - 1);
    assert_int_equal(get(&draft, database, "acme", "back"), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE account = 'acme'"), IK_DRAFTS_MAX);
}

static void needs_a_transaction_and_an_account(void **state)
{
    const database_t *database = *state;
    ik_draft_t draft = { .id = ID, .account = &usual, .digest = "digest", .made = NOW };
    ik_account_t nobody = usual;

    assert_int_equal(ik_store_draft_put(&draft, database->db, database->p), APR_EINVAL);
    nobody.id = "nobody";
    draft.account = &nobody;
    assert_int_not_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, put, &draft, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft"), 0);
}

static void writes_a_test_down_once(void **state)
{
    const database_t *database = *state;
    ik_draft_t *draft;

    keep(database, ID, &usual, "digest", NOW);
    assert_int_equal(finish(database, "acme", ID, IK_DRAFT_UNTESTED, "nothing"), APR_EINVAL);
    assert_int_equal(finish(database, "acme", ID, IK_DRAFT_FAILED, "no role\nZo\xc3\xab"), APR_SUCCESS);
    assert_int_equal(finish(database, "acme", ID, IK_DRAFT_PASSED, "fine"), APR_EEXIST);
    assert_int_equal(finish(database, "acme", ID, IK_DRAFT_FAILED, "worse"), APR_EEXIST);
    assert_int_equal(get(&draft, database, "acme", ID), APR_SUCCESS);
    assert_int_equal(draft->state, IK_DRAFT_FAILED);
    assert_string_equal(draft->report, "no role\nZo\xc3\xab");
}

static apr_status_t finish_one(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_draft_finish(db, "acme", arg, IK_DRAFT_PASSED, "fine", p);
}

static void takes_one_answer_of_many_at_the_same_time(void **state)
{
    const database_t *database = *state;

    keep(database, ID, &usual, "digest", NOW);
    assert_int_equal(race(database, finish_one, ID, APR_EEXIST), 1);
}

static void finds_the_last_test_of_the_same_settings(void **state)
{
    const database_t *database = *state;
    ik_draft_t *draft;

    keep(database, "old", &usual, "same", NOW - 3);
    keep(database, "new", &usual, "same", NOW - 2);
    keep(database, "untested", &usual, "same", NOW - 1);
    keep(database, "different", &usual, "different", NOW);
    assert_int_equal(tested(&draft, database, "acme", "same"), APR_NOTFOUND);
    assert_null(draft);
    assert_int_equal(finish(database, "acme", "new", IK_DRAFT_FAILED, "no role"), APR_SUCCESS);
    assert_int_equal(finish(database, "acme", "old", IK_DRAFT_PASSED, "fine"), APR_SUCCESS);
    assert_int_equal(finish(database, "acme", "different", IK_DRAFT_PASSED, "fine"), APR_SUCCESS);
    assert_int_equal(tested(&draft, database, "acme", "same"), APR_SUCCESS);
    assert_string_equal(draft->id, "new");
    assert_int_equal(draft->state, IK_DRAFT_FAILED);
    assert_string_equal(draft->report, "no role");
    assert_null(draft->account);
    assert_int_equal(tested(&draft, database, "globex", "same"), APR_NOTFOUND);
}

static void removes_what_is_over_in_batches(void **state)
{
    const apr_time_t over = NOW + IK_DRAFT_LIFETIME;
    const database_t *database = *state;
    int gone = -1;

    for (int i = 0; i < 5; i++)
        keep(database, apr_psprintf(database->p, "%d", i), &usual, "digest", NOW + i);
    assert_int_equal(ik_store_draft_expire(&gone, database->db, over, 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_draft_expire(&gone, database->db, over + 3, 2, database->p), APR_SUCCESS);
    assert_int_equal(gone, 2);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE id IN ('2', '3', '4')"), 3);
    assert_int_equal(ik_store_draft_expire(&gone, database->db, over + 3, 2, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE id IN ('3', '4')"), 2);
}

static void check_previous(const database_t *database, const char *account, const ik_previous_t *expected)
{
    ik_previous_t *found;

    assert_int_equal(ik_store_previous_get(&found, database->db, account, database->p), APR_SUCCESS);
    if (expected->entity_id)
        assert_string_equal(found->entity_id, expected->entity_id);
    else
        assert_null(found->entity_id);
    assert_string_equal(found->metadata, expected->metadata);
    assert_string_equal(found->idp_entity_id, expected->idp_entity_id);
    assert_string_equal(ik_text_join(database->p, found->domains, " "),
                        ik_text_join(database->p, expected->domains, " "));
    assert_memory_equal(&found->options, &expected->options, sizeof(found->options));
    assert_string_equal(found->rules, expected->rules ? expected->rules : "");
    assert_int_equal(found->replaced, expected->replaced);
}

static void goes_back_by_one_step(void **state)
{
    const database_t *database = *state;
    const ik_previous_t first = {
        .entity_id = "https://sp#acme", .metadata = METADATA, .idp_entity_id = "https://idp.example/",
        .domains = ik_text_words(database->p, "a.test b.test"), .options = { .force_authn = 1, .sha1 = 20834 },
        .rules = "claim groups\nvalue finance Finance\n", .replaced = NOW
    };
    const ik_previous_t second = { .metadata = "<m/>", .idp_entity_id = "https://idp", .replaced = NOW + 1 };
    ik_previous_t *found;

    assert_int_equal(ik_store_previous_get(&found, database->db, "acme", database->p), APR_NOTFOUND);
    assert_null(found);
    assert_int_equal(ik_store_previous_put(database->db, "acme", &first, database->p), APR_SUCCESS);
    check_previous(database, "acme", &first);
    assert_int_equal(ik_store_previous_put(database->db, "globex", &first, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_previous_put(database->db, "acme", &second, database->p), APR_SUCCESS);
    check_previous(database, "acme", &second);
    check_previous(database, "globex", &first);
    for (int i = 0; i < 2; i++)
        assert_int_equal(ik_store_previous_forget(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_previous_get(&found, database->db, "acme", database->p), APR_NOTFOUND);
    check_previous(database, "globex", &first);
}

static void goes_with_its_account(void **state)
{
    const database_t *database = *state;
    const ik_previous_t previous = { .metadata = "<m/>", .idp_entity_id = "https://idp" };
    ik_account_t other = usual;
    ik_db_t *db;

    other.id = "globex";
    keep(database, "one", &usual, "digest", NOW);
    keep(database, "two", &other, "digest", NOW);
    assert_int_equal(ik_store_previous_put(database->db, "acme", &previous, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_previous_put(database->db, "globex", &previous, database->p), APR_SUCCESS);
    acquire_fresh(&db, 1, database);
    assert_int_not_equal(ik_store_previous_put(db, "nobody", &previous, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE id = 'two'"), 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft"), 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_previous WHERE account = 'globex'"), 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_previous"), 1);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    const ik_previous_t previous = { .metadata = "<m/>", .idp_entity_id = "https://idp" };
    ik_draft_t draft = { .id = ID, .account = &usual, .digest = "digest", .made = NOW }, *found;
    ik_previous_t *before;
    ik_db_t *db[7];
    int gone = -1;

    acquire_fresh(db, 7, database);
    run_sql(database, "DROP TABLE ik_draft");
    run_sql(database, "DROP TABLE ik_previous");
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, put, &draft, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_draft_get(&found, db[0], "acme", ID, NOW, database->p), APR_EGENERAL);
    assert_null(found);
    assert_int_equal(ik_store_draft_tested(&found, db[1], "acme", "digest", NOW, database->p), APR_EGENERAL);
    assert_null(found);
    assert_int_equal(ik_store_draft_finish(db[2], "acme", ID, IK_DRAFT_PASSED, "fine", database->p), APR_EGENERAL);
    assert_int_equal(ik_store_draft_expire(&gone, db[3], NOW, 5, database->p), APR_EGENERAL);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_previous_put(db[4], "acme", &previous, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_previous_get(&before, db[5], "acme", database->p), APR_EGENERAL);
    assert_null(before);
    assert_int_equal(ik_store_previous_forget(db[6], "acme", database->p), APR_EGENERAL);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(gives_back_what_is_tried),
        ON_TWO(tells_nothing_from_empty),
        ON_TWO(keeps_large_metadata_whole),
        ON_TWO(finds_exactly_the_draft_of_the_account),
        ON_TWO(is_good_for_a_day),
        ON_TWO(keeps_the_newest_of_each_account),
        ON_TWO(needs_a_transaction_and_an_account),
        ON_TWO(writes_a_test_down_once),
        ON_TWO(takes_one_answer_of_many_at_the_same_time),
        ON_TWO(finds_the_last_test_of_the_same_settings),
        ON_TWO(removes_what_is_over_in_batches),
        ON_TWO(goes_back_by_one_step),
        ON_TWO(goes_with_its_account),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
