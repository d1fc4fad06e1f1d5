/* SPDX-License-Identifier: Apache-2.0 */
/* Ending sessions: whom it reaches, what machines know of it and when, and what they do when they cannot know. */
#include <unistd.h>

#include "machine.h"
#include "store/bell.h"

#define SLOTS 4096

static void cannot_tell_before_the_database_was_read(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    assert_int_equal(ask(machine, &zoe), IK_REVOKED_UNKNOWN);
    sync_machine(machine);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_NO);
}

/* What is ended by rows[i], of these four, before and after somebody signs in again. */
static void ends_what_began_before_and_nothing_else(void **state)
{
    static const struct { int session; const char *account, *email; int over[4]; } rows[] = {
        { 1, NULL, NULL, { 1, 0, 0, 0 } },
        { 0, "acme", "zoe@acme.test", { 1, 1, 0, 0 } },
        { 0, "acme", NULL, { 1, 1, 1, 0 } },
        { 0, "beta", "zoe@acme.test", { 0, 0, 0, 1 } },
        { 0, "acme", "s1", { 0, 0, 0, 0 } },
        { 0, "acm", NULL, { 0, 0, 0, 0 } },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        machine_t *machine;
        ik_identity_t them[4];
        ending_t ending = { .account = rows[i].account, .email = rows[i].email };

        if (i > 0)
            drop_database(state), fresh_database(state);
        machine = make_machine(*state, SLOTS);
        them[0] = sign_in(machine, "s1", "acme", "zoe@acme.test");
        them[1] = sign_in(machine, "s2", "acme", "zoe@acme.test");
        them[2] = sign_in(machine, "s3", "acme", "ann@acme.test");
        them[3] = sign_in(machine, "s4", "beta", "zoe@acme.test");
        ending.machine = machine;
        ending.session = rows[i].session ? &them[0] : NULL;
        revoke_and_publish(&ending);
        for (size_t n = 0; n < ROWS(them); n++) {
            ik_identity_t again = sign_in(machine, "again", them[n].account, them[n].email);

            assert_int_equal(ask(machine, &them[n]), rows[i].over[n] ? IK_REVOKED_YES : IK_REVOKED_NO);
            assert_int_equal(ask(machine, &again), IK_REVOKED_NO);
        }
        assert_int_equal(machine->logged, 0);
    }
}

static void lets_a_session_live_that_takes_the_position_of_the_revocation(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    ik_identity_t older = sign_in(machine, "s1", "acme", "zoe@acme.test"), newer = older;
    ending_t ending = { .machine = machine, .account = "acme", .email = "zoe@acme.test" };

    revoke_and_publish(&ending);
    assert_true(ending.position > older.position);
    newer.position = ending.position;
    assert_int_equal(ask(machine, &older), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &newer), IK_REVOKED_NO);
}

static void remembers_until_the_last_of_the_sessions_has_ended_by_itself(void **state)
{
    machine_t *machine = make_machine(*state, 0);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    const apr_int64_t longest = NOW + 1 + IK_SESSION_LIFETIME_MAX + SKEW_MAX;

    revoke_only(&(ending_t){ .machine = machine, .session = &zoe });
    revoke_only(&(ending_t){ .machine = machine, .account = "acme", .email = "zoe@acme.test" });
    revoke_only(&(ending_t){ .machine = machine, .account = "acme" });
    assert_int_equal(ask_sql(*state, "SELECT expires FROM ik_revocation WHERE kind = 1"), zoe.expires + SKEW_MAX);
    assert_int_equal(ask_sql(*state, "SELECT expires FROM ik_revocation WHERE kind = 2"), longest);
    assert_int_equal(ask_sql(*state, "SELECT expires FROM ik_revocation WHERE kind = 3"), longest + 1);
}

static void writes_nothing_outside_a_transaction(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const database_t *database = *state;
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    assert_int_not_equal(ik_revoke_session(&machine->ctx, database->db, &zoe), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 0);
}

