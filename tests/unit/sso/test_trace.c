/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of refused logins: cleaned, written in bounds, kept while the database is gone, found by their id. */
#include "machine.h"
#include "shm/traces.h"
#include "sso/trace.h"
#include "store/account.h"
#include "store/trace.h"

#define ID "AbCdEfGhIjKlMnOpQrStUv"

static const ik_trace_t usual = { .id = ID, .account = "acme", .at = NOW, .endpoint = "consume", .issuer = "https://idp",
                                  .reason = IK_REASON_EXPIRED, .detail = "late", .client = "192.0.2.1" };

/* A machine that notes traces, and counts. */
static machine_t *tracing(void **state)
{
    machine_t *machine = make_machine(*state, 0);

    assert_int_equal(ik_traces_create(&machine->ctx.traces, machine->ctx.p), APR_SUCCESS);
    assert_int_equal(ik_counters_create(&machine->ctx.counters, machine->ctx.p), APR_SUCCESS);
    return machine;
}

static void flush(const machine_t *machine)
{
    const char *problem;

    assert_int_equal(ik_trace_flush(&machine->ctx, &problem), APR_SUCCESS);
    assert_string_equal(problem, "");
}

static const ik_trace_t *get(const machine_t *machine, const char *account, const char *id)
{
    ik_accounts_result_t result;
    const ik_trace_t *trace;
    apr_status_t rv = ik_trace_get(&trace, &result, &machine->ctx, account, id);

    assert_true(rv == APR_SUCCESS || rv == IK_REFUSED);
    if (rv == IK_REFUSED)
        assert_string_equal(result.code, "trace_not_found");
    return trace;
}

static void note_many(const machine_t *machine, const char *account, int verified, int first, int number)
{
    ik_trace_t trace = usual;

    trace.account = account;
    trace.verified = verified;
    for (int i = first; i < first + number; i++) {
        trace.id = apr_psprintf(machine->ctx.p, "%d", i);
        trace.at = NOW + i;
        ik_trace_note(&machine->ctx, &trace);
        if (i % 100 == 99)
            flush(machine);
    }
    flush(machine);
}

static void is_found_by_its_id_once_it_was_written(void **state)
{
    machine_t *machine = tracing(state);
    const ik_trace_t *trace;

    ik_trace_note(&machine->ctx, &usual);
    assert_null(get(machine, NULL, ID));
    flush(machine);
    trace = get(machine, NULL, ID);
    assert_non_null(trace);
    assert_string_equal(trace->detail, "late");
    assert_true(trace->reason == IK_REASON_EXPIRED && trace->at == NOW && !trace->verified);
    assert_non_null(get(machine, "acme", ID));
    assert_null(get(machine, "globex", ID));
    assert_null(get(machine, "", ID));
    assert_null(get(machine, NULL, "AbCdEfGhIjKlMnOpQrStU"));
    assert_null(get(machine, NULL, "\xff"));
}

/* What was noted as the first, and what is kept of it. */
static void keeps_nothing_that_could_do_harm(void **state)
{
    static const struct { const char *detail, *kept; } rows[] = {
        { "plain text, \xc3\xa4\xf0\x9f\x98\x80 <b>", "plain text, \xc3\xa4\xf0\x9f\x98\x80 <b>" },
        { "a\x1b[31mb\nc\td\x7f\xc2\x85", "a?[31mb?c?d??" },
        { "bad\xff\xc3 utf-8\xe2\x82", "bad?? utf-8??" },
        { NULL, "" },
    };
    machine_t *machine = tracing(state);
    ik_trace_t trace = usual;

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_trace_t *kept;

        trace.id = apr_psprintf(machine->ctx.p, "%d", (int)i);
        trace.detail = trace.issuer = rows[i].detail;
        ik_trace_note(&machine->ctx, &trace);
        flush(machine);
        kept = get(machine, NULL, trace.id);
        assert_string_equal(kept->detail, rows[i].kept);
        assert_string_equal(kept->issuer, rows[i].kept);
    }
}

