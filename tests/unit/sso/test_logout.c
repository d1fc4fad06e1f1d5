/* SPDX-License-Identifier: Apache-2.0 */
/* Signing out: this session is over at once, the others go on, and nobody is told so when it is not. */
#include "machine.h"
#include "sso/logout.h"

#define SLOTS 4096

static void ends_the_session_and_no_other(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS), *other = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    const ik_identity_t elsewhere = sign_in(machine, "s2", "acme", "zoe@acme.test");
    const ik_identity_t stranger = sign_in(machine, "s1", "beta", "zoe@acme.test");

    assert_int_equal(ik_logout(&machine->ctx, &zoe, NULL), APR_SUCCESS);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &elsewhere), IK_REVOKED_NO);
    assert_int_equal(ask(machine, &stranger), IK_REVOKED_NO);
    sync_machine(other);
    assert_int_equal(ask(other, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask(other, &elsewhere), IK_REVOKED_NO);
    assert_int_equal(machine->logged, 0);
}

static void may_be_done_twice(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    assert_int_equal(ik_logout(&machine->ctx, &zoe, NULL), APR_SUCCESS);
    assert_int_equal(ik_logout(&machine->ctx, &zoe, NULL), APR_SUCCESS);
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_YES);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation"), 1);
}

static void gives_its_connection_back(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");

    machine->ctx.store = open_store(machine->database->spec, 1, machine->ctx.p);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ik_logout(&machine->ctx, &zoe, NULL), APR_SUCCESS);
}

static void fails_where_nothing_can_be_written(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);
    const ik_identity_t zoe = sign_in(machine, "s1", "acme", "zoe@acme.test");
    const char *problem = NULL;

    sync_machine(machine);
    run_sql(*state, "ALTER TABLE ik_revocation RENAME TO elsewhere");
    assert_int_not_equal(ik_logout(&machine->ctx, &zoe, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, "ik_revocation"));
    assert_int_equal(ask(machine, &zoe), IK_REVOKED_NO);
    run_sql(*state, "ALTER TABLE elsewhere RENAME TO ik_revocation");
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation"), 0);
    assert_int_equal(ask_sql(*state, "SELECT value FROM ik_meta WHERE name = 'revocation_position'"), 0);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(ends_the_session_and_no_other),
        ON_FRESH(may_be_done_twice),
        ON_FRESH(gives_its_connection_back),
        ON_FRESH(fails_where_nothing_can_be_written),
    };

    return run_on_databases(tests);
}
