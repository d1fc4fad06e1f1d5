/* SPDX-License-Identifier: Apache-2.0 */
/* When certificates end: kept with their account, listed with it, and found when somebody is to be told. */
#include <apr_strings.h>

#include "database.h"
#include "store/account.h"
#include "store/certificate.h"
#include "store/idp_key.h"

#define DAY apr_time_from_sec(86400)
#define NOW (1000 * DAY)

/* Certificates called by their letters, which end at those days from NOW. */
static apr_array_header_t *list(const database_t *database, const char *letters, const int *days)
{
    apr_array_header_t *all = apr_array_make(database->p, 4, sizeof(ik_certificate_t *));

    for (int i = 0; letters[i]; i++) {
        ik_certificate_t *certificate = apr_pcalloc(database->p, sizeof *certificate);

        certificate->fingerprint = apr_pstrmemdup(database->p, &letters[i], 1);
        certificate->not_after = NOW + days[i] * DAY;
        APR_ARRAY_PUSH(all, ik_certificate_t *) = certificate;
    }
    return all;
}

static void put(const database_t *database, const char *account, const char *letters, const int *days)
{
    assert_int_equal(ik_store_certificates_put(database->db, account, list(database, letters, days), database->p), APR_SUCCESS);
}

/* "acme a, globex b": what ends in that span of days. */
static const char *ending(const database_t *database, int after, int until, int told, int limit)
{
    apr_array_header_t *endings;
    const char *said = "";

    assert_int_equal(ik_store_certificates_ending(&endings, database->db, NOW + after * DAY, NOW + until * DAY, told, limit,
                                                  database->p), APR_SUCCESS);
    for (int i = 0; i < endings->nelts; i++) {
        const ik_ending_t *one = &APR_ARRAY_IDX(endings, i, ik_ending_t);

        said = apr_pstrcat(database->p, said, *said ? ", " : "", one->account, " ", one->fingerprint, NULL);
    }
    return said;
}

static void name_providers(const database_t *database)
{
    run_sql(database, "UPDATE ik_account SET metadata = '<m/>', idp_entity_id = 'https://idp/' || id");
}

static void finds_what_ends_in_a_span_the_soonest_first(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *endings;
    const ik_ending_t *first;

    name_providers(database);
    put(database, "acme", "abc", (int[]){ 20, 700, -3 });
    put(database, "globex", "a", (int[]){ 10 });
    assert_string_equal(ending(database, 0, 30, 30, 10), "globex a, acme a");
    assert_string_equal(ending(database, 0, 30, 30, 1), "globex a");
    assert_string_equal(ending(database, 10, 20, 30, 10), "acme a");
    assert_string_equal(ending(database, 0, 9, 30, 10), "");
    assert_int_equal(ik_store_certificates_ending(&endings, database->db, NOW, NOW + 20 * DAY, 30, 10, database->p), APR_SUCCESS);
    first = &APR_ARRAY_IDX(endings, 1, ik_ending_t);
    assert_string_equal(first->idp, "https://idp/acme");
    assert_true(first->ends == NOW + 20 * DAY && first->last == NOW + 700 * DAY);
}

static void leaves_out_of_what_somebody_was_told(void **state)
{
    const database_t *database = *state;

    name_providers(database);
    put(database, "acme", "a", (int[]){ 5 });
    put(database, "globex", "a", (int[]){ 5 });
    assert_int_equal(ik_store_warned_put(database->db, "acme", "a", 30, NOW, database->p), APR_SUCCESS);
    assert_string_equal(ending(database, 0, 7, 7, 10), "acme a, globex a");
    assert_string_equal(ending(database, 0, 30, 30, 10), "globex a");
    assert_int_equal(ik_store_warned_put(database->db, "acme", "a", 1, NOW, database->p), APR_SUCCESS);
    assert_string_equal(ending(database, 0, 7, 7, 10), "globex a");
}

static void leaves_out_accounts_that_are_disabled(void **state)
{
    const database_t *database = *state;

    put(database, "acme", "a", (int[]){ 5 });
    run_sql(database, "UPDATE ik_account SET enabled = 0 WHERE id = 'acme'");
    assert_string_equal(ending(database, 0, 30, 30, 10), "");
}

