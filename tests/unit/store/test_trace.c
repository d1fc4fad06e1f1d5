/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of refused logins: found by id and by account, kept within bounds; verified ones are given up last. */
#include <apr_strings.h>

#include "database.h"
#include "store/account.h"
#include "store/trace.h"

#define NOW apr_time_from_sec(1700000000)

static const ik_trace_t usual = { .id = "AbCdEfGhIjKlMnOpQrStUv", .account = "acme", .at = NOW, .endpoint = "consume",
                                  .reason = IK_REASON_EXPIRED, .issuer = "https://idp", .detail = "late",
                                  .client = "192.0.2.1" };

static void keep(const database_t *database, const char *account, int verified, int number, apr_time_t first)
{
    for (int i = 0; i < number; i++) {
        ik_trace_t trace = usual;

        trace.id = apr_psprintf(database->p, "%s-%d-%" APR_TIME_T_FMT, account, verified, first + i);
        trace.account = account;
        trace.verified = verified;
        trace.at = first + i;
        assert_int_equal(ik_store_trace_put(&trace, database->db, database->p), APR_SUCCESS);
    }
}

static apr_int64_t left(const database_t *database, const char *account, int verified)
{
    return ask_sql(database, apr_psprintf(database->p, "SELECT count(*) FROM ik_trace WHERE account = '%s' "
                                          "AND verified = %d", account, verified));
}

static apr_int64_t oldest(const database_t *database, const char *account, int verified)
{
    return ask_sql(database, apr_psprintf(database->p, "SELECT min(at) FROM ik_trace WHERE account = '%s' "
                                          "AND verified = %d", account, verified));
}

