/* SPDX-License-Identifier: Apache-2.0 */
/* The version of the tables: created, upgraded, refused. */
#include <stdlib.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "database.h"
#include "store/account.h"
#include "store/certificate.h"
#include "store/draft.h"
#include "store/held.h"
#include "store/host.h"
#include "store/idp_key.h"
#include "store/invite.h"
#include "store/outbox.h"
#include "store/replay.h"
#include "store/revocation.h"
#include "store/schema.h"
#include "store/source.h"
#include "store/statements.h"
#include "store/trace.h"
#include "store/upkeep.h"
#include "store/user.h"

static void creates_the_tables_of_an_empty_database(void **state)
{
    database_t *database = *state;
    const char *problem = NULL;
    int from = -1;

    assert_int_not_equal(ik_schema_check(database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "ikssoctl init"));
    assert_int_equal(ik_schema_can_upgrade(database->db, database->p, &problem), APR_SUCCESS);
    assert_int_not_equal(ik_schema_check(database->db, database->p, &problem), APR_SUCCESS);
    assert_int_equal(ik_schema_upgrade(&from, database->db, database->p, &problem), APR_SUCCESS);
    assert_int_equal(from, 0);
    assert_null(problem);
    assert_int_equal(ik_schema_check(database->db, database->p, &problem), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'schema'"), IK_SCHEMA_VERSION);
}

static void leaves_current_tables_alone(void **state)
{
    database_t *database = *state;
    const char *problem = NULL;
    int from = -1;

    assert_int_equal(ik_store_replay_use(database->db, "https://idp", "one", 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_schema_upgrade(&from, database->db, database->p, &problem), APR_SUCCESS);
    assert_int_equal(from, IK_SCHEMA_VERSION);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_assertion"), 1);
}

static void refuses_tables_newer_than_the_program(void **state)
{
    database_t *database = *state;
    const char *problem = NULL;

    run_sql(database, "UPDATE ik_meta SET value = 1000 WHERE name = 'schema'");
    assert_int_not_equal(ik_schema_check(database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "1000"));
    assert_non_null(strstr(problem, "newer"));
    problem = NULL;
    assert_int_not_equal(ik_schema_can_upgrade(database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "newer"));
    problem = NULL;
    assert_int_not_equal(ik_schema_upgrade(NULL, database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "newer"));
    assert_int_equal(ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'schema'"), 1000);
}

static void refuses_tables_of_somebody_else(void **state)
{
    database_t *database = *state;
    const char *problem = NULL;

    run_sql(database, "CREATE TABLE ik_meta (name TEXT, value INTEGER)");
    assert_int_not_equal(ik_schema_check(database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "not ours"));
    assert_int_not_equal(ik_schema_upgrade(NULL, database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "not ours"));
}

static void keeps_nothing_of_an_upgrade_that_fails(void **state)
{
    database_t *database = *state;
    const char *problem = NULL;

    run_sql(database, "CREATE TABLE ik_assertion (x INTEGER)");
    assert_int_not_equal(ik_schema_upgrade(NULL, database->db, database->p, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "ik_assertion"));
    run_sql(database, "CREATE TABLE ik_meta (x INTEGER)");
}

static const char *read_fixture(const database_t *database, const char *name)
{
    const char *source = getenv("IK_SRCDIR");
    const char *path = apr_pstrcat(database->p, source ? source : ".", "/tests/fixtures/schema/", name, NULL);
    apr_file_t *file;
    apr_finfo_t info;
    char *text;
    apr_size_t len;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT, database->p) != APR_SUCCESS)
        fail_msg("%s cannot be read", path);
    assert_int_equal(apr_file_info_get(&info, APR_FINFO_SIZE, file), APR_SUCCESS);
    len = (apr_size_t)info.size;
    text = apr_pcalloc(database->p, len + 1);
    assert_int_equal(apr_file_read_full(file, text, len, NULL), APR_SUCCESS);
    apr_file_close(file);
    while (len && text[len - 1] == '\n')
        text[--len] = '\0';
    return text;
}

/* The tables of a version as its program made them on PostgreSQL: its steps are never changed. */
static void make_old_tables(const database_t *database, int version)
{
    for (const ik_schema_step_t *step = ik_schema_steps; step->version; step++)
        if (step->version <= version && (!step->driver || strcmp(step->driver, database->driver) == 0))
            run_sql(database, step->text);
    run_sql(database, "DELETE FROM ik_meta");
}

/* What an old program left: all of it on SQLite; on PostgreSQL the same rows in that program's tables. */
static void load_fixture(const database_t *database, int version)
{
    char *text = apr_pstrdup(database->p, read_fixture(database, apr_psprintf(database->p, "v%d.sql", version)));
    char *line, *rest;
    int rows = 0;

    if (database->path) {
        run_sql(database, text);
        return;
    }
    make_old_tables(database, version);
    for (line = apr_strtok(text, "\n", &rest); line; line = apr_strtok(NULL, "\n", &rest)) {
        if (strncmp(line, "INSERT INTO ", 12) != 0)
            continue;
        run_sql(database, line);
        rows++;
    }
    assert_true(rows > 4);
}

static void check_old_rows(const database_t *database)
{
    ik_account_t *account;
    ik_user_t *user;

    assert_int_equal(ik_store_account_get(&account, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(account->name, "Acme & Söhne");
    assert_string_equal(account->entity_id, "https://imagekit.io/saml/consume#acme");
    assert_string_equal(account->idp_entity_id, "https://idp.acme.example/");
    assert_string_equal(account->metadata, "<EntityDescriptor entityID='https://idp.acme.example/'/>");
    assert_int_equal(account->domains->nelts, 2);
    assert_int_equal(account->version, 3);
    assert_true(account->enabled);
    assert_int_equal(account->created, 1700000000000000);
    assert_int_equal(ik_store_account_get(&account, database->db, "globex", database->p), APR_SUCCESS);
    assert_false(account->enabled);
    assert_null(account->metadata);
    assert_int_equal(ik_store_user_get(&user, database->db, "acme", "zoe@acme.example", database->p), APR_SUCCESS);
    assert_string_equal(user->name, "Zoë 李 😀");
    assert_string_equal(user->role, "finance");
    assert_int_equal(user->last_login, 1700000500000000);
    assert_int_equal(ik_store_replay_use(database->db, "https://idp.acme.example/", "_assertion1", 1, database->p),
                     APR_EEXIST);
}

static void upgrade_from(const database_t *database, int version)
{
    const char *problem = NULL;
    int from = -1;

    load_fixture(database, version);
    if (ik_schema_upgrade(&from, database->db, database->p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    assert_int_equal(from, version);
    assert_int_equal(ik_schema_check(database->db, database->p, &problem), APR_SUCCESS);
    check_old_rows(database);
}

static apr_status_t add_revocation(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_revocation_add(arg, db, 1, p);
}

static apr_int64_t revoke_one(const database_t *database, ik_revocation_kind_t kind, const char *subject)
{
    ik_revocation_t revocation = { kind, "acme", subject, 0, 1900000000000000 };

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, add_revocation, &revocation, database->p),
                     APR_SUCCESS);
    return revocation.position;
}

static apr_int64_t revoke_user(const database_t *database)
{
    return revoke_one(database, IK_REVOKE_USER, "zoe@acme.example");
}

static const ik_account_t *by_domain(const database_t *database, const char *domain)
{
    apr_array_header_t *found;

    assert_int_equal(ik_store_account_by_domain(&found, database->db, domain, 2, database->p), APR_SUCCESS);
    assert_in_range(found->nelts, 0, 1);
    return found->nelts ? APR_ARRAY_IDX(found, 0, ik_account_t *) : NULL;
}

/* What version 3 brought: old accounts are found by their domains and are as usual, an index can be revoked, forms wait. */
static void check_new_in_version_3(const database_t *database)
{
    static const char *const domains[] = { "acme.example", "acme.test" };
    const ik_account_options_t usual = { 0 };
    const char *text;

    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        const ik_account_t *account = by_domain(database, domains[i]);

        assert_non_null(account);
        assert_string_equal(account->id, "acme");
        assert_memory_equal(&account->options, &usual, sizeof(usual));
    }
    assert_null(by_domain(database, ""));
    assert_null(by_domain(database, "acme"));
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_domain"), 2);
    assert_true(revoke_one(database, IK_REVOKE_INDEX, "0123456789abcdef0123456789abcdef") > 0);
    assert_int_not_equal(try_sql(database, "INSERT INTO ik_revocation VALUES (5, 'acme', '', 1, 1)"), APR_SUCCESS);
    assert_int_equal(ik_store_held_put(database->db, "handle", "text", 2000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_held_take(&text, database->db, "handle", 1000, database->p), APR_SUCCESS);
}

static apr_status_t put_draft_and_invite(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const ik_draft_t draft = { .id = "new", .account = arg, .digest = "digest", .made = 1000 };
    const ik_invite_t invite = { .id = "new", .account = "acme", .author = "", .made = 1000, .expires = 2000 };
    apr_status_t rv = ik_store_draft_put(&draft, db, p);

    return rv == APR_SUCCESS ? ik_store_invite_put(&invite, db, 1000, p) : rv;
}

/* What version 4 brought: drafts, previous settings, invitations, hosts; nothing of it is there for old accounts. */
static void check_new_in_version_4(const database_t *database)
{
    const ik_previous_t previous = { .metadata = "<m/>", .idp_entity_id = "https://idp" };
    const ik_known_host_t host = { .origin = "https://a.example", .settings_path = "/settings", .seen = 1000 };
    ik_previous_t *none;
    ik_account_t *account;

    assert_int_equal(ik_store_account_get(&account, database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_previous_get(&none, database->db, "acme", database->p), APR_NOTFOUND);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, put_draft_and_invite, account, database->p),
                     APR_SUCCESS);
    assert_int_equal(ik_store_previous_put(database->db, "acme", &previous, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_host_put(database->db, &host, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT (SELECT count(*) FROM ik_draft) + (SELECT count(*) FROM ik_invite)"), 2);
}

/* What version 5 brought: tables of traces, sources, lines, keys; columns that are empty in old rows. */
static void check_new_in_version_5(const database_t *database)
{
    const ik_trace_t trace = { .id = "new", .account = "acme", .at = 1000, .endpoint = "consume", .issuer = "",
                               .detail = "", .client = "192.0.2.1" };
    const ik_source_t source = { .account = "acme", .url = "https://idp" };
    ik_account_t *account;
    ik_user_t *user;

    assert_int_equal(ik_store_account_get(&account, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(account->rules, "");
    assert_int_equal(ik_store_user_get(&user, database->db, "acme", "zoe@acme.example", database->p), APR_SUCCESS);
    assert_string_equal(user->received, "");
    assert_int_equal(ik_store_trace_put(&trace, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_outbox_put(database->db, "{}", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_verified_put(database->db, "acme", "aa", 1000, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "aa", 7, 1000, database->p), APR_SUCCESS);
}

/* What version 6 brought: when certificates end, which of old accounts nobody knows yet. */
static void check_new_in_version_6(const database_t *database)
{
    apr_array_header_t *ids;
    apr_time_t looked = 1;

    assert_int_equal(ik_store_certificates_looked(&looked, database->db, database->p), APR_SUCCESS);
    assert_int_equal(looked, 0);
    assert_int_equal(ik_store_certificates_unknown(&ids, database->db, "", 10, database->p), APR_SUCCESS);
    assert_int_equal(ids->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(ids, 0, const char *), "acme");
}

static apr_status_t count_revocation(void *arg, const ik_revocation_t *revocation)
{
    int *seen = arg;

    assert_int_equal(revocation->kind, ++*seen);
    assert_int_equal(revocation->expires, 1702592900000000);
    return APR_SUCCESS;
}

static void opens_what_version_1_wrote(void **state)
{
    database_t *database = *state;
    ik_user_t *user;
    int mine = 0;

    upgrade_from(database, 1);
    assert_int_equal(ik_store_user_get(&user, database->db, "acme", "zoe@acme.example", database->p), APR_SUCCESS);
    assert_string_equal(user->attributes, "");
    assert_int_equal(user->attributes_version, 0);
    assert_int_equal(revoke_user(database), 1);
    assert_int_equal(ik_store_upkeep_take(&mine, database->db, 1000, 10, database->p), APR_SUCCESS);
    assert_true(mine);
    check_new_in_version_3(database);
    check_new_in_version_4(database);
    check_new_in_version_5(database);
    check_new_in_version_6(database);
}

static void opens_what_version_2_wrote(void **state)
{
    database_t *database = *state;
    ik_user_t *user;
    int seen = 0;

    upgrade_from(database, 2);
    assert_int_equal(ik_store_user_get(&user, database->db, "acme", "zoe@acme.example", database->p), APR_SUCCESS);
    assert_string_equal(user->attributes, "groups=Geschäftsführung");
    assert_int_equal(user->attributes_version, 1700000500000000);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 3);
    assert_int_equal(ik_store_revocation_each(database->db, 0, 0, count_revocation, &seen, database->p), APR_SUCCESS);
    assert_int_equal(seen, 3);
    assert_int_equal(revoke_user(database), 1700000900000003);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 3);
    assert_int_equal(ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'housekeeping'"), 1700000950000000);
    check_new_in_version_3(database);
    check_new_in_version_4(database);
    check_new_in_version_5(database);
    check_new_in_version_6(database);
}

static void opens_what_version_3_wrote(void **state)
{
    database_t *database = *state;
    ik_account_t *account;
    const char *text;

    upgrade_from(database, 3);
    assert_int_equal(ik_store_account_get(&account, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(ik_option_text(&account->options, database->p), "unsolicited=bounce logout-at-idp=off");
    assert_string_equal(by_domain(database, "acme.test")->id, "acme");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation WHERE kind = 4"), 1);
    assert_int_equal(ik_store_held_take(&text, database->db, "AbCdEfGhIjKlMnOpQrStUv", 1700000900000000, database->p),
                     APR_SUCCESS);
    assert_string_equal(text, "v1.sealed_form-");
    check_new_in_version_4(database);
    check_new_in_version_5(database);
    check_new_in_version_6(database);
}

/* What had been "on" without end. */
static void ends_the_tolerances_of_version_3_in_time(void **state)
{
    const int today = (int)(apr_time_now() / apr_time_from_sec(24 * 3600));
    const char *problem = NULL;
    database_t *database = *state;
    ik_account_t *account;

    load_fixture(database, 3);
    run_sql(database, "UPDATE ik_account SET options = 'unsolicited=bounce dummy-request=on logout-at-idp=off' "
                      "WHERE id = 'acme'");
    if (ik_schema_upgrade(NULL, database->db, database->p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    assert_int_equal(ik_store_account_get(&account, database->db, "acme", database->p), APR_SUCCESS);
    assert_in_range(account->options.dummy_request, today + 90, today + 91);    /* 91: midnight came in between */
    assert_true(account->options.unsolicited == IK_UNSOLICITED_BOUNCE && account->options.local_logout);
    assert_int_equal(ik_store_account_get(&account, database->db, "globex", database->p), APR_SUCCESS);
    assert_string_equal(ik_option_text(&account->options, database->p), "");
}

static void check_old_draft(const database_t *database)
{
    ik_draft_t *draft;

    assert_int_equal(ik_store_draft_get(&draft, database->db, "acme", "DrAfTeFgHiJkLmNoPqRsTu", 1700001000000000,
                                        database->p), APR_SUCCESS);
    assert_int_equal(draft->state, IK_DRAFT_FAILED);
    assert_string_equal(draft->report, "role failed: Geschäftsführung");
    assert_string_equal(draft->account->name, "Acme & Söhne");
    assert_string_equal(draft->account->entity_id, "https://imagekit.io/saml/consume#acme");
    assert_string_equal(draft->account->idp_entity_id, "https://new.acme.example/");
    assert_string_equal(draft->account->metadata, "<EntityDescriptor entityID='https://new.acme.example/'/>");
    assert_int_equal(draft->account->domains->nelts, 2);
    assert_string_equal(ik_option_text(&draft->account->options, database->p), "force-authn=on sha1=2023-12-31");
    assert_string_equal(draft->account->rules, "");
}

static void opens_what_version_4_wrote(void **state)
{
    database_t *database = *state;
    ik_previous_t *previous;
    ik_invite_t *invite;
    apr_array_header_t *hosts;

    upgrade_from(database, 4);
    check_old_draft(database);
    assert_int_equal(ik_store_previous_get(&previous, database->db, "acme", database->p), APR_SUCCESS);
    assert_null(previous->entity_id);
    assert_string_equal(previous->metadata, "<EntityDescriptor entityID='https://old.acme.example/'/>");
    assert_string_equal(ik_option_text(&previous->options, database->p), "unsolicited=refuse");
    assert_int_equal(previous->replaced, 1700000000000002);
    assert_string_equal(previous->rules, "");
    assert_int_equal(ik_store_invite_get(&invite, database->db,
                     "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", database->p), APR_SUCCESS);
    assert_string_equal(invite->author, "zoe@acme.example");
    assert_true(invite->used == 1700000970000000 && invite->revoked == 0 && invite->expires == 1700605760000000);
    assert_int_equal(ik_store_host_list(&hosts, database->db, database->p), APR_SUCCESS);
    assert_string_equal(APR_ARRAY_IDX(hosts, 0, ik_known_host_t *)->origin, "https://imagekit.io");
    assert_string_equal(APR_ARRAY_IDX(hosts, 0, ik_known_host_t *)->settings, "");
    check_new_in_version_5(database);
    check_new_in_version_6(database);
}

static void opens_what_version_5_wrote(void **state)
{
    database_t *database = *state;
    const char *fingerprint;
    ik_account_t *account;
    ik_trace_t *trace;
    ik_source_t *source;
    ik_user_t *user;
    apr_time_t at;

    upgrade_from(database, 5);
    check_old_draft(database);
    assert_int_equal(ik_store_account_get(&account, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(account->rules, "claim groups");
    assert_int_equal(ik_store_user_get(&user, database->db, "acme", "zoe@acme.example", database->p), APR_SUCCESS);
    assert_string_equal(user->received, "groups=x");
    assert_int_equal(ik_store_trace_get(&trace, database->db, "TrAcEfGhIjKlMnOpQrStUv", database->p), APR_SUCCESS);
    assert_string_equal(trace->detail, "3 minutes");
    assert_int_equal(ik_store_source_get(&source, database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(source->next, 1700003600000000);
    assert_int_equal(ik_store_verified_get(&fingerprint, &at, database->db, "acme", database->p), APR_SUCCESS);
    assert_string_equal(fingerprint, "aa");
    assert_int_equal(ik_store_warned_put(database->db, "acme", "aa", 30, 1000, database->p), APR_EEXIST);
    check_new_in_version_6(database);
}

#define ON_EMPTY(test) cmocka_unit_test_setup_teardown(test, empty_database, drop_database)
#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EMPTY(creates_the_tables_of_an_empty_database),
        ON_FRESH(leaves_current_tables_alone),
        ON_FRESH(refuses_tables_newer_than_the_program),
        ON_EMPTY(refuses_tables_of_somebody_else),
        ON_EMPTY(keeps_nothing_of_an_upgrade_that_fails),
        ON_EMPTY(opens_what_version_1_wrote),
        ON_EMPTY(opens_what_version_2_wrote),
        ON_EMPTY(opens_what_version_3_wrote),
        ON_EMPTY(ends_the_tolerances_of_version_3_in_time),
        ON_EMPTY(opens_what_version_4_wrote),
        ON_EMPTY(opens_what_version_5_wrote),
    };

    return run_on_databases(tests);
}