static void tells_every_machine_of_the_database(void **state)
{
    machine_t *one = make_machine(*state, SLOTS), *two = make_machine(*state, SLOTS), *cli = make_machine(*state, 0);
    const ik_identity_t zoe = sign_in(one, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(one, "s2", "acme", "ann@acme.test");

    sync_machine(one);
    sync_machine(two);
    revoke_and_publish(&(ending_t){ .machine = one, .session = &zoe });
    assert_int_equal(ask(one, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(two, &zoe), IK_REVOKED_NO);
    sync_machine(two);
    assert_int_equal(ask(two, &zoe), IK_REVOKED_YES);
    revoke_and_publish(&(ending_t){ .machine = cli, .account = "acme", .email = "ann@acme.test" });
    sync_machine(one);
    sync_machine(two);
    assert_int_equal(ask(one, &ann), IK_REVOKED_YES);
    assert_int_equal(ask(two, &ann), IK_REVOKED_YES);
}

/* A machine that starts finds what was revoked before, and not what has expired. */
static void reads_everything_that_counts_at_the_start(void **state)
{
    machine_t *cli = make_machine(*state, 0), *machine = make_machine(*state, SLOTS);
    ik_identity_t rows[700];
    apr_size_t entries, slots;
    apr_int64_t floor;

    for (size_t i = 0; i < ROWS(rows); i++) {
        rows[i] = sign_in(cli, apr_psprintf(cli->ctx.p, "s%d", (int)i), "acme", "zoe@acme.test");
        rows[i].expires = i % 7 == 0 ? OVER - SKEW_MAX : OVER + LIFETIME;
        revoke_only(&(ending_t){ .machine = cli, .session = &rows[i] });
    }
    sync_machine(machine);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(ask(machine, &rows[i]), i % 7 == 0 ? IK_REVOKED_NO : IK_REVOKED_YES);
    ik_revocations_count(machine->ctx.revocations, &entries, &slots, &floor);
    assert_int_equal(entries, 600);
    assert_int_equal(floor, -1);
    assert_null(ik_revocations_validate(machine->ctx.revocations));
}

static void reads_no_row_twice(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(machine, "s2", "acme", "ann@acme.test");

    revoke_and_publish(&(ending_t){ .machine = machine, .session = &zoe });
    /* a row that appears below the position it knows could only be found by reading from the start */
    run_sql(*state, "UPDATE ik_revocation SET subject = 's2'");
    sync_machine(machine);
    assert_int_equal(ask(machine, &ann), IK_REVOKED_NO);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
}

static void keeps_its_word_when_an_older_copy_of_the_database_is_restored(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS), *other = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(machine, "s2", "acme", "ann@acme.test");
    const ik_identity_t eve = sign_in(machine, "s3", "beta", "eve@beta.test");
    apr_int64_t backup;
    ik_identity_t again;

    revoke_and_publish(&(ending_t){ .machine = machine, .session = &zoe });
    backup = ask_sql(*state, "SELECT value FROM ik_meta WHERE name = 'revocation_position'");
    revoke_and_publish(&(ending_t){ .machine = machine, .account = "acme", .email = "ann@acme.test" });
    sync_machine(other);
    run_sql(*state, apr_psprintf(machine->ctx.p, "DELETE FROM ik_revocation WHERE kind = 2; UPDATE ik_meta SET value = "
                                 "%" APR_INT64_T_FMT " WHERE name = 'revocation_position'", backup));
    sync_machine(machine);
    assert_int_equal(machine->logged, 1);
    assert_string_equal(machine->last, "W311");
    sync_machine(machine);
    sync_machine(other);
    assert_int_equal(machine->logged, 1);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &ann), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &eve), IK_REVOKED_NO);
    /* who was thrown out after the backup and signs in again is in, everywhere */
    again = sign_in(machine, "s4", "acme", "ann@acme.test");
    assert_int_equal(ask(machine, &again), IK_REVOKED_NO);
    assert_int_equal(ask(other, &again), IK_REVOKED_NO);
    /* and what is revoked from now on reaches sessions from before the restore */
    revoke_and_publish(&(ending_t){ .machine = machine, .account = "beta" });
    sync_machine(other);
    assert_int_equal(ask(machine, &eve), IK_REVOKED_YES);
    assert_int_equal(ask(other, &eve), IK_REVOKED_YES);
}

static void a_clock_that_is_set_back_changes_nothing(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    ik_identity_t later;

    revoke_and_publish(&(ending_t){ .machine = machine, .account = "acme", .email = "zoe@acme.test" });
    machine->ctx.now -= apr_time_from_sec(180);
    later = sign_in(machine, "s2", "acme", "zoe@acme.test");
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &later), IK_REVOKED_NO);
    revoke_and_publish(&(ending_t){ .machine = machine, .account = "acme", .email = "zoe@acme.test" });
    assert_int_equal(ask(machine, &later), IK_REVOKED_YES);
    assert_int_equal(machine->logged, 0);
}

