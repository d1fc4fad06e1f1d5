/* SPDX-License-Identifier: Apache-2.0 */
/* Role rules as a setting of an account: saving, rolling back, and trying them on the people who signed in last. */
#include "accounts_scene.h"

#include "base/text.h"
#include "model/role.h"
#include "sso/draft.h"
#include "sso/rules_trial.h"
#include "store/user.h"

#define RULES "claim groups\nvalue account_administrator admins\nprefix developer app-\n"

static apr_status_t set_rules(const ik_ctx_t *ctx, const char *rules, ik_accounts_result_t *result)
{
    const ik_account_change_t change = { .rules = rules };

    return ik_accounts_set(result, ctx, "acme", &change);
}

static const char *rules_of(const ik_ctx_t *ctx, const char *id)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, ctx, id), APR_SUCCESS);
    return result.account->rules;
}

static void saves_rules_in_their_plain_form(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    add(database, "acme", NULL);
    add(database, "beta", NULL);
    assert_string_equal(rules_of(&ctx, "acme"), "");
    assert_int_equal(set_rules(&ctx, "# ours\r\nclaim groups\r\n\r\n value  account_administrator  admins\r\nprefix developer app-", &result),
                     APR_SUCCESS);
    assert_string_equal(rules_of(&ctx, "acme"), RULES);
    assert_string_equal(rules_of(&ctx, "beta"), "");
    assert_int_equal(set_rules(&ctx, "", &result), APR_SUCCESS);
    assert_string_equal(rules_of(&ctx, "acme"), "");
}

static void refuses_rules_that_cannot_be_used(void **state)
{
    static const struct { const char *rules, *problem; } rows[] = {
        { "value developer a\nsuffix developer b\n", "Line 2: A rule begins with" },
        { "value developer a\nregex developer (\n", "Rule 2: The regex cannot be read: missing closing parenthesis" },
        { "value developers a\n", "Rule 1: The role developers is not accepted here" },
    };
    const database_t *database = *state;
    ik_settings_t settings = { .roles = ik_role_defaults(database->p) };
    ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    ik_trial_t *trial;

    add(database, "acme", NULL);
    ctx.settings = &settings;
    assert_int_equal(ik_url_origin(&settings.origin, "https://imagekit.test", database->p), APR_SUCCESS);
    assert_int_equal(set_rules(&ctx, RULES, &result), APR_SUCCESS);
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_refused(set_rules(&ctx, rows[i].rules, &result), result, "rules_invalid");
        assert_memory_equal(result.problem, rows[i].problem, strlen(rows[i].problem));
        assert_refused(ik_rules_try(&trial, &result, &ctx, "acme", rows[i].rules), result, "rules_invalid");
    }
    assert_string_equal(rules_of(&ctx, "acme"), RULES);
}

static void rolls_rules_back(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    add_with(database, "acme", "okta.xml");
    assert_int_equal(set_rules(&ctx, RULES, &result), APR_SUCCESS);
    assert_int_equal(set_rules(&ctx, "value developer everybody\n", &result), APR_SUCCESS);
    assert_int_equal(result.sessions_ended, 0);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_string_equal(rules_of(&ctx, "acme"), RULES);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_string_equal(rules_of(&ctx, "acme"), "value developer everybody\n");
}