static const char *detail_of(const machine_t *machine, const char *detail)
{
    static int number;
    ik_trace_t trace = usual;

    trace.id = apr_psprintf(machine->ctx.p, "d%d", ++number);
    trace.detail = detail;
    ik_trace_note(&machine->ctx, &trace);
    flush(machine);
    return get(machine, NULL, trace.id)->detail;
}

static char *repeat(const char *text, int times, apr_pool_t *p)
{
    const apr_size_t len = strlen(text);
    char *out = apr_pcalloc(p, len * (apr_size_t)times + 1);

    for (int i = 0; i < times; i++)
        memcpy(out + len * (apr_size_t)i, text, len);
    return out;
}

static void keeps_no_credential(void **state)
{
    machine_t *machine = tracing(state);
    apr_pool_t *p = machine->ctx.p;
    const char *hundred = repeat("Ab1+/-_=9z", 10, p), *more = apr_pstrcat(p, hundred, "x", NULL);

    assert_string_equal(detail_of(machine, hundred), hundred);
    assert_string_equal(detail_of(machine, apr_pstrcat(p, "got \"", more, "\".", NULL)), "got \"(101 letters)\".");
    assert_string_equal(detail_of(machine, apr_pstrcat(p, more, " ", more, NULL)), "(101 letters) (101 letters)");
    assert_string_equal(detail_of(machine, repeat("AbCdEfGhIjKl%2BMnOp\r\n", 20, p)), "(420 letters)");
}

static void cuts_at_the_border_of_a_character(void **state)
{
    machine_t *machine = tracing(state);
    apr_pool_t *p = machine->ctx.p;

    assert_int_equal(strlen(detail_of(machine, repeat("\xc3\xa4", 600, p))), 1000);
    assert_int_equal(strlen(detail_of(machine, repeat("\xe2\x82\xac", 600, p))), 999);
    assert_int_equal(strlen(detail_of(machine, repeat(" \xf0\x9f\x98\x80", 300, p))), 1000);
    assert_int_equal(strlen(detail_of(machine, repeat("\xf0\x9f\x98\x80 ", 100000, p))), 1000);
    assert_int_equal(strlen(detail_of(machine, repeat("x ", 100000, p))), 1000);
}

static void belongs_to_what_may_be_an_account(void **state)
{
    static const struct { const char *named, *kept; } rows[] = {
        { "acme", "acme" }, { "nobody", "nobody" }, { NULL, "" }, { "", "" }, { "a b", "" }, { "../x", "" },
    };
    machine_t *machine = tracing(state);
    ik_trace_t trace = usual;

    for (size_t i = 0; i < ROWS(rows); i++) {
        trace.id = apr_psprintf(machine->ctx.p, "%d", (int)i);
        trace.account = rows[i].named;
        ik_trace_note(&machine->ctx, &trace);
        flush(machine);
        assert_string_equal(get(machine, NULL, trace.id)->account, rows[i].kept);
    }
}

static void keeps_no_more_than_agreed_of_an_account(void **state)
{
    machine_t *machine = tracing(state);
    const database_t *database = *state;

    note_many(machine, "acme", 1, 0, 30);
    note_many(machine, "acme", 0, 1000, IK_TRACES_OF_ACCOUNT + 50);
    note_many(machine, NULL, 0, 5000, 20);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace WHERE account = 'acme'"), IK_TRACES_OF_ACCOUNT);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace WHERE account = 'acme' AND verified = 1"), 30);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace WHERE account = ''"), 20);
    assert_null(get(machine, NULL, "1000"));
    assert_non_null(get(machine, NULL, apr_psprintf(machine->ctx.p, "%d", 1000 + IK_TRACES_OF_ACCOUNT + 49)));
}