/* What the table has no room for is not forgotten: everybody who began before is refused, and the log says so. */
static void refuses_all_older_sessions_when_the_table_is_full(void **state)
{
    machine_t *cli = make_machine(*state, 0), *machine = make_machine(*state, 1);
    const ik_identity_t bystander = sign_in(cli, "innocent", "beta", "eve@beta.test");
    apr_size_t entries, slots;
    apr_int64_t floor;
    ik_identity_t later;

    ik_revocations_count(machine->ctx.revocations, &entries, &slots, &floor);
    assert_in_range(slots, 1, 1000);
    for (size_t i = 0; i < slots + 3; i++)
        revoke_only(&(ending_t){ .machine = cli, .account = apr_psprintf(cli->ctx.p, "account%d", (int)i) });
    sync_machine(machine);
    assert_int_equal(machine->logged, 1);
    assert_string_equal(machine->last, "E310");
    for (size_t i = 0; i < slots + 3; i++) {
        ik_identity_t victim = bystander;

        victim.account = apr_psprintf(cli->ctx.p, "account%d", (int)i);
        assert_int_equal(ask(machine, &victim), IK_REVOKED_YES);
    }
    assert_int_equal(ask(machine, &bystander), IK_REVOKED_YES);
    later = sign_in(cli, "later", "beta", "eve@beta.test");
    assert_int_equal(ask(machine, &later), IK_REVOKED_NO);
    sync_machine(machine);
    assert_int_equal(machine->logged, 1);
    assert_null(ik_revocations_validate(machine->ctx.revocations));
}

static void goes_on_by_what_it_knows_when_the_database_does_not_answer(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const database_t *database = *state;
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(machine, "s2", "acme", "ann@acme.test");

    revoke_and_publish(&(ending_t){ .machine = machine, .session = &zoe });
    run_sql(database, "ALTER TABLE ik_meta RENAME TO elsewhere");
    assert_int_not_equal(ik_revoke_sync(&machine->ctx, database->db), APR_SUCCESS);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &ann), IK_REVOKED_NO);
    ik_revoke_publish(&machine->ctx, database->db);
    assert_string_equal(machine->last, "W312");
}

/* Rows that cannot be read leave the position where it was, so that none of them is passed over. */
static void does_not_pass_over_rows_that_it_could_not_read(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const database_t *database = *state;
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    apr_pool_t *p;
    ik_db_t *db;

    sync_machine(machine);
    revoke_only(&(ending_t){ .machine = machine, .session = &zoe });
    run_sql(database, "ALTER TABLE ik_revocation RENAME TO elsewhere");
    assert_int_equal(apr_pool_create(&p, database->p), APR_SUCCESS);
    assert_int_equal(ik_store_acquire(&db, database->store, p), APR_SUCCESS);
    assert_int_not_equal(ik_revoke_sync(&machine->ctx, db), APR_SUCCESS);
    apr_pool_destroy(p);
    run_sql(database, "ALTER TABLE elsewhere RENAME TO ik_revocation");
    assert_int_equal(ik_store_acquire(&db, database->store, database->p), APR_SUCCESS);
    assert_int_equal(ik_revoke_sync(&machine->ctx, db), APR_SUCCESS);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
}

