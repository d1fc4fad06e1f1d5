/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator does with accounts: what is saved, what is refused, what nobody is told. */
#include "accounts_scene.h"
#include "base/text.h"
#include "saml/own.h"
#include "sso/revoke.h"
#include "store/user.h"

static ik_user_t user_of(const char *email, const char *role)
{
    return (ik_user_t){ .account = "acme", .email = email, .name = "A", .role = role, .enabled = 1, .attributes = "" };
}

static void gives_back_the_account_it_saved(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_account_change_t change = with_metadata(database, "okta.xml");
    ik_accounts_result_t result;

    change.name = "Acme";
    change.entity_id = "https://imagekit.io/saml/consume#acme";
    change.domains = ik_text_words(database->p, "Acme.Example b.c ACME.example");
    assert_int_equal(ik_accounts_add(&result, &ctx, "acme", &change), APR_SUCCESS);
    assert_non_null(result.report->idp);
    assert_int_equal(ik_accounts_get(&result, &ctx, "acme"), APR_SUCCESS);
    assert_string_equal(result.account->name, "Acme");
    assert_string_equal(result.account->entity_id, change.entity_id);
    assert_string_equal(result.account->metadata, change.metadata);
    assert_string_equal(result.account->idp_entity_id, result.report->idp->entity_id);
    assert_string_equal(ik_text_join(database->p, result.account->domains, ","), "acme.example,b.c");
    assert_true(result.account->enabled && result.account->created == NOW);
}

static void refuses_what_breaks_the_rules(void **state)
{
    static const struct { const char *id; ik_account_change_t change; const char *domains, *code; } rows[] = {
        { "", { 0 }, NULL, "id_invalid" },
        { ".x", { 0 }, NULL, "id_invalid" },
        { "a/b", { 0 }, NULL, "id_invalid" },
        { "taken", { 0 }, NULL, "exists" },
        { "new", { .name = "a\tb" }, NULL, "name_invalid" },
        { "new", { .name = "\xff" }, NULL, "name_invalid" },
        { "new", { .entity_id = "urn:x" }, NULL, "entity_id_invalid" },
        { "new", { .entity_id = "https://h/saml/consume#taken" }, NULL, "entity_id_taken" },
        { "new", { 0 }, "a.b x@y.z", "domain_invalid" },
        { "new", { 0 }, "a.b/", "domain_invalid" },
        { "new", { 0 }, "*.a.b", "domain_invalid" },
        { "new", { 0 }, "b!", "domain_invalid" },
        { "new", { 0 }, ".a.b", "domain_invalid" },
        { "new", { 0 }, "a.b.", "domain_invalid" },
        { "new", { 0 }, "a..b", "domain_invalid" },
        { "new", { .metadata = "<html/>", .metadata_len = 7 }, NULL, "metadata_refused" },
        { "new", { .metadata = "", .metadata_len = 0 }, NULL, "metadata_refused" },
    };
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t taken = { .entity_id = "https://h/saml/consume#taken" };

    add(database, "taken", &taken);
    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_account_change_t change = rows[i].change;
        ik_accounts_result_t result;

        if (rows[i].domains)
            change.domains = ik_text_words(database->p, rows[i].domains);
        assert_int_equal(ik_accounts_add(&result, &ctx, rows[i].id, &change), IK_REFUSED);
        assert_string_equal(result.code, rows[i].code);
        assert_non_null(result.problem);
        assert_null(result.account);
    }
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_account"), 1);
}

static void changes_nothing_when_one_of_several_changes_is_refused(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t change = { .name = "New", .metadata = "x", .metadata_len = 1 };
    ik_accounts_result_t result;

    add(database, "acme", NULL);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &change), IK_REFUSED);
    assert_int_equal(ik_accounts_get(&result, &ctx, "acme"), APR_SUCCESS);
    assert_string_equal(result.account->name, "");
}

