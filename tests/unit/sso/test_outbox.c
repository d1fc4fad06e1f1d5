/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that ikssoctl left: moved to the log in their order, kept while it takes none, dropped where there is none. */
#include "accounts_scene.h"
#include "audit_log.h"

#include "sso/outbox.h"
#include "store/outbox.h"

/* A log that takes so many lines, and no more. */
typedef struct full_t {
    audit_log_t *log;
    int room;
} full_t;

static apr_status_t take_line(void *to, const ik_ctx_t *ctx, const char *line)
{
    full_t *full = to;

    return full->room-- > 0 ? keep_line(full->log, ctx, line) : APR_ENOSPC;
}

static void leave_lines(const database_t *database, int count)
{
    for (int i = 1; i <= count; i++)
        assert_int_equal(ik_store_outbox_put(database->db, apr_psprintf(database->p, "%d\n", i), database->p), APR_SUCCESS);
}

static apr_int64_t waiting(const database_t *database)
{
    return ask_sql(database, "SELECT count(*) FROM ik_outbox");
}

static void moves_lines_in_their_order_and_no_more_at_once_than_a_batch(void **state)
{
    const database_t *database = *state;
    audit_log_t *log = make_audit_log(database->p);
    ik_ctx_t ctx = context(database);

    ctx.audit = &log->audit;
    assert_int_equal(ik_outbox_empty(&ctx, database->db), APR_SUCCESS);
    assert_int_equal(log->count, 0);
    leave_lines(database, IK_OUTBOX_BATCH + 3);
    assert_int_equal(ik_outbox_empty(&ctx, database->db), APR_SUCCESS);
    assert_int_equal(log->count, IK_OUTBOX_BATCH);
    assert_memory_equal(log->lines, "1\n2\n3\n", 6);
    assert_int_equal(ik_outbox_empty(&ctx, database->db), APR_SUCCESS);
    assert_int_equal(log->count, IK_OUTBOX_BATCH + 3);
    assert_int_equal(waiting(database), 0);
}

static void keeps_what_the_log_does_not_take(void **state)
{
    const database_t *database = *state;
    full_t full = { make_audit_log(database->p), 1 };
    const struct ik_audit_t audit = { take_line, &full };
    ik_ctx_t ctx = context(database);

    ctx.audit = &audit;
    leave_lines(database, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ik_outbox_empty(&ctx, database->db), APR_SUCCESS);
    assert_string_equal(full.log->lines, "1\n");
    assert_int_equal(waiting(database), 2);
    full.room = 10;
    assert_int_equal(ik_outbox_empty(&ctx, database->db), APR_SUCCESS);
    assert_string_equal(full.log->lines, "1\n2\n3\n");
    assert_int_equal(waiting(database), 0);
}

static void drops_what_nobody_has_a_log_for(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);

    leave_lines(database, IK_OUTBOX_BATCH + 3);
    assert_int_equal(ik_outbox_empty(&ctx, database->db), APR_SUCCESS);
    assert_int_equal(waiting(database), 0);
}

static void says_when_the_database_fails(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_db_t *db;

    acquire_fresh(&db, 1, database);
    run_sql(database, "DROP TABLE ik_outbox");
    assert_int_not_equal(ik_outbox_empty(&ctx, db), APR_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(moves_lines_in_their_order_and_no_more_at_once_than_a_batch),
        ON_FRESH(keeps_what_the_log_does_not_take),
        ON_FRESH(drops_what_nobody_has_a_log_for),
        ON_FRESH(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
