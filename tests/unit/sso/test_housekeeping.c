/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping house: what has expired goes, however much it is, and nothing else; one at a time for a database. */
#include "machine.h"
#include "sso/housekeeping.h"
#include "sso/trace.h"
#include "store/account.h"
#include "store/draft.h"
#include "store/held.h"
#include "store/idp_key.h"
#include "store/invite.h"

#define SLOTS 16384
#define MANY (IK_HOUSEKEEPING_BATCH + 7)      /* two batches: valgrind is slow, and a turn ends after a second */

/* n rows of both kinds that expire then. */
static void fill(const machine_t *machine, const char *name, int n, apr_time_t expires)
{
    const char *with = apr_psprintf(machine->ctx.p, "WITH RECURSIVE t(i) AS "
                                    "(SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < %d) ", n);

    run_sql(machine->database, apr_psprintf(machine->ctx.p, "INSERT INTO ik_assertion (digest, expires) %s"
        "SELECT '%s' || i, %" APR_INT64_T_FMT " FROM t", with, name, expires));
    run_sql(machine->database, apr_psprintf(machine->ctx.p,
        "INSERT INTO ik_revocation (kind, account, subject, position, expires) %s"
        "SELECT 1, 'acme', '%s' || i, 1000 + i, %" APR_INT64_T_FMT " FROM t", with, name, expires));
}

static void removes_all_that_has_expired_and_nothing_else(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    ik_housekept_t done;

    fill(machine, "old", MANY, OVER - 1);
    fill(machine, "new", 10, OVER + 1);
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.assertions, MANY);
    assert_int_equal(done.revocations, MANY);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion WHERE digest LIKE 'new%'"), 10);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation WHERE subject LIKE 'new%'"), 10);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), 10);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation"), 10);
}

/* Forms, other than what a later login could be held against, are of no use once their time is over: not a day later. */
static void removes_forms_that_nobody_came_back_for(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const database_t *database = *state;
    ik_housekept_t done;
    const char *text;

    run_sql(database, apr_psprintf(machine->ctx.p, "WITH RECURSIVE t(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < %d) INSERT INTO ik_held (handle, text, expires) "
        "SELECT 'old' || i, 'text', %" APR_INT64_T_FMT " FROM t", MANY, NOW));
    assert_int_equal(ik_store_held_put(database->db, "new", "form", NOW + 1, database->p), APR_SUCCESS);
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.held, MANY);
    assert_int_equal(done.assertions + done.revocations, 0);
    assert_int_equal(ik_store_held_take(&text, database->db, "new", NOW, database->p), APR_SUCCESS);
    assert_string_equal(text, "form");
}

/* n drafts, or invitations, of which only what tells their age counts. */
static void fill_with(const machine_t *machine, const char *insert, const char *name, int n, apr_time_t then)
{
    run_sql(machine->database, apr_psprintf(machine->ctx.p, "WITH RECURSIVE t(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < %d) INSERT INTO %s '%s' || i, 'acme', %" APR_INT64_T_FMT
        " FROM t", n, insert, name, then));
}

static void removes_drafts_and_invitations_that_are_over(void **state)
{
    static const char draft[] = "ik_draft (digest, state, report, name, idp_entity_id, domains, options, metadata, "
                                "id, account, made) SELECT 'd', 0, '', '', 'i', '', '', 'm',";
    static const char invite[] = "ik_invite (author, made, used, revoked, id, account, expires) SELECT '', 0, 0, 0,";
    machine_t *machine = make_machine(*state, SLOTS);
    ik_account_t account = { .id = "acme", .name = "", .enabled = 1 };
    const database_t *database = *state;
    ik_housekept_t done;

    assert_int_equal(ik_store_account_insert(&account, database->db, NOW, database->p), APR_SUCCESS);
    fill_with(machine, draft, "old", MANY, NOW - IK_DRAFT_LIFETIME - 1);
    fill_with(machine, draft, "new", 3, NOW - IK_DRAFT_LIFETIME + 1);
    fill_with(machine, invite, "old", MANY, NOW - IK_INVITE_KEPT - 1);
    fill_with(machine, invite, "new", 4, NOW - IK_INVITE_KEPT + 1);
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.drafts, MANY);
    assert_int_equal(done.invites, MANY);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft WHERE id LIKE 'new%'"), 3);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite WHERE id LIKE 'new%'"), 4);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_draft"), 3);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_invite"), 4);
}

static void removes_traces_that_are_old(void **state)
{
    static const char trace[] = "ik_trace (reason, endpoint, issuer, detail, client, verified, id, account, at) "
                                "SELECT 'expired', 'consume', '', '', '', 0,";
    machine_t *machine = make_machine(*state, SLOTS);
    const database_t *database = *state;
    ik_housekept_t done;

    fill_with(machine, trace, "old", MANY, NOW - IK_TRACE_KEPT - 1);
    fill_with(machine, trace, "new", 3, NOW - IK_TRACE_KEPT + 1);
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.traces, MANY);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace WHERE id LIKE 'new%'"), 3);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace"), 3);
}

static void keeps_no_more_traces_than_agreed(void **state)
{
    static const char trace[] = "ik_trace (reason, endpoint, issuer, detail, client, verified, id, account, at) "
                                "SELECT 'expired', 'consume', '', '', '', 0,";
    machine_t *machine = make_machine(*state, SLOTS);
    const database_t *database = *state;
    ik_housekept_t done;

    fill_with(machine, trace, "old", IK_TRACES_IN_ALL, NOW - 2);
    fill_with(machine, trace, "new", 3, NOW - 1);
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.traces, 3);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace WHERE id LIKE 'new%'"), 3);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_trace"), IK_TRACES_IN_ALL);
}

