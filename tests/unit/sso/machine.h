/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of revocation start with: a database, and a machine that reads it and keeps what it logs. */
#ifndef IK_TESTS_SSO_MACHINE_H
#define IK_TESTS_SSO_MACHINE_H

#include <stdio.h>
#include <string.h>

#include <apr_strings.h>

#include "../pool.h"
#include "../store/database.h"
#include "model/clock.h"
#include "sso/revoke.h"
#include "store/revocation.h"

#define NOW APR_INT64_C(1800000000000000)
#define LIFETIME apr_time_from_sec(43200)
#define SKEW_MAX apr_time_from_sec(900)
#define OVER (NOW - IK_FORGET_AFTER)     /* what expired then is forgotten now */

typedef struct machine_t {
    const database_t *database;
    ik_settings_t settings;
    ik_ctx_t ctx;
    ik_log_t log;
    int logged;
    char last[5];       /* level and the last three digits of the id of what was logged last: "E310" */
} machine_t;

static inline void note_message(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    machine_t *machine = to;

    (void)rv;
    (void)message;
    apr_snprintf(machine->last, sizeof machine->last, "%c%s", "EWNID"[level], id + 3);
    machine->logged++;
}

/* A machine whose table has that many slots and has not read the database yet; none with 0: a command line. */
static inline machine_t *make_machine(const database_t *database, apr_size_t slots)
{
    machine_t *machine = apr_pcalloc(database->p, sizeof *machine);

    machine->database = database;
    machine->settings.origin.text = "https://imagekit.io";
    machine->settings.clock_skew = 180;
    machine->log = (ik_log_t){ note_message, machine };
    machine->ctx = (ik_ctx_t){ .p = database->p, .now = NOW, .store = database->store, .log = &machine->log };
    machine->ctx.settings = &machine->settings;
    if (slots)
        assert_int_equal(ik_revocations_create(&machine->ctx.revocations, slots, database->p), APR_SUCCESS);
    return machine;
}

static inline void sync_machine(const machine_t *machine)
{
    assert_int_equal(ik_revoke_sync(&machine->ctx, machine->database->db), APR_SUCCESS);
}

/* A session that begins now. */
static inline ik_identity_t sign_in(const machine_t *machine, const char *session, const char *account,
                                    const char *email)
{
    ik_identity_t identity = { .session = session, .account = account, .email = email, .issued = machine->ctx.now };

    identity.expires = machine->ctx.now + LIFETIME;
    assert_int_equal(ik_store_revocation_position(&identity.position, machine->database->db, machine->ctx.p),
                     APR_SUCCESS);
    return identity;
}

static inline ik_revoked_t ask(const machine_t *machine, const ik_identity_t *identity)
{
    return ik_revocations_check(machine->ctx.revocations, identity);
}

/* What one transaction ends: a session, else a user, else an account. */
typedef struct ending_t {
    const machine_t *machine;
    const ik_identity_t *session;
    const char *account, *email;
    apr_int64_t position;
} ending_t;

static inline apr_status_t end_them(ik_db_t *db, void *arg, apr_pool_t *p)
{
    ending_t *ending = arg;
    const ik_ctx_t *ctx = &ending->machine->ctx;

    (void)p;
    if (ending->session)
        return ik_revoke_session(ctx, db, ending->session);
    if (ending->email)
        return ik_revoke_user(&ending->position, ctx, db, ending->account, ending->email);
    return ik_revoke_account(ctx, db, ending->account);
}

static inline void revoke_only(ending_t *ending)
{
    const database_t *database = ending->machine->database;

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, end_them, ending, database->p), APR_SUCCESS);
}

static inline void revoke_and_publish(ending_t *ending)
{
    revoke_only(ending);
    ik_revoke_publish(&ending->machine->ctx, ending->machine->database->db);
}

#endif
