/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that are tried before they count: what is kept, what is refused, what a save makes of them. */
#include "accounts_scene.h"

#include "base/text.h"
#include "saml/own.h"
#include "sso/checklist.h"
#include "sso/draft.h"
#include "store/draft.h"

#define OWN_ID "https://imagekit.io/saml/consume#acme"
#define NO_CHANGE ((ik_account_change_t){ 0 })

static const ik_draft_t *make_draft(const ik_ctx_t *ctx, const char *account, ik_account_change_t change)
{
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    if (ik_draft_make(&draft, &result, ctx, account, &change) != APR_SUCCESS)
        fail_msg("%s", result.problem);
    return draft;
}

/* The draft as it is kept. */
static const ik_draft_t *get_draft(const ik_ctx_t *ctx, const char *account, const char *id)
{
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    ik_checklist_t *list;

    if (ik_draft_get(&draft, &list, &result, ctx, account, id) != APR_SUCCESS)
        fail_msg("%s", result.problem);
    assert_true((list != NULL) == (draft->state != IK_DRAFT_UNTESTED));
    return draft;
}

static apr_int64_t seen_of(const ik_ctx_t *ctx, const char *id)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, ctx, id), APR_SUCCESS);
    return result.seen;
}

static ik_account_t *get_account(const ik_ctx_t *ctx, const char *id)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, ctx, id), APR_SUCCESS);
    return result.account;
}

/* The test of the draft is over. */
static void finish(const database_t *database, const ik_draft_t *draft, ik_draft_state_t outcome)
{
    ik_checklist_t list = { .passed = outcome == IK_DRAFT_PASSED };

    list.claims = apr_array_make(database->p, 1, sizeof(ik_claim_seen_t));
    list.warnings = apr_array_make(database->p, 1, sizeof(const char *));
    assert_int_equal(ik_store_draft_finish(database->db, draft->account->id, draft->id, outcome,
                                           ik_checklist_text(&list, database->p), database->p), APR_SUCCESS);
}

static ik_draft_state_t outcome_of(const ik_ctx_t *ctx, const char *account, ik_account_change_t change)
{
    ik_accounts_result_t result;
    ik_draft_state_t outcome;
    ik_checklist_t *list;

    if (ik_draft_outcome(&outcome, &list, &result, ctx, account, &change) != APR_SUCCESS)
        fail_msg("%s", result.problem);
    assert_int_equal(strlen(result.digest), 64);
    assert_true((list != NULL) == (outcome != IK_DRAFT_UNTESTED));
    return outcome;
}