static void removes_old_marks_of_who_was_told(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    ik_account_t account = { .id = "acme", .name = "", .enabled = 1 };
    const database_t *database = *state;
    ik_housekept_t done;

    assert_int_equal(ik_store_account_insert(&account, database->db, NOW, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "old", 7, NOW - IK_WARNED_KEPT - 1, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_warned_put(database->db, "acme", "new", 7, NOW - IK_WARNED_KEPT + 1, database->p), APR_SUCCESS);
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.warnings, 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_warned WHERE fingerprint = 'new'"), 1);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_warned"), 1);
}

static void is_done_by_one_at_a_time(void **state)
{
    machine_t *one = make_machine(*state, SLOTS), *two = make_machine(*state, SLOTS);
    ik_housekept_t done;

    assert_int_equal(ik_housekeeping(&done, &one->ctx, NULL), APR_SUCCESS);
    fill(one, "old", 10, OVER - 1);
    two->ctx.now += IK_HOUSEKEEPING_EVERY / 2;
    assert_int_equal(ik_housekeeping(&done, &two->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.assertions + done.revocations, 0);
    two->ctx.now += IK_HOUSEKEEPING_EVERY / 2;
    assert_int_equal(ik_housekeeping(&done, &two->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.assertions + done.revocations, 20);
}

/* Each machine has a table of its own, whosever turn it is in the database. */
static void tidies_the_table_of_every_machine(void **state)
{
    machine_t *machines[] = { make_machine(*state, SLOTS), make_machine(*state, SLOTS) };
    apr_int64_t floor;
    apr_size_t entries, slots;
    ik_housekept_t done;

    fill(machines[0], "soon", MANY, OVER + 1);
    run_sql(*state, "UPDATE ik_meta SET value = 9000 WHERE name = 'revocation_position'");
    for (size_t i = 0; i < ROWS(machines); i++)
        sync_machine(machines[i]);
    for (size_t i = 0; i < ROWS(machines); i++) {
        machines[i]->ctx.now = NOW + 2;
        assert_int_equal(ik_housekeeping(&done, &machines[i]->ctx, NULL), APR_SUCCESS);
        assert_int_equal(done.entries, MANY);
        assert_int_equal(done.revocations, i == 0 ? MANY : 0);
        ik_revocations_count(machines[i]->ctx.revocations, &entries, &slots, &floor);
        assert_int_equal(entries, 0);
        assert_null(ik_revocations_validate(machines[i]->ctx.revocations));
    }
}

static void works_for_a_program_without_a_table(void **state)
{
    machine_t *cli = make_machine(*state, 0);
    ik_housekept_t done;

    fill(cli, "old", 3, OVER - 1);
    assert_int_equal(ik_housekeeping(&done, &cli->ctx, NULL), APR_SUCCESS);
    assert_int_equal(done.assertions, 3);
    assert_int_equal(done.entries, 0);
}

/* Time is short, what is left is for the next turn: a database that was neglected for months is no reason to stall. */
static void stops_after_a_while_and_goes_on_at_the_next_turn(void **state)
{
    machine_t *machine = make_machine(*state, 0);
    apr_int64_t left = 20000;
    apr_time_t start, spent;
    ik_housekept_t done;
    int turns = 0;

    fill(machine, "old", (int)left, OVER - 1);
    while (left > 0) {
        assert_in_range(++turns, 1, 400);
        start = apr_time_now();
        assert_int_equal(ik_housekeeping(&done, &machine->ctx, NULL), APR_SUCCESS);
        spent = apr_time_now() - start;
        left -= done.assertions;
        assert_true(left == 0 || done.assertions > 0);
        assert_in_range(spent, 0, apr_time_from_sec(20));   /* one, and a batch on a machine that is busy */
        machine->ctx.now += IK_HOUSEKEEPING_EVERY;
    }
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), 0);
}

static void loses_nothing_by_a_failure(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const char *problem = NULL;
    ik_housekept_t done;

    fill(machine, "old", 10, OVER - 1);
    fill(machine, "new", 10, OVER + 1);
    run_sql(*state, "ALTER TABLE ik_revocation RENAME TO elsewhere");
    assert_int_not_equal(ik_housekeeping(&done, &machine->ctx, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "ik_revocation"));
    run_sql(*state, "ALTER TABLE elsewhere RENAME TO ik_revocation");
    machine->ctx.now += IK_HOUSEKEEPING_EVERY;
    run_sql(*state, apr_psprintf(machine->ctx.p, "UPDATE ik_revocation SET expires = %" APR_INT64_T_FMT
                                 " WHERE expires > %" APR_INT64_T_FMT, machine->ctx.now + 1, OVER));
    assert_int_equal(ik_housekeeping(&done, &machine->ctx, &problem), APR_SUCCESS);
    assert_string_equal(problem, "");
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation"), 10);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(removes_all_that_has_expired_and_nothing_else),
        ON_FRESH(removes_forms_that_nobody_came_back_for),
        ON_FRESH(removes_drafts_and_invitations_that_are_over),
        ON_FRESH(removes_traces_that_are_old),
        ON_FRESH(keeps_no_more_traces_than_agreed),
        ON_FRESH(removes_old_marks_of_who_was_told),
        ON_FRESH(is_done_by_one_at_a_time),
        ON_FRESH(tidies_the_table_of_every_machine),
        ON_FRESH(works_for_a_program_without_a_table),
        ON_FRESH(stops_after_a_while_and_goes_on_at_the_next_turn),
        ON_FRESH(loses_nothing_by_a_failure),
    };

    return run_on_databases(tests);
}