static void refuses_the_default_as_an_entity_id_of_ones_own(void **state)
{
    database_t *database = *state;
    ik_settings_t settings = { .consume_path = "/saml/consume" };
    ik_ctx_t ctx = context(database);
    ik_account_change_t change = { .entity_id = "https://imagekit.io/saml/consume" };
    ik_accounts_result_t result;

    assert_int_equal(ik_url_origin(&settings.origin, "https://imagekit.io", database->p), APR_SUCCESS);
    ctx.settings = &settings;
    assert_int_equal(ik_accounts_add(&result, &ctx, "acme", &change), IK_REFUSED);
    assert_string_equal(result.code, "entity_id_taken");
    change.entity_id = "https://imagekit.io/saml/consume#acme";
    assert_int_equal(ik_accounts_add(&result, &ctx, "acme", &change), APR_SUCCESS);
}

/* The note about sharing, or NULL. */
static const char *sharing_note(const ik_accounts_result_t *result)
{
    for (int i = 0; i < result->report->notes->nelts; i++)
        if (strstr(APR_ARRAY_IDX(result->report->notes, i, const char *), "Another account"))
            return APR_ARRAY_IDX(result->report->notes, i, const char *);
    return NULL;
}

static void notes_a_shared_identity_provider_but_not_with_whom(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t okta = with_metadata(database, "okta.xml");
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_add(&result, &ctx, "secretcustomer", &okta), APR_SUCCESS);
    assert_null(sharing_note(&result));
    assert_int_equal(ik_accounts_set(&result, &ctx, "secretcustomer", &okta), APR_SUCCESS);
    assert_null(sharing_note(&result));
    assert_int_equal(ik_accounts_add(&result, &ctx, "acme", &okta), APR_SUCCESS);
    assert_non_null(sharing_note(&result));
    assert_null(strstr(sharing_note(&result), "secretcustomer"));
}