static void keeps_what_a_change_would_make_and_changes_nothing(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t change = with_metadata(database, "adfs.xml");
    const ik_draft_t *draft;
    ik_account_t *before;
    ik_accounts_result_t result;
    ik_checklist_t *list;

    add_with(database, "acme", "okta.xml");
    before = get_account(&ctx, "acme");
    change.entity_id = OWN_ID;
    change.domains = ik_text_words(database->p, "acme.test");
    change.options = ik_text_words(database->p, "force-authn=on");
    draft = make_draft(&ctx, "acme", change);
    assert_int_equal(strlen(draft->id), 22);
    assert_string_equal(draft->account->metadata, change.metadata);
    assert_int_equal(ik_draft_get(&draft, &list, &result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_null(list);
    assert_int_equal(draft->state, IK_DRAFT_UNTESTED);
    assert_string_equal(draft->account->id, "acme");
    assert_string_equal(draft->account->metadata, change.metadata);
    assert_string_equal(draft->account->idp_entity_id, result.report->idp->entity_id);
    assert_string_equal(draft->account->entity_id, OWN_ID);
    assert_string_equal(ik_text_join(database->p, draft->account->domains, " "), "acme.test");
    assert_true(draft->account->options.force_authn);
    assert_string_equal(result.account->metadata, before->metadata);
    assert_int_equal(get_account(&ctx, "acme")->version, before->version);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_previous"), 0);
}

static void tries_what_is_in_force_too(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    const ik_draft_t *draft;

    add_with(database, "acme", "okta.xml");
    draft = make_draft(&ctx, "acme", NO_CHANGE);
    assert_string_equal(draft->account->metadata, get_account(&ctx, "acme")->metadata);
    assert_true(ik_draft_is_saved(draft, get_account(&ctx, "acme"), database->p));
    draft = make_draft(&ctx, "acme", with_metadata(database, "adfs.xml"));
    assert_false(ik_draft_is_saved(draft, get_account(&ctx, "acme"), database->p));
}

/* Everything that a save would refuse, and what no sign-in can start with. */
static void refuses_what_cannot_be_tried(void **state)
{
    static const struct { const char *account; ik_account_change_t change; const char *file, *domains, *option, *code; } rows[] = {
        { "nobody", { 0 }, NULL, NULL, NULL, "not_found" },
        { "empty", { 0 }, NULL, NULL, NULL, "no_metadata" },
        { "acme", { .metadata = "", .metadata_len = 0 }, NULL, NULL, NULL, "metadata_refused" },
        { "acme", { .entity_id = "urn:x" }, NULL, NULL, NULL, "entity_id_invalid" },
        { "acme", { .entity_id = "https://h/saml/consume#taken" }, NULL, NULL, NULL, "entity_id_taken" },
        { "acme", { 0 }, NULL, "a@b", NULL, "domain_invalid" },
        { "acme", { 0 }, NULL, NULL, "unsolicited=perhaps", "option_invalid" },
        { "acme", { 0 }, "no-sso.xml", NULL, NULL, "no_sign_in_address" },
        { "acme", { 0 }, "service-provider.xml", NULL, NULL, "metadata_refused" },
    };
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    const ik_account_change_t taken = { .entity_id = "https://h/saml/consume#taken" };
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    add(database, "taken", &taken);
    add(database, "empty", NULL);
    add_with(database, "acme", "okta.xml");
    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_account_change_t change = rows[i].file ? with_metadata(database, rows[i].file) : rows[i].change;
        ik_draft_state_t outcome;
        ik_checklist_t *list;

        change.domains = rows[i].domains ? ik_text_words(database->p, rows[i].domains) : NULL;
        change.options = rows[i].option ? ik_text_words(database->p, rows[i].option) : NULL;
        assert_refused(ik_draft_make(&draft, &result, &ctx, rows[i].account, &change), result, rows[i].code);
        assert_null(draft);
        if (strncmp(rows[i].code, "no_", 3) == 0)
            continue;
        assert_refused(ik_draft_outcome(&outcome, &list, &result, &ctx, rows[i].account, &change), result, rows[i].code);
        assert_refused(ik_accounts_set(&result, &ctx, rows[i].account, &change), result, rows[i].code);
    }
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft"), 0);
}

/* What was good when it was saved, for a program that was less strict. */
static void refuses_to_try_metadata_that_is_good_no_more(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    add_with(database, "acme", "okta.xml");
    run_sql(database, "UPDATE ik_account SET metadata = '<html/>'");
    assert_refused(ik_draft_make(&draft, &result, &ctx, "acme", &NO_CHANGE), result, "metadata_refused");
}

static void is_there_for_its_own_account_only_and_for_a_day(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    const ik_draft_t *draft, *made;
    ik_checklist_t *list;

    add_with(database, "acme", "okta.xml");
    add_with(database, "beta", "okta.xml");
    made = make_draft(&ctx, "acme", with_metadata(database, "adfs.xml"));
    for (int i = 0; i < 2; i++) {
        const char *account = i ? "acme" : "beta";

        assert_refused(ik_draft_get(&draft, &list, &result, &ctx, account, made->id), result, "draft_not_found");
        assert_null(draft);
        assert_refused(ik_draft_save(&result, &ctx, account, made->id), result, "draft_not_found");
        assert_refused(ik_draft_repeat(&draft, &result, &ctx, account, made->id), result, "draft_not_found");
        assert_null(draft);
        ctx.now += IK_DRAFT_LIFETIME + 1;
    }
    assert_refused(ik_draft_save(&result, &ctx, "nobody", made->id), result, "not_found");
    assert_refused(ik_draft_get(&draft, &list, &result, &ctx, "acme", ""), result, "draft_not_found");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_previous"), 0);
}

static void repeats_a_test_with_the_same_settings(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t change = with_metadata(database, "adfs.xml");
    ik_accounts_result_t result;
    const ik_draft_t *first, *again;

    add_with(database, "acme", "okta.xml");
    change.entity_id = OWN_ID;
    first = make_draft(&ctx, "acme", change);
    finish(database, first, IK_DRAFT_FAILED);
    assert_int_equal(ik_draft_repeat(&again, &result, &ctx, "acme", first->id), APR_SUCCESS);
    assert_string_not_equal(again->id, first->id);
    assert_int_equal(again->state, IK_DRAFT_UNTESTED);
    again = get_draft(&ctx, "acme", again->id);
    assert_string_equal(again->digest, first->digest);
    assert_string_equal(again->account->entity_id, OWN_ID);
    assert_int_equal(get_draft(&ctx, "acme", first->id)->state, IK_DRAFT_FAILED);
    add(database, "beta", NULL);
    change.metadata = NULL;
    assert_int_equal(ik_accounts_set(&result, &ctx, "beta", &change), APR_SUCCESS);
    assert_refused(ik_draft_repeat(&again, &result, &ctx, "acme", first->id), result, "entity_id_taken");
}

static void knows_how_the_last_test_of_these_settings_went(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t adfs = with_metadata(database, "adfs.xml"), other = adfs;
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    add_with(database, "beta", "okta.xml");
    other.options = ik_text_words(database->p, "force-authn=on");
    assert_int_equal(outcome_of(&ctx, "acme", adfs), IK_DRAFT_UNTESTED);
    finish(database, make_draft(&ctx, "acme", adfs), IK_DRAFT_PASSED);
    assert_int_equal(outcome_of(&ctx, "acme", adfs), IK_DRAFT_PASSED);
    ctx.now++;
    finish(database, make_draft(&ctx, "acme", adfs), IK_DRAFT_FAILED);
    ctx.now++;
    make_draft(&ctx, "acme", adfs);                     /* whose test is not over */
    assert_int_equal(outcome_of(&ctx, "acme", adfs), IK_DRAFT_FAILED);
    assert_int_equal(outcome_of(&ctx, "acme", other), IK_DRAFT_UNTESTED);
    assert_int_equal(outcome_of(&ctx, "beta", adfs), IK_DRAFT_UNTESTED);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &adfs), APR_SUCCESS);
    assert_int_equal(outcome_of(&ctx, "acme", adfs), IK_DRAFT_UNTESTED);    /* in force: past testing */
    assert_int_equal(outcome_of(&ctx, "acme", NO_CHANGE), IK_DRAFT_UNTESTED);
}