static void replaces_and_forgets(void **state)
{
    const database_t *database = *state;

    put(database, "acme", "ab", (int[]){ 1, 2 });
    put(database, "acme", "b", (int[]){ 3 });
    assert_string_equal(ending(database, 0, 30, 30, 10), "acme b");
    assert_int_equal(ik_store_certificates_put(database->db, "acme", NULL, database->p), APR_SUCCESS);
    assert_string_equal(ending(database, 0, 30, 30, 10), "");
    put(database, "acme", "b", (int[]){ 3 });
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_certificate"), 0);
}

static apr_status_t keep_ends(void *arg, const ik_account_t *account)
{
    apr_time_t *ends = arg;
    int at = strcmp(account->id, "acme") == 0 ? 0 : 2;

    ends[at] = account->first_end;
    ends[at + 1] = account->last_end;
    return APR_SUCCESS;
}

static void lists_accounts_with_the_first_and_the_last_end(void **state)
{
    const database_t *database = *state;
    apr_time_t ends[4] = { 1, 1, 1, 1 };

    put(database, "acme", "abc", (int[]){ 20, 700, -3 });
    assert_int_equal(ik_store_account_each(database->db, keep_ends, ends, database->p), APR_SUCCESS);
    assert_true(ends[0] == NOW - 3 * DAY && ends[1] == NOW + 700 * DAY);
    assert_true(ends[2] == 0 && ends[3] == 0);
}

static void finds_accounts_whose_certificates_nobody_knows(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *ids;

    assert_int_equal(ik_store_certificates_unknown(&ids, database->db, "", 10, database->p), APR_SUCCESS);
    assert_int_equal(ids->nelts, 0);
    name_providers(database);
    assert_int_equal(ik_store_certificates_unknown(&ids, database->db, "", 1, database->p), APR_SUCCESS);
    assert_string_equal(APR_ARRAY_IDX(ids, 0, const char *), "acme");
    assert_int_equal(ik_store_certificates_unknown(&ids, database->db, "acme", 10, database->p), APR_SUCCESS);
    assert_int_equal(ids->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(ids, 0, const char *), "globex");
    put(database, "globex", "a", (int[]){ 3 });
    assert_int_equal(ik_store_certificates_unknown(&ids, database->db, "acme", 10, database->p), APR_SUCCESS);
    assert_int_equal(ids->nelts, 0);
}

static void forgets_no_account_whose_metadata_tells_of_none(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *ids;

    name_providers(database);
    assert_int_equal(ik_store_certificates_put_none(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(ik_store_certificates_unknown(&ids, database->db, "", 10, database->p), APR_SUCCESS);
    assert_int_equal(ids->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(ids, 0, const char *), "globex");
    assert_string_equal(ending(database, -1000, 1000, 30, 10), "");
    put(database, "acme", "a", (int[]){ 3 });
    assert_string_equal(ending(database, -1000, 1000, 30, 10), "acme a");
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_certificate"), 1);
}

static void remembers_when_somebody_looked(void **state)
{
    const database_t *database = *state;
    apr_time_t looked = 1;

    assert_int_equal(ik_store_certificates_looked(&looked, database->db, database->p), APR_SUCCESS);
    assert_int_equal(looked, 0);
    assert_int_equal(ik_store_certificates_look(database->db, NOW, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_certificates_looked(&looked, database->db, database->p), APR_SUCCESS);
    assert_int_equal(looked, NOW);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *all;
    ik_db_t *dbs[4];
    apr_time_t looked;

    acquire_fresh(dbs, 4, database);
    run_sql(database, "DROP TABLE ik_certificate");
    assert_int_equal(ik_store_certificates_put(dbs[0], "acme", NULL, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_certificates_ending(&all, dbs[1], 0, 1, 1, 1, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_certificates_unknown(&all, dbs[2], "", 1, database->p), APR_EGENERAL);
    run_sql(database, "DROP TABLE ik_meta");
    assert_int_equal(ik_store_certificates_looked(&looked, dbs[3], database->p), APR_EGENERAL);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(finds_what_ends_in_a_span_the_soonest_first),
        ON_TWO(leaves_out_of_what_somebody_was_told),
        ON_TWO(leaves_out_accounts_that_are_disabled),
        ON_TWO(replaces_and_forgets),
        ON_TWO(lists_accounts_with_the_first_and_the_last_end),
        ON_TWO(finds_accounts_whose_certificates_nobody_knows),
        ON_TWO(forgets_no_account_whose_metadata_tells_of_none),
        ON_TWO(remembers_when_somebody_looked),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