static void gives_back_what_was_noted(void **state)
{
    static const ik_trace_t full = { .id = "AbCdEfGhIjKlMnOpQrStUv", .account = "acme", .at = NOW + 1, .verified = 1,
                                     .reason = IK_REASON_ROLE_FORBIDDEN, .endpoint = "consume", .client = "2001:db8::1",
                                     .issuer = "https://idp.example/\xc3\xa4",
                                     .detail = "got 'x\n\"', \xf0\x9f\x98\x80" };
    const database_t *database = *state;
    ik_trace_t *trace;

    assert_int_equal(ik_store_trace_put(&full, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_trace_get(&trace, database->db, full.id, database->p), APR_SUCCESS);
    assert_string_equal(trace->id, full.id);
    assert_string_equal(trace->account, "acme");
    assert_string_equal(trace->endpoint, "consume");
    assert_string_equal(trace->issuer, full.issuer);
    assert_string_equal(trace->detail, full.detail);
    assert_string_equal(trace->client, "2001:db8::1");
    assert_true(trace->at == NOW + 1 && trace->verified == 1 && trace->reason == IK_REASON_ROLE_FORBIDDEN);
}

static void keeps_every_reason_by_its_word(void **state)
{
    const database_t *database = *state;
    ik_trace_t trace = usual, *kept;

    for (int reason = 0; reason < IK_REASON_COUNT; reason++) {
        trace.id = apr_psprintf(database->p, "%d", reason);
        trace.reason = (ik_reason_t)reason;
        assert_int_equal(ik_store_trace_put(&trace, database->db, database->p), APR_SUCCESS);
        assert_int_equal(ik_store_trace_get(&kept, database->db, trace.id, database->p), APR_SUCCESS);
        assert_int_equal(kept->reason, reason);
    }
    run_sql(database, "UPDATE ik_trace SET reason = 'of_a_newer_program' WHERE id = '0'");
    assert_int_equal(ik_store_trace_get(&kept, database->db, "0", database->p), APR_SUCCESS);
    assert_int_equal(kept->reason, IK_REASON_COUNT);
}

static void keeps_the_first_of_an_id(void **state)
{
    const database_t *database = *state;
    ik_trace_t other = usual, *trace;

    other.detail = "another";
    assert_int_equal(ik_store_trace_put(&usual, database->db, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_trace_put(&other, database->db, database->p), APR_EEXIST);
    assert_int_equal(ik_store_trace_get(&trace, database->db, usual.id, database->p), APR_SUCCESS);
    assert_string_equal(trace->detail, "late");
    assert_int_equal(ik_store_trace_get(&trace, database->db, "abcdefghijklmnopqrstuv", database->p), APR_NOTFOUND);
    assert_null(trace);
}

static void lists_the_newest_of_an_account(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *traces;

    keep(database, "acme", 0, 3, 10);
    keep(database, "acme", 1, 1, 11);
    keep(database, "", 0, 1, 12);
    assert_int_equal(ik_store_trace_list(&traces, database->db, "acme", 0, 3, database->p), APR_SUCCESS);
    assert_int_equal(traces->nelts, 3);
    assert_string_equal(APR_ARRAY_IDX(traces, 0, ik_trace_t *)->id, "acme-0-12");
    assert_string_equal(APR_ARRAY_IDX(traces, 1, ik_trace_t *)->id, "acme-1-11");
    assert_string_equal(APR_ARRAY_IDX(traces, 2, ik_trace_t *)->id, "acme-0-11");
    assert_int_equal(ik_store_trace_list(&traces, database->db, "acme", 11, 3, database->p), APR_SUCCESS);
    assert_int_equal(traces->nelts, 1);
    assert_int_equal(ik_store_trace_list(&traces, database->db, "", 0, 3, database->p), APR_SUCCESS);
    assert_int_equal(traces->nelts, 1);
    assert_int_equal(ik_store_trace_list(&traces, database->db, "globex", 0, 3, database->p), APR_SUCCESS);
    assert_int_equal(traces->nelts, 0);
}

static void gives_up_what_nobody_signed_first(void **state)
{
    const database_t *database = *state;
    int gone = 0;

    keep(database, "acme", 1, 6, 10);
    keep(database, "acme", 0, 8, 100);
    keep(database, "globex", 0, 9, 1);
    assert_int_equal(ik_store_trace_bound(&gone, database->db, "acme", 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 4);
    assert_int_equal(left(database, "acme", 1), 6);
    assert_int_equal(left(database, "acme", 0), 4);
    assert_int_equal(oldest(database, "acme", 0), 104);
    assert_int_equal(left(database, "globex", 0), 9);
    assert_int_equal(ik_store_trace_bound(&gone, database->db, "acme", 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
}

/* An account whose key was replaced must find why, though many of its people met something else before. */
static void leaves_a_fifth_to_what_nobody_signed(void **state)
{
    const database_t *database = *state;
    int gone = 0;

    keep(database, "acme", 1, 12, 10);
    keep(database, "acme", 0, 3, 100);
    assert_int_equal(ik_store_trace_bound(&gone, database->db, "acme", 10, database->p), APR_SUCCESS);
    assert_int_equal(gone, 5);
    assert_int_equal(left(database, "acme", 1), 8);
    assert_int_equal(oldest(database, "acme", 1), 14);
    assert_int_equal(left(database, "acme", 0), 2);
    assert_int_equal(oldest(database, "acme", 0), 101);
}

static void bounds_all_bit_by_bit(void **state)
{
    const database_t *database = *state;
    int gone = 0;

    keep(database, "acme", 1, 5, 10);
    keep(database, "globex", 0, 9, 20);
    keep(database, "", 0, 9, 40);
    assert_int_equal(ik_store_trace_bound_all(&gone, database->db, 10, 4, database->p), APR_SUCCESS);
    assert_int_equal(gone, 4);
    assert_int_equal(oldest(database, "globex", 0), 24);
    assert_int_equal(ik_store_trace_bound_all(&gone, database->db, 10, 100, database->p), APR_SUCCESS);
    assert_int_equal(gone, 9);
    assert_int_equal(left(database, "acme", 1), 5);
    assert_int_equal(left(database, "", 0), 5);
}

static void forgets_what_is_old(void **state)
{
    const database_t *database = *state;
    int gone = 0;

    keep(database, "acme", 1, 5, 10);
    assert_int_equal(ik_store_trace_expire(&gone, database->db, 14, 3, database->p), APR_SUCCESS);
    assert_int_equal(gone, 3);
    assert_int_equal(oldest(database, "acme", 1), 13);
    assert_int_equal(ik_store_trace_expire(&gone, database->db, 14, 3, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
    assert_int_equal(oldest(database, "acme", 1), 14);
}

static void goes_with_its_account(void **state)
{
    const database_t *database = *state;

    keep(database, "acme", 1, 2, 10);
    keep(database, "globex", 1, 2, 10);
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_SUCCESS);
    assert_int_equal(left(database, "acme", 1), 0);
    assert_int_equal(left(database, "globex", 1), 2);
    assert_int_equal(ik_store_account_delete(database->db, "acme", database->p), APR_NOTFOUND);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    apr_array_header_t *traces;
    ik_trace_t *trace;
    ik_db_t *dbs[5];
    int gone = 1;

    acquire_fresh(dbs, 5, database);
    run_sql(database, "DROP TABLE ik_trace");
    assert_int_equal(ik_store_trace_put(&usual, dbs[0], database->p), APR_EGENERAL);
    assert_int_equal(ik_store_trace_get(&trace, dbs[1], usual.id, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_trace_list(&traces, dbs[2], "acme", 0, 5, database->p), APR_EGENERAL);
    assert_int_equal(ik_store_trace_bound(&gone, dbs[3], "acme", 5, database->p), APR_EGENERAL);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_trace_expire(&gone, dbs[4], 5, 5, database->p), APR_EGENERAL);
}

#define ON_TWO(test) cmocka_unit_test_setup_teardown(test, two_accounts, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TWO(gives_back_what_was_noted),
        ON_TWO(keeps_every_reason_by_its_word),
        ON_TWO(keeps_the_first_of_an_id),
        ON_TWO(lists_the_newest_of_an_account),
        ON_TWO(gives_up_what_nobody_signed_first),
        ON_TWO(leaves_a_fifth_to_what_nobody_signed),
        ON_TWO(bounds_all_bit_by_bit),
        ON_TWO(forgets_what_is_old),
        ON_TWO(goes_with_its_account),
        ON_TWO(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