/* A form brings the lines back with CR and LF, and the box may end with one more. */
static void takes_the_same_settings_for_the_same_whatever_ends_their_lines(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t unix_lines = { .metadata_len = 0 }, form = unix_lines, mac = unix_lines;
    const char *xml = with_metadata(database, "adfs.xml").metadata;
    char *lf = apr_pstrcat(database->p, "\n", xml, "\n", NULL), *cr = apr_pstrdup(database->p, lf);
    const char *crlf = "";

    for (char *at = cr; *at; at++)
        *at = *at == '\n' ? '\r' : *at;
    for (const char *at = lf, *end; (end = strchr(at, '\n')) != NULL; at = end + 1)
        crlf = apr_pstrcat(database->p, crlf, apr_pstrmemdup(database->p, at, (apr_size_t)(end - at)), "\r\n", NULL);
    add_with(database, "acme", "okta.xml");
    unix_lines.metadata = xml, unix_lines.metadata_len = strlen(xml);
    form.metadata = crlf, form.metadata_len = strlen(crlf);
    mac.metadata = cr, mac.metadata_len = strlen(cr);
    finish(database, make_draft(&ctx, "acme", unix_lines), IK_DRAFT_FAILED);
    assert_int_equal(outcome_of(&ctx, "acme", form), IK_DRAFT_FAILED);
    assert_int_equal(outcome_of(&ctx, "acme", mac), IK_DRAFT_FAILED);
}

static void saves_what_was_tried(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t change = with_metadata(database, "adfs.xml");
    const ik_account_change_t meanwhile = { .name = "Renamed" };
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    ik_account_t *account;

    add_with(database, "acme", "okta.xml");
    change.entity_id = OWN_ID;
    change.domains = ik_text_words(database->p, "acme.test");
    change.options = ik_text_words(database->p, "unsolicited=refuse");
    draft = make_draft(&ctx, "acme", change);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &meanwhile), APR_SUCCESS);
    assert_int_equal(ik_draft_save(&result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_true(result.sessions_ended);
    assert_non_null(result.report->idp);
    account = get_account(&ctx, "acme");
    assert_string_equal(account->name, "Renamed");
    assert_string_equal(account->metadata, change.metadata);
    assert_string_equal(account->idp_entity_id, result.report->idp->entity_id);
    assert_string_equal(account->entity_id, OWN_ID);
    assert_string_equal(ik_text_join(database->p, account->domains, " "), "acme.test");
    assert_string_equal(ik_option_text(&account->options, database->p), "unsolicited=refuse");
    assert_true(ik_draft_is_saved(draft, account, database->p));
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_non_null(strstr(result.account->idp_entity_id, "okta"));
}

static void saves_nothing_that_is_refused_meanwhile(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t change = with_metadata(database, "adfs.xml");
    const ik_account_change_t faster = { .entity_id = OWN_ID };
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    add_with(database, "acme", "okta.xml");
    change.entity_id = OWN_ID;
    draft = make_draft(&ctx, "acme", change);
    add(database, "secretcustomer", &faster);
    assert_refused(ik_draft_save(&result, &ctx, "acme", draft->id), result, "entity_id_taken");
    assert_null(strstr(result.problem, "secretcustomer"));
    run_sql(database, "UPDATE ik_draft SET entity_id = NULL, metadata = '<html/>'");
    assert_refused(ik_draft_save(&result, &ctx, "acme", draft->id), result, "metadata_refused");
    assert_non_null(strstr(get_account(&ctx, "acme")->idp_entity_id, "okta"));
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 0);
}

