/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of identity providers: whoever writes metadata keeps when they end, and people are told in time, once. */
#include "accounts_scene.h"
#include "audit_log.h"
#include "fetch/fetch.h"
#include "sso/certificates.h"
#include "sso/refresh.h"
#include "store/certificate.h"
#include "store/outbox.h"
#include "store/source.h"

#define DAY apr_time_from_sec(86400)

static const struct ik_audit_t somewhere = { keep_line, NULL };     /* never called: lines take the way of the outbox */

static ik_ctx_t at(const database_t *database, double days)
{
    ik_ctx_t ctx = context(database);

    ctx.now += (apr_time_t)(days * (double)DAY);
    ctx.audit = &somewhere;
    return ctx;
}

/* ---- kept */

static apr_int64_t known(const database_t *database, const char *account)
{
    return ask_sql(database, apr_pstrcat(database->p, "SELECT count(*) FROM ik_certificate WHERE account = '", account, "'", NULL));
}

static void keeps_what_is_added_changed_rolled_back_and_deleted(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t change = with_metadata(database, "elliptic-curves.xml"), renamed = { .name = "New" };
    ik_accounts_result_t result;

    add_with(database, "acme", "entra.xml");
    assert_int_equal(known(database, "acme"), 2);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &change), APR_SUCCESS);
    assert_int_equal(known(database, "acme"), 3);
    assert_int_equal(ik_accounts_set(&result, &ctx, "acme", &renamed), APR_SUCCESS);
    assert_int_equal(ik_accounts_enable(&result, &ctx, "acme", 1), APR_SUCCESS);
    assert_int_equal(known(database, "acme"), 3);
    assert_int_equal(ik_accounts_roll_back(&result, &ctx, "acme", 0), APR_SUCCESS);
    assert_int_equal(known(database, "acme"), 2);
    assert_int_equal(ik_accounts_forget_metadata(&result, &ctx, "acme"), APR_SUCCESS);
    assert_int_equal(known(database, "acme"), 0);
    add(database, "globex", NULL);
    assert_int_equal(known(database, "globex"), 0);
}

static void keeps_what_is_fetched(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    const char *xml = with_metadata(database, "entra.xml").metadata;
    const ik_source_t source = { .account = "acme", .url = "https://idp", .etag = "", .failure = "" };
    ik_fetched_t fetched = { .etag = "", .max_age = -1 };
    ik_accounts_result_t result;

    add_with(database, "acme", "entra.xml");
    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_certificates_put(database->db, "acme", NULL, database->p), APR_SUCCESS);
    fetched.bytes = apr_pstrcat(database->p, xml, "<!-- another -->", NULL);
    fetched.len = strlen(fetched.bytes);
    assert_int_equal(ik_refresh_settle(&result, &ctx, &source, APR_SUCCESS, &fetched), APR_SUCCESS);
    assert_string_equal(result.source->failure, "");
    assert_int_equal(known(database, "acme"), 2);
}

static void shows_the_first_and_the_last_end_in_lists(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    apr_array_header_t *accounts;
    ik_accounts_result_t shown, result;
    apr_time_t first = APR_INT64_MAX, last = 0;
    const ik_account_t *account;

    add_with(database, "acme", "entra.xml");
    assert_int_equal(ik_accounts_get(&shown, &ctx, "acme"), APR_SUCCESS);
    for (int i = 0; i < shown.report->idp->signing->nelts; i++) {
        const ik_certificate_t *one = APR_ARRAY_IDX(shown.report->idp->signing, i, const ik_certificate_t *);

        first = one->not_after < first ? one->not_after : first;
        last = one->not_after > last ? one->not_after : last;
    }
    assert_int_equal(ik_accounts_list(&accounts, &result, &ctx), APR_SUCCESS);
    account = APR_ARRAY_IDX(accounts, 0, const ik_account_t *);
    assert_true(account->first_end == first && account->last_end == last);
}

