/* SPDX-License-Identifier: Apache-2.0 */
/* What was in force before the last change of an account: what is kept of it, and how it comes back. */
#include "accounts_scene.h"

#include "base/text.h"
#include "saml/own.h"
#include "sso/revoke.h"

#define OWN_ID "https://imagekit.io/saml/consume#acme"

static ik_accounts_result_t get(const ik_ctx_t *ctx, const char *id)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, ctx, id), APR_SUCCESS);
    return result;
}

static void set(const ik_ctx_t *ctx, const ik_account_change_t *change)
{
    ik_accounts_result_t result;

    if (ik_accounts_set(&result, ctx, "acme", change) != APR_SUCCESS)
        fail_msg("%s", result.problem);
}

static void set_metadata(const database_t *database, const ik_ctx_t *ctx, const char *file)
{
    const ik_account_change_t change = with_metadata(database, file);

    set(ctx, &change);
}

static const char *previous_idp(const ik_ctx_t *ctx)
{
    const ik_previous_t *previous = get(ctx, "acme").previous;

    return previous ? previous->idp_entity_id : "none";
}

static void swaps_all_that_counts_and_back_again(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t one = with_metadata(database, "okta.xml"), two = with_metadata(database, "adfs.xml");
    ik_accounts_result_t result, first, second;

    one.entity_id = OWN_ID;
    one.domains = ik_text_words(database->p, "acme.test");
    one.options = ik_text_words(database->p, "unsolicited=refuse");
    one.name = "Acme";
    two.entity_id = "";
    two.domains = ik_text_words(database->p, "acme.example other.example");
    two.options = ik_text_words(database->p, "unsolicited=bounce force-authn=on");
    two.name = "Acme Ltd";
    add(database, "acme", &one);
    first = get(&ctx, "acme");
    assert_null(first.previous);
    ctx.now++;
    set(&ctx, &two);
    second = get(&ctx, "acme");
    assert_int_equal(second.previous->replaced, NOW + 1);
    ctx.now++;
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_string_equal(result.report->idp->entity_id, first.account->idp_entity_id);
    result = get(&ctx, "acme");
    assert_string_equal(result.account->metadata, one.metadata);
    assert_string_equal(result.account->idp_entity_id, first.account->idp_entity_id);
    assert_string_equal(result.account->entity_id, OWN_ID);
    assert_string_equal(ik_text_join(database->p, result.account->domains, " "), "acme.test");
    assert_string_equal(ik_option_text(&result.account->options, database->p), "unsolicited=refuse");
    assert_string_equal(result.account->name, "Acme Ltd");      /* tells people who it is, and decides nothing */
    assert_true(result.account->version > second.account->version);
    assert_int_equal(result.previous->replaced, NOW + 2);
    assert_string_equal(result.previous->metadata, two.metadata);
    assert_null(result.previous->entity_id);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    result = get(&ctx, "acme");
    assert_string_equal(result.account->metadata, two.metadata);
    assert_null(result.account->entity_id);
    assert_string_equal(ik_option_text(&result.account->options, database->p), "unsolicited=bounce force-authn=on");
}

/* Browsers send the lines of a form with CR and LF, whatever the page had. */
static const char *as_browsers_send_it(const char *text, apr_pool_t *p)
{
    char *sent = apr_palloc(p, 2 * strlen(text) + 1), *to = sent;

    for (; *text; text++) {
        if (*text == '\n')
            *to++ = '\r';
        *to++ = *text;
    }
    *to = '\0';
    return sent;
}