static void keeps_no_more_than_agreed_in_all(void **state)
{
    machine_t *machine = tracing(state);
    const database_t *database = *state;

    run_sql(database, apr_psprintf(machine->ctx.p, "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t "
            "WHERE i < %d) INSERT INTO ik_trace (id, account, at, reason, endpoint, issuer, detail, client, verified) "
            "SELECT 'old' || i, 'a' || i, i, 'expired', 'consume', '', '', '', 0 FROM t", IK_TRACES_IN_ALL));
    note_many(machine, "acme", 0, 0, 3);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace"), IK_TRACES_IN_ALL);
    assert_int_equal(ask_sql(database, "SELECT min(at) FROM ik_trace"), 4);
    assert_non_null(get(machine, "acme", "2"));
}

static apr_uint64_t lost;

static void see_lost(void *arg, const char *label, apr_uint64_t value)
{
    (void)arg;
    if (strcmp(label, "traces_lost") == 0)
        lost = value;
}

static void waits_for_a_database_that_is_gone(void **state)
{
    machine_t *machine = tracing(state);
    const database_t *database = *state;
    const char *problem;

    ik_trace_note(&machine->ctx, &usual);
    run_sql(database, "ALTER TABLE ik_trace RENAME TO gone");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ik_trace_flush(&machine->ctx, &problem), APR_EGENERAL);
        assert_true(*problem);
    }
    run_sql(database, "ALTER TABLE gone RENAME TO ik_trace");
    flush(machine);
    assert_non_null(get(machine, NULL, ID));
    assert_int_equal(machine->logged, 0);
}

static void counts_what_has_no_room_and_says_so_once(void **state)
{
    machine_t *machine = tracing(state);

    for (int i = 0; i < IK_TRACES_SLOTS; i++)
        ik_trace_note(&machine->ctx, &usual);
    ik_counters_each(machine->ctx.counters, see_lost, NULL, machine->ctx.p);
    assert_int_equal(lost, IK_TRACES_RESERVED);
    flush(machine);
    assert_string_equal(machine->last, "W340");
    flush(machine);
    assert_int_equal(machine->logged, 1);
}

static void does_nothing_where_nothing_is_noted(void **state)
{
    machine_t *machine = make_machine(*state, 0);

    ik_trace_note(&machine->ctx, &usual);
    assert_null(machine->ctx.traces);
}

static void lists_the_newest_of_an_account_that_is_there(void **state)
{
    machine_t *machine = tracing(state);
    const database_t *database = *state;
    ik_account_t account = { .id = "acme", .name = "", .enabled = 1 };
    ik_accounts_result_t result;
    apr_array_header_t *traces;

    assert_int_equal(ik_store_account_insert(&account, database->db, NOW, database->p), APR_SUCCESS);
    note_many(machine, "acme", 0, 0, 5);
    assert_int_equal(ik_trace_list(&traces, &result, &machine->ctx, "acme", 0, 3), APR_SUCCESS);
    assert_int_equal(traces->nelts, 3);
    assert_string_equal(APR_ARRAY_IDX(traces, 0, const ik_trace_t *)->id, "4");
    assert_int_equal(ik_trace_list(&traces, &result, &machine->ctx, "acme", NOW + 2, 3), APR_SUCCESS);
    assert_int_equal(traces->nelts, 2);
    assert_int_equal(ik_trace_list(&traces, &result, &machine->ctx, "globex", 0, 3), IK_REFUSED);
    assert_string_equal(result.code, "not_found");
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(is_found_by_its_id_once_it_was_written),
        ON_FRESH(keeps_nothing_that_could_do_harm),
        ON_FRESH(keeps_no_credential),
        ON_FRESH(cuts_at_the_border_of_a_character),
        ON_FRESH(belongs_to_what_may_be_an_account),
        ON_FRESH(keeps_no_more_than_agreed_of_an_account),
        ON_FRESH(keeps_no_more_than_agreed_in_all),
        ON_FRESH(waits_for_a_database_that_is_gone),
        ON_FRESH(counts_what_has_no_room_and_says_so_once),
        ON_FRESH(does_nothing_where_nothing_is_noted),
        ON_FRESH(lists_the_newest_of_an_account_that_is_there),
    };

    return run_on_databases(tests);
}