/* What an older program left: more of it than is read at a time, and one that nobody can read. */
static void reads_what_was_saved_before_they_were_kept(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = at(database, 0);
    const char *said = "";
    int told;

    add_with(database, "acme", "entra.xml");
    add_with(database, "bad", "entra.xml");
    run_sql(database, "UPDATE ik_account SET metadata = '<m/>' WHERE id = 'bad'");
    run_sql(database, "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 47) INSERT INTO ik_account (id, name, "
            "enabled, version, metadata, idp_entity_id, domains, created, changed) SELECT 'b' || i, '', 1, i, metadata, "
            "idp_entity_id, '', 1, 1 FROM t, ik_account WHERE id = 'acme'");
    run_sql(database, "DELETE FROM ik_certificate");
    for (int turns = 0; !ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'certificates'"); turns++) {
        assert_in_range(turns, 0, 100);
        assert_int_equal(ik_certificates_look(&told, &ctx, &said), APR_SUCCESS);
    }
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_certificate WHERE account <> 'bad'"), 96);
    assert_int_equal(ask_sql(database, "SELECT ends FROM ik_certificate WHERE account = 'bad'"), 0);
    assert_int_equal(ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'certificates'"), NOW);
}

/* ---- told */

/* An account with a certificate that ends that many days after NOW. */
static void has_until(const database_t *database, const char *account, const char *fingerprint, double days)
{
    run_sql(database, apr_psprintf(database->p, "INSERT INTO ik_certificate (account, fingerprint, ends) VALUES ('%s', '%s', %"
                                   APR_INT64_T_FMT ")", account, fingerprint, NOW + (apr_time_t)(days * (double)DAY)));
}

/* Past the store, whose connection then has nothing in memory that processes of a race would inherit. */
static void make_account(const database_t *database, const char *id)
{
    run_sql(database, apr_psprintf(database->p, "INSERT INTO ik_account (id, name, enabled, version, metadata, idp_entity_id, "
                                   "domains, created, changed) VALUES ('%s', '', 1, 1, '<m/>', 'https://idp/%s', '', 1, 1)", id, id));
    run_sql(database, "UPDATE ik_meta SET value = 1 WHERE name = 'certificates'");
}

static apr_status_t take(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_array_header_t *lines;
    const char **said = arg;
    apr_status_t rv = ik_store_outbox_take(&lines, db, 10000, p);

    for (int i = 0; rv == APR_SUCCESS && i < lines->nelts; i++)
        *said = apr_pstrcat(p, *said, APR_ARRAY_IDX(lines, i, const char *), NULL);
    return rv;
}

/* What is told that many days after NOW: of every line what follows the word "event". */
static const char *told(const database_t *database, double days)
{
    const ik_ctx_t ctx = at(database, days);
    audit_log_t log = { .lines = "" };
    const char *said = "";
    int count;

    assert_int_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, take, &log.lines, database->p), APR_SUCCESS);
    return taken(&log, database->p);
}

#define LINE(account, key, detail, days) \
    "certificate_expires\",\"by\":\"server\",\"account\":\"" account "\",\"idp\":\"https://idp/" account "\",\"subject\":\"" key \
    "\",\"detail\":\"expires on " detail "\",\"days\":" #days "\n"
#define ALONE "2027-04-25; none that is listed is good for longer"

/* NOW is 2027-01-15; an hour between two looks, which is how late they may be. */
static void tells_when_30_7_and_1_days_remain(void **state)
{
    const database_t *database = *state;
    static const struct { double left; const char *line; } rows[] = {
        { 40, "" }, { 30.1, "" }, { 29.99, LINE("acme", "aa", ALONE, 30) }, { 29, "" }, { 8, "" }, { 7.01, "" },
        { 6.96, LINE("acme", "aa", ALONE, 7) }, { 6, "" }, { 1.2, "" }, { 0.99, LINE("acme", "aa", ALONE, 1) }, { 0.5, "" }, { 0, "" },
        { -1, "" }, { -30, "" },
    };

    make_account(database, "acme");
    has_until(database, "acme", "aa", 100);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_string_equal(told(database, 100 - rows[i].left), rows[i].line);
}

static void tells_only_the_smallest_of_what_is_first_seen_late(void **state)
{
    const database_t *database = *state;

    make_account(database, "acme");
    make_account(database, "globex");
    has_until(database, "acme", "aa", 100);
    has_until(database, "acme", "bb", 100.0 + 365);
    has_until(database, "globex", "aa", 100.5);
    assert_string_equal(told(database, 97.5),
                        LINE("acme", "aa", "2027-04-25; another one that is listed is good until 2028-04-24", 3)
                        LINE("globex", "aa", "2027-04-25; none that is listed is good for longer", 3));
    assert_string_equal(told(database, 98), "");
    assert_string_equal(told(database, 99.6),
                        LINE("acme", "aa", "2027-04-25; another one that is listed is good until 2028-04-24", 1)
                        LINE("globex", "aa", "2027-04-25; none that is listed is good for longer", 1));
}

static void looks_once_an_hour_and_again_when_a_clock_was_set_back(void **state)
{
    const database_t *database = *state;
    const double hour = 1.0 / 24;

    make_account(database, "acme");
    assert_string_equal(told(database, 10), "");
    has_until(database, "acme", "aa", 20);
    assert_string_equal(told(database, 10 + hour * 0.9), "");
    assert_string_equal(told(database, 9), LINE("acme", "aa", "2027-02-04; none that is listed is good for longer", 11));
    has_until(database, "acme", "bb", 20);
    assert_string_equal(told(database, 9 + hour * 0.9), "");
    assert_string_equal(told(database, 9 + hour), LINE("acme", "bb", "2027-02-04; none that is listed is good for longer", 11));
}

static void tells_of_more_than_a_batch_each_once(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = at(database, 0);
    const char *said = "";
    int count;

    make_account(database, "acme");
    run_sql(database, apr_psprintf(database->p, "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 250) "
            "INSERT INTO ik_certificate (account, fingerprint, ends) SELECT 'acme', 'c' || i, %" APR_INT64_T_FMT " FROM t",
            NOW + 20 * DAY));
    for (int sum = 0, turns = 0; sum < 250; sum += count) {
        assert_in_range(turns++, 0, 100);
        assert_int_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    }
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_outbox"), 250);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_warned WHERE days = 30"), 250);
    assert_int_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    assert_int_equal(count, 0);
}