static void keeps_the_older_one_when_a_save_changes_nothing(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t adfs = with_metadata(database, "adfs.xml");
    const ik_account_change_t name = { .name = "New" };
    ik_accounts_result_t result;
    const char *okta;

    add_with(database, "acme", "okta.xml");
    okta = get(&ctx, "acme").account->idp_entity_id;
    set(&ctx, &adfs);
    set(&ctx, &adfs);
    set(&ctx, &name);
    adfs.metadata = as_browsers_send_it(adfs.metadata, database->p);
    adfs.metadata_len = strlen(adfs.metadata);
    set(&ctx, &adfs);
    adfs.entity_id = "";
    adfs.domains = ik_text_words(database->p, "");
    adfs.options = ik_text_words(database->p, "unsolicited=accept");
    set(&ctx, &adfs);
    assert_int_equal(ik_accounts_enable(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_int_equal(ik_accounts_enable(&result, &ctx, "acme", 1), APR_SUCCESS);
    assert_string_equal(previous_idp(&ctx), okta);
}

static void keeps_what_any_single_change_replaces(void **state)
{
    static const struct { const char *entity_id, *domains, *option; } rows[] = {
        { OWN_ID, NULL, NULL }, { NULL, "acme.test", NULL }, { NULL, NULL, "sign-requests=always" },
    };
    database_t *database = *state;
    ik_ctx_t ctx = context(database);

    add_with(database, "acme", "okta.xml");
    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_account_change_t change = { .entity_id = rows[i].entity_id };

        change.domains = rows[i].domains ? ik_text_words(database->p, rows[i].domains) : NULL;
        change.options = rows[i].option ? ik_text_words(database->p, rows[i].option) : NULL;
        ctx.now++;
        set(&ctx, &change);
        assert_int_equal(get(&ctx, "acme").previous->replaced, ctx.now);
    }
}

static void brings_back_what_was_deleted_and_then_has_nothing_left(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_non_null(get(&ctx, "acme").account->metadata);
    assert_null(get(&ctx, "acme").previous);
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", 0), result, "no_previous");
}

static void after_a_deletion_other_metadata_leaves_the_way_back(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    const char *okta;

    add_with(database, "acme", "okta.xml");
    okta = get(&ctx, "acme").account->idp_entity_id;
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    set_metadata(database, &ctx, "adfs.xml");
    assert_string_equal(previous_idp(&ctx), okta);
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    set_metadata(database, &ctx, "adfs.xml");       /* who pastes it once more has gone back by hand */
    assert_null(get(&ctx, "acme").previous);
}

static void keeps_nothing_of_an_account_without_metadata(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    const ik_account_change_t change = { .entity_id = OWN_ID };
    ik_accounts_result_t result;

    add(database, "acme", NULL);
    set(&ctx, &change);
    set_metadata(database, &ctx, "okta.xml");
    assert_null(get(&ctx, "acme").previous);
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", 0), result, "no_previous");
    assert_refused(ik_accounts_roll_back(&result, &ctx, "nobody", 0), result, "not_found");
}

static void ends_sessions_only_where_people_have_to_sign_in_elsewhere(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    const ik_account_change_t other = { .entity_id = OWN_ID };
    const ik_identity_t someone = { .session = "s", .account = "acme", .email = "a@b.c" };
    ik_accounts_result_t result;

    assert_int_equal(ik_revocations_create(&ctx.revocations, 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_revoke_sync(&ctx, database->db), APR_SUCCESS);
    add_with(database, "acme", "okta.xml");
    set(&ctx, &other);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_false(result.sessions_ended);
    assert_int_equal(ik_revocations_check(ctx.revocations, &someone), IK_REVOKED_NO);
    set_metadata(database, &ctx, "adfs.xml");
    run_sql(database, "DELETE FROM ik_revocation");
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_true(result.sessions_ended);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 1);
    assert_int_equal(ik_revocations_check(ctx.revocations, &someone), IK_REVOKED_YES);
}

static void refuses_an_entity_id_that_has_become_anothers(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t change = with_metadata(database, "okta.xml");
    ik_accounts_result_t result, before;

    change.entity_id = OWN_ID;
    add(database, "acme", &change);
    change.entity_id = "";
    set(&ctx, &change);
    change.entity_id = OWN_ID;
    add(database, "secretcustomer", &change);
    before = get(&ctx, "acme");
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", 0), result, "entity_id_taken");
    assert_null(strstr(result.problem, "secretcustomer"));
    assert_null(result.account);
    assert_int_equal(get(&ctx, "acme").account->version, before.account->version);
    assert_string_equal(get(&ctx, "acme").previous->entity_id, OWN_ID);
}

static void refuses_metadata_that_is_good_no_more(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    set_metadata(database, &ctx, "adfs.xml");
    run_sql(database, "UPDATE ik_previous SET metadata = '<html/>'");
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", 0), result, "metadata_refused");
    assert_non_null(strstr(get(&ctx, "acme").account->metadata, "EntityDescriptor"));
}

static void reaches_no_other_account(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    add_with(database, "beta", "okta.xml");
    set_metadata(database, &ctx, "adfs.xml");
    assert_null(get(&ctx, "beta").previous);
    assert_refused(ik_accounts_roll_back(&result, &ctx, "beta", 0), result, "no_previous");
    assert_int_equal(ik_accounts_delete(&result, &ctx, "acme"), APR_SUCCESS);
    add_with(database, "acme", "okta.xml");
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", 0), result, "no_previous");
}

/* A change that could not be undone would be worse than none. */
static void changes_nothing_when_nothing_can_be_kept(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t adfs = with_metadata(database, "adfs.xml");
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    run_sql(database, "ALTER TABLE ik_previous RENAME TO elsewhere");
    assert_failure(ik_accounts_set(&result, &ctx, "acme", &adfs));
    assert_failure(ik_accounts_forget_metadata(&result, &ctx, "acme"));
    assert_failure(ik_accounts_roll_back(&result, &ctx, "acme", 0));
    assert_failure(ik_accounts_get(&result, &ctx, "acme"));
    assert_non_null(result.problem);
    run_sql(database, "ALTER TABLE elsewhere RENAME TO ik_previous");
    assert_non_null(strstr(get(&ctx, "acme").account->idp_entity_id, "okta"));
}

static void goes_back_only_from_what_was_looked_at(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    apr_int64_t seen;

    add_with(database, "acme", "okta.xml");
    set_metadata(database, &ctx, "adfs.xml");
    seen = get(&ctx, "acme").seen;
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", seen), APR_SUCCESS);
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", seen), result, "changed_meanwhile");
    assert_refused(ik_accounts_roll_back(&result, &ctx, "acme", -1), result, "changed_meanwhile");
    assert_non_null(strstr(get(&ctx, "acme").account->idp_entity_id, "okta"));
}

static void overwrites_nothing_that_was_not_looked_at(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t mine = { .domains = ik_text_words(database->p, "mine.test") };
    ik_account_change_t theirs = { .domains = ik_text_words(database->p, "theirs.test") };
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    mine.seen = theirs.seen = get(&ctx, "acme").seen;
    set(&ctx, &theirs);
    set(&ctx, &theirs);         /* sent twice: it is in force already */
    assert_refused(ik_accounts_set(&result, &ctx, "acme", &mine), result, "changed_meanwhile");
    assert_string_equal(ik_text_join(database->p, get(&ctx, "acme").account->domains, " "), "theirs.test");
    mine.seen = get(&ctx, "acme").seen;
    set(&ctx, &mine);
    assert_string_equal(ik_text_join(database->p, get(&ctx, "acme").account->domains, " "), "mine.test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(swaps_all_that_counts_and_back_again),
        ON_FRESH(keeps_the_older_one_when_a_save_changes_nothing),
        ON_FRESH(keeps_what_any_single_change_replaces),
        ON_FRESH(brings_back_what_was_deleted_and_then_has_nothing_left),
        ON_FRESH(after_a_deletion_other_metadata_leaves_the_way_back),
        ON_FRESH(keeps_nothing_of_an_account_without_metadata),
        ON_FRESH(ends_sessions_only_where_people_have_to_sign_in_elsewhere),
        ON_FRESH(refuses_an_entity_id_that_has_become_anothers),
        ON_FRESH(refuses_metadata_that_is_good_no_more),
        ON_FRESH(reaches_no_other_account),
        ON_FRESH(changes_nothing_when_nothing_can_be_kept),
        ON_FRESH(goes_back_only_from_what_was_looked_at),
        ON_FRESH(overwrites_nothing_that_was_not_looked_at),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