static void switches_off_without_metadata_and_without_permission(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t okta = with_metadata(database, "okta.xml");
    ik_accounts_result_t result;
    apr_int64_t version;

    add(database, "acme", &okta);
    assert_int_equal(ik_accounts_enable(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_false(result.account->enabled);
    assert_non_null(result.account->metadata);
    version = result.account->version;
    assert_int_equal(ik_accounts_enable(&result, &ctx, "acme", 1), APR_SUCCESS);
    assert_true(result.account->enabled && result.account->version > version);
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    assert_int_equal(ik_accounts_get(&result, &ctx, "acme"), APR_SUCCESS);
    assert_null(result.account->metadata);
    assert_null(result.account->idp_entity_id);
    assert_null(result.report);
    assert_true(result.account->enabled);
}

static void refuses_an_account_that_is_not_there(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t change = { .name = "x" };
    apr_array_header_t *users;
    ik_accounts_result_t results[7];
    ik_user_t *user;

    assert_int_equal(ik_accounts_get(&results[0], &ctx, "nobody"), IK_REFUSED);
    assert_int_equal(ik_accounts_set(&results[1], &ctx, "nobody", &change), IK_REFUSED);
    assert_int_equal(ik_accounts_enable(&results[2], &ctx, "nobody", 1), IK_REFUSED);
    assert_int_equal(ik_accounts_forget_metadata(&results[3], &ctx, "nobody"), IK_REFUSED);
    assert_int_equal(ik_accounts_delete(&results[4], &ctx, "nobody"), IK_REFUSED);
    assert_int_equal(ik_accounts_users(&users, &results[5], &ctx, "nobody"), IK_REFUSED);
    assert_int_equal(ik_accounts_user(&user, &results[6], &ctx, "nobody", "a@b.c"), IK_REFUSED);
    for (size_t i = 0; i < ROWS(results); i++)
        assert_string_equal(results[i].code, "not_found");
}

static void lists_shows_and_deletes_users(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_user_t one = user_of("b@b.c", "finance");
    const ik_user_t two = user_of("a@b.c", "developer");
    ik_accounts_result_t result;
    apr_array_header_t *users;
    ik_user_t *user;

    add(database, "acme", NULL);
    assert_int_equal(ik_store_user_save(&one, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_user_save(&two, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_accounts_users(&users, &result, &ctx, "acme"), APR_SUCCESS);
    assert_int_equal(users->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(users, 0, ik_user_t *)->email, "a@b.c");
    assert_int_equal(ik_accounts_user(&user, &result, &ctx, "acme", "B@B.C"), APR_SUCCESS);
    assert_string_equal(user->role, "finance");
    assert_int_equal(ik_accounts_user(&user, &result, &ctx, "acme", "b"), IK_REFUSED);
    assert_string_equal(result.code, "email_invalid");
    assert_int_equal(ik_accounts_user_delete(&result, &ctx, "acme", "b@b.c"), APR_SUCCESS);
    assert_int_equal(ik_accounts_user_delete(&result, &ctx, "acme", "b@b.c"), IK_REFUSED);
    assert_string_equal(result.code, "user_not_found");
    assert_int_equal(ik_accounts_delete(&result, &ctx, "acme"), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_user"), 0);
}

/* What is done, and what it ends: of the whole account, of the user b@b.c. */
typedef struct act_t {
    const char *what;
    int account, user;
} act_t;

static apr_status_t perform(const act_t *act, const ik_ctx_t *ctx, const database_t *database)
{
    ik_account_change_t change = { 0 };
    ik_accounts_result_t result;
    const char *what = act->what;

    if (strstr(what, ".xml"))
        change = with_metadata(database, what);
    change.name = strcmp(what, "name") == 0 ? "New" : NULL;
    change.domains = strcmp(what, "domains") == 0 ? ik_text_words(database->p, "b.c") : NULL;
    change.entity_id = strcmp(what, "entity ID") == 0 ? "https://imagekit.io/saml/consume#acme" : NULL;
    if (change.name || change.domains || change.entity_id || change.metadata)
        return ik_accounts_set(&result, ctx, "acme", &change);
    if (strcmp(what, "no metadata") == 0)
        return ik_accounts_forget_metadata(&result, ctx, "acme");
    if (strcmp(what, "enable") == 0 || strcmp(what, "disable") == 0)
        return ik_accounts_enable(&result, ctx, "acme", *what == 'e');
    if (strcmp(what, "enable user") == 0 || strcmp(what, "disable user") == 0)
        return ik_accounts_user_enable(&result, ctx, "acme", "B@b.c", *what == 'e');
    if (strcmp(what, "delete user") == 0)
        return ik_accounts_user_delete(&result, ctx, "acme", "B@b.c");
    if (strcmp(what, "end") == 0)
        return ik_accounts_end_sessions(&result, ctx, "acme", NULL);
    if (strcmp(what, "end user") == 0)
        return ik_accounts_end_sessions(&result, ctx, "acme", "B@b.c");
    return strcmp(what, "delete") == 0 ? ik_accounts_delete(&result, ctx, "acme") : APR_EINVAL;
}

static void ends_the_sessions_of_whoever_is_shut_out_and_of_nobody_else(void **state)
{
    static const act_t acts[] = {
        { "name", 0, 0 }, { "domains", 0, 0 }, { "entity ID", 0, 0 }, { "enable", 0, 0 }, { "enable user", 0, 0 },
        { "okta.xml", 0, 0 },           /* the same identity provider once more */
        { "adfs.xml", 1, 0 },
        { "no metadata", 1, 0 }, { "disable", 1, 0 }, { "delete", 1, 0 }, { "end", 1, 0 },
        { "disable user", 0, 1 }, { "delete user", 0, 1 }, { "end user", 0, 1 },
    };
    const ik_user_t user = user_of("b@b.c", "finance");

    for (size_t i = 0; i < ROWS(acts); i++) {
        database_t *database;
        ik_ctx_t ctx;
        ik_account_change_t okta;
        ik_identity_t one = { .session = "s1", .account = "acme", .email = "b@b.c" };
        ik_identity_t two = { .session = "s2", .account = "acme", .email = "a@b.c" };
        ik_identity_t three = { .session = "s3", .account = "beta", .email = "b@b.c" };

        if (i > 0)
            drop_database(state), fresh_database(state);
        database = *state;
        ctx = context(database);
        okta = with_metadata(database, "okta.xml");
        assert_int_equal(ik_revocations_create(&ctx.revocations, 1000, database->p), APR_SUCCESS);
        assert_int_equal(ik_revoke_sync(&ctx, database->db), APR_SUCCESS);
        add(database, "acme", &okta);
        assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
        if (perform(&acts[i], &ctx, database) != APR_SUCCESS)
            fail_msg("%s", acts[i].what);
        assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), acts[i].account + acts[i].user);
        assert_int_equal(ik_revocations_check(ctx.revocations, &one),
                         acts[i].account || acts[i].user ? IK_REVOKED_YES : IK_REVOKED_NO);
        assert_int_equal(ik_revocations_check(ctx.revocations, &two), acts[i].account ? IK_REVOKED_YES : IK_REVOKED_NO);
        assert_int_equal(ik_revocations_check(ctx.revocations, &three), IK_REVOKED_NO);
    }
}

static void ends_nothing_when_it_is_refused(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t okta = with_metadata(database, "okta.xml");
    ik_account_change_t wrong = with_metadata(database, "adfs.xml");
    ik_accounts_result_t result;

    add(database, "acme", &okta);
    wrong.name = "a\tb";
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &wrong), IK_REFUSED);
    assert_int_equal(ik_accounts_enable(&result, &ctx, "nobody", 0), IK_REFUSED);
    assert_int_equal(ik_accounts_delete(&result, &ctx, "nobody"), IK_REFUSED);
    assert_int_equal(ik_accounts_end_sessions(&result, &ctx, "nobody", NULL), IK_REFUSED);
    assert_string_equal(result.code, "not_found");
    assert_int_equal(ik_accounts_end_sessions(&result, &ctx, "nobody", "b@b.c"), IK_REFUSED);
    assert_string_equal(result.code, "not_found");
    assert_int_equal(ik_accounts_end_sessions(&result, &ctx, "acme", "b@b.c"), IK_REFUSED);
    assert_string_equal(result.code, "user_not_found");
    assert_int_equal(ik_accounts_end_sessions(&result, &ctx, "acme", "b"), IK_REFUSED);
    assert_string_equal(result.code, "email_invalid");
    assert_int_equal(ik_accounts_user_enable(&result, &ctx, "acme", "b@b.c", 0), IK_REFUSED);
    assert_string_equal(result.code, "user_not_found");
    assert_int_equal(ik_accounts_user_delete(&result, &ctx, "acme", "b@b.c"), IK_REFUSED);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 0);
}