/* Only a database that is a file has a bell; of a server, machines ask. */
static void hears_of_another_program_at_once(void **state)
{
    const database_t *database = *state;
    machine_t *machine = make_machine(database, SLOTS), *cli = make_machine(database, 0);
    const ik_identity_t zoe = sign_in(cli, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(cli, "s2", "acme", "ann@acme.test");

    sync_machine(machine);
    revoke_and_publish(&(ending_t){ .machine = cli, .session = &zoe });
    ik_revoke_listen(&machine->ctx);
    assert_int_equal(ask(machine, &zoe), database->path ? IK_REVOKED_YES : IK_REVOKED_NO);
    sync_machine(machine);
    revoke_only(&(ending_t){ .machine = cli, .session = &ann });
    ik_revoke_listen(&machine->ctx);    /* nobody has rung since: one stat(), no SQL */
    assert_int_equal(ask(machine, &ann), IK_REVOKED_NO);
    ik_store_bell_ring(NULL, cli->ctx.store, cli->ctx.p);
    ik_revoke_listen(&machine->ctx);
    assert_int_equal(ask(machine, &ann), database->path ? IK_REVOKED_YES : IK_REVOKED_NO);
    ik_revoke_listen(&cli->ctx);        /* a program without a table has nothing to listen for */
    assert_int_equal(machine->logged + cli->logged, 0);
}

/* What a server has rung itself it has read; the requests that follow spend one stat() on it, and no SQL. */
static void does_not_listen_to_itself(void **state)
{
    const database_t *database = *state;
    machine_t *one = make_machine(database, SLOTS), *two = make_machine(database, SLOTS);
    const ik_identity_t zoe = sign_in(one, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(one, "s2", "acme", "ann@acme.test");

    if (!database->path)
        return;                         /* a server has no bell */
    revoke_and_publish(&(ending_t){ .machine = one, .account = "first" });
    ik_revoke_listen(&one->ctx);
    ik_revoke_listen(&two->ctx);
    revoke_and_publish(&(ending_t){ .machine = one, .session = &zoe });
    revoke_only(&(ending_t){ .machine = one, .session = &ann });
    ik_revoke_listen(&one->ctx);        /* it would find ann's if it read */
    assert_int_equal(ask(one, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(one, &ann), IK_REVOKED_NO);
    ik_revoke_listen(&two->ctx);        /* another server on the same file hears it */
    assert_int_equal(ask(two, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(two, &ann), IK_REVOKED_YES);
    assert_int_equal(one->logged + two->logged, 0);
}

/* One who has not been heard yet is not drowned by our own. */
static void listens_to_a_ring_before_its_own(void **state)
{
    const database_t *database = *state;
    machine_t *machine = make_machine(database, SLOTS), *cli = make_machine(database, 0);
    const ik_identity_t zoe = sign_in(cli, "s1", "acme", "zoe@acme.test");
    const ik_identity_t ann = sign_in(cli, "s2", "acme", "ann@acme.test");

    if (!database->path)
        return;
    sync_machine(machine);
    ik_store_bell_ring(NULL, database->store, database->p);
    revoke_and_publish(&(ending_t){ .machine = machine, .session = &zoe });
    revoke_only(&(ending_t){ .machine = cli, .session = &ann });    /* as if between reading and ringing */
    ik_revoke_listen(&machine->ctx);
    assert_int_equal(ask(machine, &ann), IK_REVOKED_YES);
}

static void listens_again_until_the_database_has_answered(void **state)
{
    const database_t *database = *state;
    machine_t *machine = make_machine(database, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    if (!database->path)
        return;                         /* a server has no bell */
    sync_machine(machine);
    revoke_only(&(ending_t){ .machine = machine, .session = &zoe });
    run_sql(database, "ALTER TABLE ik_meta RENAME TO elsewhere");
    ik_store_bell_ring(NULL, database->store, database->p);
    ik_revoke_listen(&machine->ctx);
    assert_string_equal(machine->last, "D313");
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_NO);
    run_sql(database, "ALTER TABLE elsewhere RENAME TO ik_meta");
    ik_revoke_listen(&machine->ctx);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(machine->logged, 1);
}

/* Else every request would ask a database that is gone with its bell. */
static void does_not_take_a_missing_bell_for_news(void **state)
{
    const database_t *database = *state;
    machine_t *machine = make_machine(database, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    sync_machine(machine);
    ik_store_bell_ring(NULL, database->store, database->p);
    ik_revoke_listen(&machine->ctx);
    if (database->path)
        assert_int_equal(unlink(apr_pstrcat(database->p, database->path, "-bell", NULL)), 0);
    revoke_only(&(ending_t){ .machine = machine, .session = &zoe });
    ik_revoke_listen(&machine->ctx);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_NO);
    sync_machine(machine);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
}

/* A child that could not open the database when it started has a table all the same. */
static void listens_without_a_store(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    revoke_and_publish(&(ending_t){ .machine = machine, .session = &zoe });
    machine->ctx.store = NULL;
    ik_revoke_listen(&machine->ctx);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(machine->logged, 0);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(cannot_tell_before_the_database_was_read),
        ON_FRESH(ends_what_began_before_and_nothing_else),
        ON_FRESH(lets_a_session_live_that_takes_the_position_of_the_revocation),
        ON_FRESH(remembers_until_the_last_of_the_sessions_has_ended_by_itself),
        ON_FRESH(writes_nothing_outside_a_transaction),
        ON_FRESH(tells_every_machine_of_the_database),
        ON_FRESH(reads_everything_that_counts_at_the_start),
        ON_FRESH(reads_no_row_twice),
        ON_FRESH(keeps_its_word_when_an_older_copy_of_the_database_is_restored),
        ON_FRESH(a_clock_that_is_set_back_changes_nothing),
        ON_FRESH(refuses_all_older_sessions_when_the_table_is_full),
        ON_FRESH(goes_on_by_what_it_knows_when_the_database_does_not_answer),
        ON_FRESH(does_not_pass_over_rows_that_it_could_not_read),
        ON_FRESH(hears_of_another_program_at_once),
        ON_FRESH(does_not_listen_to_itself),
        ON_FRESH(listens_to_a_ring_before_its_own),
        ON_FRESH(listens_again_until_the_database_has_answered),
        ON_FRESH(does_not_take_a_missing_bell_for_news),
        ON_FRESH(listens_without_a_store),
    };

    return run_on_databases(tests);
}
