/* SPDX-License-Identifier: Apache-2.0 */
/* Consumes every response of the fixtures, each forged by an independent tool: what is refused, with the reason. */
#include "world_case.h"

#include <apr_dbd.h>
#include <apr_encode.h>

#include "sso/consume.h"
#include "sso/session.h"
#include "store/user.h"

typedef struct run_t {
    const world_t *world;
    const char *expected;       /* id of a reason, or "accepted" */
    int wrong;
} run_t;

/* One response, in a pool of its own; the id of its refusal, "accepted", or "failure". */
static const char *outcome_with(ik_consume_in_t in, const world_t *world, const char *bytes, apr_size_t len, ik_login_t *login,
                                apr_pool_t *p)
{
    ik_ctx_t ctx = world->ctx;
    ik_refusal_t why = { .p = p };
    apr_status_t rv;

    ctx.p = p;
    in.saml_response = apr_pencode_base64(p, bytes, (apr_ssize_t)len, APR_ENCODE_NONE, NULL);
    rv = ik_consume(login, &ctx, &in, &why);
    if (rv == APR_SUCCESS)
        return "accepted";
    return rv == IK_REFUSED ? ik_reason_row(why.reason)->id : "failure";
}

/* In a browser that has started nothing. */
static const char *outcome_of(const world_t *world, const char *bytes, apr_size_t len, ik_login_t *login, apr_pool_t *p)
{
    return outcome_with((ik_consume_in_t){ 0 }, world, bytes, len, login, p);
}

static void consume_one(void *arg, const char *name, const char *bytes, apr_size_t len)
{
    run_t *run = arg;
    ik_login_t login = { 0 };
    const char *outcome;
    apr_pool_t *p;

    assert_int_equal(apr_pool_create(&p, run->world->p), APR_SUCCESS);
    outcome = outcome_of(run->world, bytes, len, &login, p);
    if (strcmp(outcome, run->expected) != 0) {
        print_error("%s/%s: %s\n", run->expected, name, outcome);
        run->wrong++;
    }
    apr_pool_destroy(p);
}

static void answers_every_fixture_as_its_directory_says(void **state)
{
    world_t *world = world_of(state);
    apr_array_header_t *reasons = world_reasons(world, *state);
    run_t run = { world, NULL, 0 };
    int i;

    assert_true(reasons->nelts > 20);
    for (i = 0; i < reasons->nelts; i++) {
        run.expected = APR_ARRAY_IDX(reasons, i, const char *);
        assert_true(world_each(world, run.expected, consume_one, &run) > 0);
    }
    assert_int_equal(run.wrong, 0);
}

static void accepts_nothing_a_second_time(void **state)
{
    run_t run = { world_of(state), "accepted", 0 };

    world_each(run.world, run.expected, consume_one, &run);
    run.expected = "replayed";
    world_each(run.world, "accepted", consume_one, &run);
    assert_int_equal(run.wrong, 0);
}

static void makes_a_session_and_a_user(void **state)
{
    world_t *world = world_of(state);
    const ik_identity_t *identity = NULL;
    ik_login_t login = { 0 };
    const char *renewed, *bytes;
    ik_user_t *user;
    ik_db_t *db;

    bytes = world_message(world, "accepted/names_of_every_kind");
    assert_string_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "accepted");
    assert_string_equal(login.target, "https://imagekit.test/dashboard");
    assert_int_equal(login.user_created, 1);
    assert_int_equal(ik_session_open(&identity, &renewed, &world->ctx, login.cookie), IK_SESSION_OK);
    assert_string_equal(identity->account, "acme");
    assert_string_equal(identity->email, "ann@acme.test");
    assert_string_equal(identity->name, "Zo\xc3\xab \xe6\x9d\x8e \xf0\x9f\x98\x80 & <Sons>");
    assert_string_equal(identity->role, "developer");
    assert_string_equal(identity->idp, "https://idp.acme.test/metadata");
    assert_int_equal(ik_store_acquire(&db, world->ctx.store, *state), APR_SUCCESS);
    assert_int_equal(ik_store_user_get(&user, db, "acme", "ann@acme.test", *state), APR_SUCCESS);
    assert_string_equal(user->name, identity->name);
    assert_true(user->first_login == world->ctx.now);
}