/* Whoever is shut out and whose sessions could not be ended is not shut out: half of it would look like all. */
static void changes_nothing_when_the_sessions_cannot_be_ended(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_user_t user = user_of("b@b.c", "finance");
    ik_accounts_result_t result;
    apr_status_t rv;

    add(database, "acme", NULL);
    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
    run_sql(database, "ALTER TABLE ik_revocation RENAME TO elsewhere");
    rv = ik_accounts_enable(&result, &ctx, "acme", 0);
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    rv = ik_accounts_user_enable(&result, &ctx, "acme", "b@b.c", 0);
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    rv = ik_accounts_user_delete(&result, &ctx, "acme", "b@b.c");
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    assert_non_null(result.problem);
    assert_int_equal(ask_sql(database, "SELECT enabled FROM ik_account"), 1);
    assert_int_equal(ask_sql(database, "SELECT enabled FROM ik_user"), 1);
}

static void tells_failure_from_refusal(void **state)
{
    database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    apr_array_header_t *accounts;
    apr_status_t rv;

    run_sql(database, "ALTER TABLE ik_account RENAME TO elsewhere");
    rv = ik_accounts_list(&accounts, &result, &ctx);
    assert_true(rv != APR_SUCCESS && rv != IK_REFUSED);
    assert_non_null(strstr(result.problem, "ik_account"));
    assert_null(result.code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(gives_back_the_account_it_saved),
        ON_FRESH(refuses_what_breaks_the_rules),
        ON_FRESH(changes_nothing_when_one_of_several_changes_is_refused),
        ON_FRESH(refuses_the_default_as_an_entity_id_of_ones_own),
        ON_FRESH(notes_a_shared_identity_provider_but_not_with_whom),
        ON_FRESH(switches_off_without_metadata_and_without_permission),
        ON_FRESH(refuses_an_account_that_is_not_there),
        ON_FRESH(lists_shows_and_deletes_users),
        ON_FRESH(ends_the_sessions_of_whoever_is_shut_out_and_of_nobody_else),
        ON_FRESH(ends_nothing_when_it_is_refused),
        ON_FRESH(changes_nothing_when_the_sessions_cannot_be_ended),
        ON_FRESH(tells_failure_from_refusal),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