/* A test sign-in tries rules like every other setting. */
static void keeps_rules_in_a_draft_and_saves_them_from_there(void **state)
{
    const ik_account_change_t change = { .rules = RULES };
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_draft_t *draft;
    ik_accounts_result_t result;
    ik_checklist_t *list;

    add_with(database, "acme", "okta.xml");
    assert_int_equal(ik_draft_make(&draft, &result, &ctx, "acme", &change), APR_SUCCESS);
    assert_string_equal(rules_of(&ctx, "acme"), "");
    assert_false(ik_draft_is_saved(draft, result.account, database->p));
    assert_int_equal(ik_draft_get(&draft, &list, &result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_string_equal(draft->account->rules, RULES);
    assert_int_equal(ik_draft_save(&result, &ctx, "acme", draft->id), APR_SUCCESS);
    assert_string_equal(rules_of(&ctx, "acme"), RULES);
    assert_true(ik_draft_is_saved(draft, result.account, database->p));
}

/* Somebody who signed in, with what came then. */
static void sign_in(const database_t *database, const char *account, const char *email, const char *role,
                    const char *received, int ago)
{
    const ik_user_t user = { .account = account, .email = email, .name = "Name", .role = role, .enabled = 1, .attributes = "",
                             .received = received, .last_login = NOW - ago };

    assert_int_equal(ik_store_user_save(&user, database->db, database->p), APR_SUCCESS);
}

/* "EMAIL BEFORE AFTER (DETAIL)", a line each; then how many were looked at, and are unknown. */
static const char *tried(const database_t *database, const char *rules)
{
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;
    const char *text = "";
    ik_trial_t *trial;

    assert_int_equal(ik_rules_try(&trial, &result, &ctx, "acme", rules), APR_SUCCESS);
    for (int i = 0; i < trial->changes->nelts; i++) {
        const ik_trial_row_t *row = &APR_ARRAY_IDX(trial->changes, i, ik_trial_row_t);

        text = apr_pstrcat(database->p, text, row->email, " ", row->before, " ", row->after ? row->after : "refused", " (",
                           row->detail, ")\n", NULL);
    }
    return apr_psprintf(database->p, "%s%d %d%s", text, trial->people, trial->unknown, trial->all ? "" : " and more");
}

static void lists_exactly_who_would_change(void **state)
{
    const database_t *database = *state;

    add(database, "acme", NULL);
    add(database, "beta", NULL);
    sign_in(database, "acme", "ann@acme.test", "developer", "\timagekit_role\ndeveloper\n\tgroups\nx\nadmins\n", 1);
    sign_in(database, "acme", "bob@acme.test", "developer", "\tgroups\napp-1\n", 2);
    sign_in(database, "acme", "cat@acme.test", "finance", "\tgroups\nstaff\n", 3);
    sign_in(database, "acme", "dan@acme.test", "finance", "", 4);
    sign_in(database, "acme", "eve@acme.test", "finance", "\timagekit_role\nfinance\n", 5);
    sign_in(database, "acme", "fay@acme.test", "finance", "\tgroups\nstaff;app-7\n", 6);
    sign_in(database, "beta", "ann@acme.test", "finance", "\tgroups\nadmins\n", 0);
    assert_string_equal(tried(database, RULES),
        "ann@acme.test developer account_administrator (rule 1 (value “admins”))\n"
        "cat@acme.test finance refused (none of the 2 role rules matches what came as \"groups\": \"staff\")\n"
        "eve@acme.test finance refused (no attribute \"groups\")\n"
        "fay@acme.test finance refused (none of the 2 role rules matches what came as \"groups\": \"staff;app-7\")\n"
        "6 1");
    /* An attribute that was never kept tells nothing about anybody. */
    assert_string_equal(tried(database, "claim department\nregex finance .\n"), "6 6");
    assert_string_equal(tried(database, ""),
        "bob@acme.test developer refused (no attribute \"imagekit_role\")\n"
        "cat@acme.test finance refused (no attribute \"imagekit_role\")\n"
        "fay@acme.test finance refused (no attribute \"imagekit_role\")\n"
        "6 1");
    assert_string_equal(rules_of(&(ik_ctx_t){ .p = database->p, .store = database->store, .now = NOW }, "acme"), "");
}

static void takes_apart_what_onelogin_joins(void **state)
{
    const database_t *database = *state;

    add_with(database, "acme", "onelogin.xml");
    sign_in(database, "acme", "fay@acme.test", "finance", "\tgroups\nstaff;app-7\n", 6);
    assert_string_equal(tried(database, RULES), "fay@acme.test finance developer (rule 2 (prefix “app-”))\n1 0");
}

static apr_status_t sign_in_many(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ik_user_t user = { .account = "acme", .name = "", .role = "finance", .enabled = 1, .attributes = "" };
    apr_status_t rv = APR_SUCCESS;

    (void)arg;
    user.received = "\tgroups\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n";
    for (int i = 0; i < 1100 && rv == APR_SUCCESS; i++) {
        user.email = apr_psprintf(p, "u%d@acme.test", i);
        user.last_login = NOW - i;
        rv = ik_store_user_save(&user, db, p);
    }
    return rv;
}

/* A thousand people, and an expression that takes its time for each of them. */
static void looks_at_a_thousand_people_in_bounded_time(void **state)
{
    const database_t *database = *state;
    const apr_time_t begun = apr_time_now();
    const char *text;

    add(database, "acme", NULL);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, sign_in_many, NULL, database->p), APR_SUCCESS);
    text = tried(database, "claim groups\nregex finance ^(a|aa)+$\n");
    assert_non_null(strstr(text, "u0@acme.test finance refused (rule 1 (regex “^(a|aa)+$”) takes too long"));
    assert_non_null(strstr(text, "u999@acme.test"));
    assert_null(strstr(text, "u1000@acme.test"));
    assert_non_null(strstr(text, "\n1000 0 and more"));
    assert_true(apr_time_now() - begun < apr_time_from_sec(60));
}

static void knows_no_people_of_accounts_that_are_not_there(void **state)
{
    const ik_ctx_t ctx = context(*state);
    ik_accounts_result_t result;
    ik_trial_t *trial;

    assert_refused(ik_rules_try(&trial, &result, &ctx, "acme", RULES), result, "not_found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(saves_rules_in_their_plain_form),
        ON_FRESH(refuses_rules_that_cannot_be_used),
        ON_FRESH(rolls_rules_back),
        ON_FRESH(keeps_rules_in_a_draft_and_saves_them_from_there),
        ON_FRESH(lists_exactly_who_would_change),
        ON_FRESH(takes_apart_what_onelogin_joins),
        ON_FRESH(looks_at_a_thousand_people_in_bounded_time),
        ON_FRESH(knows_no_people_of_accounts_that_are_not_there),
    };

    return run_on_databases(tests);
}