/* What ik_accounts_get says of the key that verified the last login of an account. */
static ik_accounts_result_t shown(const world_t *world, const char *account)
{
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_get(&result, &world->ctx, account), APR_SUCCESS);
    return result;
}

static void remembers_which_key_has_verified(void **state)
{
    static const struct { const char *message, *account; int keys; } rows[] = {
        { "accepted/of_two-certs", "two-certs", 2 }, { "accepted/of_p384", "p384", 1 }, { "accepted/signed_response", "acme", 1 },
        { "accepted/signed_assertion", "acme", 1 }, { "accepted/encrypted_aes256-cbc", "acme", 1 },
    };
    world_t *world = world_of(state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *bytes = world_message(world, rows[i].message);
        ik_accounts_result_t result;
        ik_login_t login = { 0 };

        assert_string_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "accepted");
        result = shown(world, rows[i].account);
        assert_int_equal(result.report->idp->signing->nelts, rows[i].keys);
        assert_non_null(result.key_use);
        assert_string_equal(result.key_use->fingerprint,
                            APR_ARRAY_IDX(result.report->idp->signing, 0, const ik_certificate_t *)->fingerprint);
        assert_true(result.key_use->at == world->ctx.now);
    }
    assert_null(shown(world, "beta").key_use);
}

/* A response is worth nothing to a database that cannot remember it. */
static void fails_closed_without_a_database(void **state)
{
    world_t *world = world_of(state);
    const char *bytes, *problem;
    ik_login_t login = { 0 };

    bytes = world_message(world, "accepted/signed_both");
    assert_int_equal(ik_store_open(&world->ctx.store, "sqlite3:/nonexistent/ikssoauth.db", 1, *state, &problem),
                     APR_SUCCESS);
    assert_string_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "failure");
    assert_null(login.cookie);
}

static void serves_one_account_only_if_told_so(void **state)
{
    world_t *world = world_of(state);
    ik_login_t login = { 0 };
    const char *bytes;

    world->settings.only_account = "beta";
    bytes = world_message(world, "accepted/signed_both");
    assert_string_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "account_mismatch");
}

/* Past the store: what a program does that knows nothing of this one. */
static void run_sql(const world_t *world, const char *sql)
{
    const char *path = apr_pstrcat(world->p, world->database, "/db", NULL);
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle;
    int rows;

    assert_int_equal(apr_dbd_get_driver(world->p, "sqlite3", &driver), APR_SUCCESS);
    assert_int_equal(apr_dbd_open(driver, world->p, path, &handle), APR_SUCCESS);
    assert_int_equal(apr_dbd_query(driver, handle, &rows, sql), 0);
    apr_dbd_close(driver, handle);
}

/* An account that is never twice the same decides nothing; once it stands still, the same response is good. */
static void fails_while_the_account_keeps_changing_and_keeps_nothing(void **state)
{
    static const char *const changes[] = { "version = version + 1", "enabled = 0" };
    world_t *world = world_of(state);
    const char *bytes;

    bytes = world_message(world, "accepted/signed_both");
    for (size_t i = 0; i < ROWS(changes); i++) {
        ik_login_t login = { 0 };

        run_sql(world, apr_psprintf(*state, "CREATE TRIGGER disturb AFTER INSERT ON ik_assertion "
                                    "BEGIN UPDATE ik_account SET %s; END", changes[i]));
        assert_string_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "failure");
        assert_null(login.cookie);
        assert_null(login.identity);
        run_sql(world, "DROP TRIGGER disturb");
    }
    assert_string_equal(outcome_of(world, bytes, strlen(bytes), &(ik_login_t){ 0 }, *state), "accepted");
}

/* The detail of its refusal. */
static const char *detail_of(const world_t *world, const char *name, apr_pool_t *p)
{
    const char *bytes = world_message(world, name);
    ik_consume_in_t in = { .saml_response = apr_pencode_base64(p, bytes, APR_ENCODE_STRING, APR_ENCODE_NONE, NULL) };
    ik_refusal_t why = { .p = p };
    ik_login_t login = { 0 };

    assert_int_equal(ik_consume(&login, &world->ctx, &in, &why), IK_REFUSED);
    return why.detail;
}

