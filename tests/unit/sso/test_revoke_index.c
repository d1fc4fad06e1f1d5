/* SPDX-License-Identifier: Apache-2.0 */
/* Ending sessions by what their identity provider calls them: whom it reaches, and what the database keeps of it. */
#include "machine.h"

#define SLOTS 4096

/* One call of ik_revoke_index, for a transaction. */
typedef struct by_index_t {
    const machine_t *machine;
    const char *account, *name_id, *session_index;
} by_index_t;

static apr_status_t end_by_index(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const by_index_t *by = arg;

    (void)p;
    return ik_revoke_index(&by->machine->ctx, db, by->account, by->name_id, by->session_index);
}

static void revoke_by_index(by_index_t by)
{
    const database_t *database = by.machine->database;

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, end_by_index, &by, database->p), APR_SUCCESS);
    ik_revoke_publish(&by.machine->ctx, database->db);
}

static ik_identity_t sign_in_as(const machine_t *machine, const char *account, const char *name_id, const char *index)
{
    ik_identity_t identity = sign_in(machine, "s1", account, "zoe@acme.test");

    identity.index = ik_revoke_index_subject(name_id, index, machine->ctx.p);
    return identity;
}

/* What a LogoutRequest names, and nothing that differs in account, NameID or SessionIndex. */
static void ends_what_the_identity_provider_calls_so(void **state)
{
    static const struct { const char *account, *name_id, *index; int over; } rows[] = {
        { "acme", "zoe@acme.test", "_index1", 1 },
        { "acme", "Zoe@Acme.test", "_index1", 1 },
        { "acme", "zoe@acme.test", "_index2", 0 },
        { "acme", "zoe@acme.test", "_INDEX1", 0 },
        { "acme", "zoe@acme.test", "", 0 },
        { "acme", "ann@acme.test", "_index1", 0 },
        { "acme", "zoe@acme.test_", "index1", 0 },
        { "acme", "", "_index1", 0 },
        { "beta", "zoe@acme.test", "_index1", 0 },
    };
    machine_t *machine = make_machine(*state, SLOTS);
    ik_identity_t them[ROWS(rows)];

    for (size_t i = 0; i < ROWS(rows); i++)
        them[i] = sign_in_as(machine, rows[i].account, rows[i].name_id, rows[i].index);
    revoke_by_index((by_index_t){ machine, "acme", "zoe@acme.test", "_index1" });
    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_identity_t again = sign_in_as(machine, rows[i].account, rows[i].name_id, rows[i].index);

        assert_int_equal(ask(machine, &them[i]), rows[i].over ? IK_REVOKED_YES : IK_REVOKED_NO);
        assert_int_equal(ask(machine, &again), IK_REVOKED_NO);
    }
    assert_int_equal(machine->logged, 0);
}

/* "" stands for the sessions that came without a SessionIndex. */
static void ends_the_sessions_without_an_index_by_an_empty_one(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS), *other = make_machine(*state, SLOTS);
    const ik_identity_t without = sign_in_as(machine, "acme", "zoe@acme.test", "");
    const ik_identity_t with = sign_in_as(machine, "acme", "zoe@acme.test", "_index1");

    revoke_by_index((by_index_t){ machine, "acme", "zoe@acme.test", "" });
    sync_machine(other);
    assert_int_equal(ask(machine, &without), IK_REVOKED_YES);
    assert_int_equal(ask(other, &without), IK_REVOKED_YES);
    assert_int_equal(ask(machine, &with), IK_REVOKED_NO);
}

/* The row tells nobody's name, and outlives every session that it ends. */
static void keeps_a_digest_for_as_long_as_a_session_may_live(void **state)
{
    machine_t *machine = make_machine(*state, SLOTS);

    revoke_by_index((by_index_t){ machine, "acme", "zoe@acme.test", "_index1" });
    revoke_by_index((by_index_t){ machine, "acme", "zoe@acme.test", "_index1" });
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation WHERE kind = 4 AND length(subject) = 32"), 1);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation WHERE subject LIKE '%zoe%'"), 0);
    assert_int_equal(ask_sql(*state, "SELECT expires - position FROM ik_revocation"), IK_SESSION_LIFETIME_MAX + SKEW_MAX);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(ends_what_the_identity_provider_calls_so),
        ON_FRESH(ends_the_sessions_without_an_index_by_an_empty_one),
        ON_FRESH(keeps_a_digest_for_as_long_as_a_session_may_live),
    };

    return run_on_databases(tests);
}