/* A report that this program cannot read is as good as none: the page says that nothing is known. */
static void takes_back_nothing_that_was_saved_after_it_was_made(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_account_change_t tried = { .domains = ik_text_words(database->p, "tried.test") };
    const ik_account_change_t theirs = { .domains = ik_text_words(database->p, "theirs.test") };
    ik_accounts_result_t result;
    const ik_draft_t *draft, *again;

    add_with(database, "acme", "okta.xml");
    tried.seen = seen_of(&ctx, "acme");
    draft = make_draft(&ctx, "acme", tried);
    ctx.now++;
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &theirs), APR_SUCCESS);
    assert_refused(ik_draft_save(&result, &ctx, "acme", draft->id), result, "changed_meanwhile");
    assert_refused(ik_draft_repeat(&again, &result, &ctx, "acme", draft->id), result, "changed_meanwhile");
    assert_refused(ik_draft_make(&again, &result, &ctx, "acme", &tried), result, "changed_meanwhile");
    assert_string_equal(ik_text_join(database->p, get_account(&ctx, "acme")->domains, " "), "theirs.test");
    tried.seen = 0;
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &tried), APR_SUCCESS);
    assert_int_equal(ik_draft_save(&result, &ctx, "acme", draft->id), APR_SUCCESS);
}

static void survives_a_report_it_cannot_read(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    ik_checklist_t *list;

    add_with(database, "acme", "okta.xml");
    draft = make_draft(&ctx, "acme", NO_CHANGE);
    run_sql(database, "UPDATE ik_draft SET state = 2, report = 'of a later version'");
    assert_int_equal(ik_draft_get(&draft, &list, &result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_int_equal(draft->state, IK_DRAFT_FAILED);
    assert_null(list);
}

static void a_database_that_is_gone_is_a_failure(void **state)
{
    database_t *database = *state;
    ik_ctx_t ctx = context(database);
    const ik_account_change_t change = with_metadata(database, "adfs.xml");
    ik_accounts_result_t result;
    ik_draft_state_t outcome;
    const ik_draft_t *draft;
    ik_checklist_t *list;

    add_with(database, "acme", "okta.xml");
    run_sql(database, "DROP TABLE ik_draft");
    assert_failure(ik_draft_make(&draft, &result, &ctx, "acme", &change));
    assert_non_null(result.problem);
    assert_failure(ik_draft_get(&draft, &list, &result, &ctx, "acme", "x"));
    assert_failure(ik_draft_repeat(&draft, &result, &ctx, "acme", "x"));
    assert_failure(ik_draft_save(&result, &ctx, "acme", "x"));
    assert_failure(ik_draft_outcome(&outcome, &list, &result, &ctx, "acme", &change));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(keeps_what_a_change_would_make_and_changes_nothing),
        ON_FRESH(tries_what_is_in_force_too),
        ON_FRESH(refuses_what_cannot_be_tried),
        ON_FRESH(refuses_to_try_metadata_that_is_good_no_more),
        ON_FRESH(is_there_for_its_own_account_only_and_for_a_day),
        ON_FRESH(repeats_a_test_with_the_same_settings),
        ON_FRESH(knows_how_the_last_test_of_these_settings_went),
        ON_FRESH(takes_the_same_settings_for_the_same_whatever_ends_their_lines),
        ON_FRESH(saves_what_was_tried),
        ON_FRESH(saves_nothing_that_is_refused_meanwhile),
        ON_FRESH(takes_back_nothing_that_was_saved_after_it_was_made),
        ON_FRESH(survives_a_report_it_cannot_read),
        ON_FRESH(a_database_that_is_gone_is_a_failure),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