static void tells_a_renewed_key_from_a_changed_message(void **state)
{
    static const struct { const char *message, *begin, *in; } rows[] = {
        { "signature_altered-role", "the signature of the Assertion shows a certificate of \"https://idp.acme.test/metadata\", and does not match",
          "was changed after it was signed" },
        { "signature_foreign-with_the_attackers_certificate_in_keyinfo", "the signature of the Assertion is made with no key of "
          "\"https://idp.acme.test/metadata\": it shows the certificate with SHA-256 fingerprint \"", "\", expected \"" },
        { "signature_foreign-without_keyinfo", "the signature of the Assertion is made with no key of \"https://idp.acme.test/metadata\"", "" },
        { "accounts-beta_in_the_claim", "", ", and its Issuer is another identity provider, \"https://idp.acme.test/metadata\"" },
    };
    world_t *world = world_of(state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *detail = detail_of(world, apr_pstrcat(*state, "signature_invalid/", rows[i].message, NULL), *state);

        assert_memory_equal(detail, rows[i].begin, strlen(rows[i].begin));
        assert_non_null(strstr(detail, rows[i].in));
    }
}

/* So that its administrator is told, too. */
static void guesses_the_account_where_none_is_named(void **state)
{
    static const struct { const char *message, *account; } rows[] = {
        { "status_not_success/status-responder", "acme" },
        { "decryption_failed/encryption-for_somebody_else", "acme" },
        { "malformed/doctype-undeclared_entity", NULL },     /* nobody knows whose it is */
    };
    world_t *world = world_of(state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *bytes = world_message(world, rows[i].message);
        ik_login_t login = { 0 };

        assert_string_not_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "accepted");
        if (!rows[i].account)
            assert_null(login.account);
        else
            assert_string_equal(login.account, rows[i].account);
        assert_int_equal(login.verified, 0);
    }
}

static void what_the_browser_has_started_tells_the_account_best(void **state)
{
    static const char handle[] = "AAAAAAAAAAAAAAAAAAAAAA";
    const ik_pending_t pending = { .handle = handle, .request = "_r", .account = "beta", .draft = "" };
    apr_array_header_t *browser = apr_array_make(*state, 1, sizeof(const ik_pending_t *));
    const ik_consume_in_t in = { .relay_state = handle, .pending = browser };
    world_t *world = world_of(state);
    const char *bytes = world_message(world, "status_not_success/status-responder");
    ik_login_t login = { 0 };

    APR_ARRAY_PUSH(browser, const ik_pending_t *) = &pending;
    outcome_with(in, world, bytes, strlen(bytes), &login, *state);
    assert_string_equal(login.account, "beta");
    outcome_with(in, world, "<", 1, &login, *state);
    assert_string_equal(login.account, "beta");
}

/* What cannot be found out makes no failure of a refusal. */
static void guesses_nothing_without_a_database(void **state)
{
    world_t *world = world_of(state);
    const char *bytes = world_message(world, "status_not_success/status-responder"), *problem;
    ik_login_t login = { 0 };

    assert_int_equal(ik_store_open(&world->ctx.store, "sqlite3:/nonexistent/ikssoauth.db", 1, *state, &problem), APR_SUCCESS);
    assert_string_equal(outcome_of(world, bytes, strlen(bytes), &login, *state), "status_not_success");
    assert_null(login.account);
    assert_string_equal(login.issuer, "https://idp.acme.test/metadata");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(answers_every_fixture_as_its_directory_says),
        world_test(accepts_nothing_a_second_time),
        world_test(makes_a_session_and_a_user),
        world_test(remembers_which_key_has_verified),
        world_test(fails_closed_without_a_database),
        world_test(serves_one_account_only_if_told_so),
        world_test(tells_a_renewed_key_from_a_changed_message),
        world_test(guesses_the_account_where_none_is_named),
        world_test(what_the_browser_has_started_tells_the_account_best),
        world_test(guesses_nothing_without_a_database),
        world_test(fails_while_the_account_keeps_changing_and_keeps_nothing),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