/* What an older program left may take many turns to read, or be in the way of it. */
static void tells_what_is_known_before_it_reads_the_rest(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = at(database, 0);
    const char *said = "";
    int count;

    make_account(database, "acme");
    make_account(database, "globex");
    has_until(database, "globex", "aa", 5);
    run_sql(database, "UPDATE ik_meta SET value = 0 WHERE name = 'certificates'");
    run_sql(database, "ALTER TABLE ik_account RENAME COLUMN rules TO elsewhere");
    assert_int_not_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    assert_int_equal(count, 1);
    run_sql(database, "ALTER TABLE ik_account RENAME COLUMN elsewhere TO rules");
    assert_string_equal(told(database, 0), LINE("globex", "aa", "2027-01-20; none that is listed is good for longer", 5));
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_warned"), 1);
    assert_int_equal(ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'certificates'"), NOW);
}

/* Each turn has some left to read, of which none is spent on what was read before. */
static void reads_what_cannot_be_read_once(void **state)
{
    const database_t *database = *state;
    apr_int64_t left = 500, before;

    add_with(database, "acme", "entra.xml");
    run_sql(database, "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 500) INSERT INTO ik_account (id, name, "
            "enabled, version, metadata, idp_entity_id, domains, created, changed) SELECT 'b' || i, '', 1, i, "
            "replace(metadata, '<IDPSSODescriptor', '<SPSSODescriptor'), idp_entity_id, '', 1, 1 FROM t, ik_account WHERE id = 'acme'");
    while (left > 0) {
        assert_string_equal(told(database, 0), "");
        before = left;
        left = 500 - ask_sql(database, "SELECT count(*) FROM ik_certificate WHERE fingerprint = ''");
        assert_true(left < before);
    }
    assert_string_equal(told(database, 0), "");
    assert_int_equal(ask_sql(database, "SELECT value FROM ik_meta WHERE name = 'certificates'"), NOW);
}

/* Each process has a store of its own, as another machine has. */
static apr_status_t look_too(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const database_t *database = arg;
    ik_ctx_t ctx = at(database, 0);
    const char *said = "";
    apr_status_t rv;
    int count;

    (void)db;
    ctx.p = p;
    ctx.store = open_store(database->spec, 2, p);
    rv = ik_certificates_look(&count, &ctx, &said);
    return rv == APR_SUCCESS && !count ? APR_EEXIST : rv;
}

static void tells_once_however_many_look_at_the_same_time(void **state)
{
    database_t *database = *state;

    make_account(database, "acme");
    has_until(database, "acme", "aa", 5);
    assert_int_equal(race(database, look_too, database, APR_EEXIST), 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_outbox"), 1);
}

/* Without an audit log the log has it, and nothing waits for somebody who never comes. */
static void leaves_no_line_where_there_is_no_audit_log(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = context(database);
    const char *said = "";
    int count;

    make_account(database, "acme");
    has_until(database, "acme", "aa", 5);
    assert_int_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    assert_int_equal(count, 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_outbox"), 0);
}

static void tells_later_what_the_database_did_not_take(void **state)
{
    const database_t *database = *state;
    ik_ctx_t ctx = at(database, 0);
    const char *said = "";
    int count;

    make_account(database, "acme");
    has_until(database, "acme", "aa", 5);
    run_sql(database, "ALTER TABLE ik_outbox RENAME TO away");
    assert_int_not_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    assert_non_null(strstr(said, "ik_outbox"));
    assert_int_equal(count, 0);
    run_sql(database, "ALTER TABLE away RENAME TO ik_outbox");
    ctx.store = open_store(database->spec, 2, database->p);
    assert_int_equal(ik_certificates_look(&count, &ctx, &said), APR_SUCCESS);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(keeps_what_is_added_changed_rolled_back_and_deleted),
        ON_FRESH(keeps_what_is_fetched),
        ON_FRESH(shows_the_first_and_the_last_end_in_lists),
        ON_FRESH(reads_what_was_saved_before_they_were_kept),
        ON_FRESH(tells_when_30_7_and_1_days_remain),
        ON_FRESH(tells_only_the_smallest_of_what_is_first_seen_late),
        ON_FRESH(looks_once_an_hour_and_again_when_a_clock_was_set_back),
        ON_FRESH(tells_of_more_than_a_batch_each_once),
        ON_FRESH(tells_what_is_known_before_it_reads_the_rest),
        ON_FRESH(reads_what_cannot_be_read_once),
        ON_FRESH(tells_once_however_many_look_at_the_same_time),
        ON_FRESH(leaves_no_line_where_there_is_no_audit_log),
        ON_FRESH(tells_later_what_the_database_did_not_take),
    };

    return run_on_databases(tests);
}
