/* SPDX-License-Identifier: Apache-2.0 */
/* Revocations in the database: their positions, their order, their end. */
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "database.h"
#include "model/clock.h"
#include "store/revocation.h"

#define NOW apr_time_from_sec(1700000000)
#define LATER (NOW + apr_time_from_sec(3600))
#define LONGEST (IK_SESSION_LIFETIME_MAX + IK_CLOCK_SKEW_MAX)
#define FORGOTTEN(expires) ((expires) + IK_FORGET_AFTER)    /* when that is */

typedef struct adding_t {
    ik_revocation_t revocation;
    apr_time_t now;
} adding_t;

static apr_status_t add(ik_db_t *db, void *arg, apr_pool_t *p)
{
    adding_t *adding = arg;

    return ik_store_revocation_add(&adding->revocation, db, adding->now, p);
}

/* Adds in a transaction of its own; the position. */
static apr_int64_t end_for(const database_t *database, ik_revocation_kind_t kind, const char *account,
                           const char *subject, apr_time_t now, apr_time_t expires)
{
    adding_t adding = { { kind, account, subject, -1, expires }, now };

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, add, &adding, database->p), APR_SUCCESS);
    return adding.revocation.position;
}

static apr_int64_t last_position(const database_t *database)
{
    apr_int64_t position = -7;

    assert_int_equal(ik_store_revocation_position(&position, database->db, database->p), APR_SUCCESS);
    return position;
}

typedef struct seen_t {
    int count, stop_at;
    ik_revocation_kind_t kind;
    apr_int64_t last;
    apr_time_t expires;
    char account[80], subject[300];
} seen_t;

static apr_status_t see(void *arg, const ik_revocation_t *revocation)
{
    seen_t *seen = arg;

    assert_true(revocation->position > seen->last);
    seen->last = revocation->position;
    seen->kind = revocation->kind;
    seen->expires = revocation->expires;
    apr_cpystrn(seen->account, revocation->account, sizeof(seen->account));
    apr_cpystrn(seen->subject, revocation->subject, sizeof(seen->subject));
    return ++seen->count == seen->stop_at ? APR_EINTR : APR_SUCCESS;
}

static int count_after(seen_t *seen, const database_t *database, apr_int64_t after, apr_time_t now)
{
    *seen = (seen_t){ .last = after };
    assert_int_equal(ik_store_revocation_each(database->db, after, now, see, seen, database->p), APR_SUCCESS);
    return seen->count;
}

static void takes_positions_that_grow_and_are_never_before_the_time(void **state)
{
    static const struct { apr_time_t now; apr_int64_t position; } rows[] = {
        { NOW, NOW },
        { NOW, NOW + 1 },               /* two in one microsecond */
        { NOW - 5000000, NOW + 2 },     /* the clock was set back */
        { NOW + 10, NOW + 10 },
    };
    database_t *database = *state;

    assert_int_equal(last_position(database), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *subject = apr_psprintf(database->p, "s%d", (int)i);

        assert_int_equal(end_for(database, IK_REVOKE_SESSION, "acme", subject, rows[i].now, LATER), rows[i].position);
        assert_int_equal(last_position(database), rows[i].position);
    }
}

static void gives_back_what_was_added(void **state)
{
    static const struct { ik_revocation_kind_t kind; const char *account, *subject; } rows[] = {
        { IK_REVOKE_SESSION, "acme", "0123456789abcdefABCDEF" },
        { IK_REVOKE_USER, "acme", "zo\xc3\xab'\"%s;--@acme.example" },
        { IK_REVOKE_ACCOUNT, "gone", "" },      /* of no account in the database: it outlives a deleted one */
    };
    database_t *database = *state;
    apr_int64_t after = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_int64_t position = end_for(database, rows[i].kind, rows[i].account, rows[i].subject, NOW, LATER + (int)i);
        seen_t seen;

        assert_int_equal(count_after(&seen, database, after, NOW), 1);
        assert_int_equal(seen.kind, rows[i].kind);
        assert_string_equal(seen.account, rows[i].account);
        assert_string_equal(seen.subject, rows[i].subject);
        assert_int_equal(seen.last, position);
        assert_int_equal(seen.expires, rows[i].kind == IK_REVOKE_SESSION ? LATER + (int)i : position + LONGEST);
        after = position;
    }
}

static void raises_what_is_there_and_never_lowers_it(void **state)
{
    database_t *database = *state;
    apr_int64_t first = end_for(database, IK_REVOKE_SESSION, "acme", "a@b.c", NOW, LATER), second;
    seen_t seen;

    second = end_for(database, IK_REVOKE_SESSION, "acme", "a@b.c", NOW - 100, LATER - 100);
    assert_true(second > first);
    assert_int_equal(count_after(&seen, database, 0, NOW), 1);
    assert_int_equal(seen.last, second);
    assert_int_equal(seen.expires, LATER);
    assert_int_equal(count_after(&seen, database, first, NOW), 1);
    end_for(database, IK_REVOKE_SESSION, "acme", "a@b.c", NOW, LATER + 100);
    assert_int_equal(count_after(&seen, database, 0, NOW), 1);
    assert_int_equal(seen.expires, LATER + 100);
    /* Neighbours stay what they are. */
    end_for(database, IK_REVOKE_USER, "acme", "a@b.c", NOW, LATER);
    end_for(database, IK_REVOKE_SESSION, "acmf", "a@b.c", NOW, LATER);
    end_for(database, IK_REVOKE_SESSION, "acme", "A@b.c", NOW, LATER);
    assert_int_equal(count_after(&seen, database, 0, NOW), 4);
}

/* Without its battery a machine starts in 1970: what it ends then must not be over when its clock is right. */
static void outlives_every_session_however_far_behind_the_clock_is(void **state)
{
    static const struct { ik_revocation_kind_t kind; const char *subject; } rows[] = {
        { IK_REVOKE_USER, "a@b.c" }, { IK_REVOKE_ACCOUNT, "" }
    };
    database_t *database = *state;
    int gone = -1;
    seen_t seen;

    end_for(database, IK_REVOKE_SESSION, "acme", "s1", NOW, LATER);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_int64_t position = end_for(database, rows[i].kind, "acme", rows[i].subject, 5, 5 + LONGEST);

        assert_true(position > NOW);
        assert_int_equal(count_after(&seen, database, position - 1, NOW + IK_SESSION_LIFETIME_MAX), 1);
        assert_true(seen.expires >= NOW + LONGEST);
    }
    assert_int_equal(ik_store_revocation_expire(&gone, database->db, FORGOTTEN(NOW + LONGEST), 60, database->p),
                     APR_SUCCESS);
    assert_int_equal(gone, 1);
}

static void refuses_to_add_outside_a_transaction(void **state)
{
    database_t *database = *state;
    adding_t adding = { { IK_REVOKE_USER, "acme", "a@b.c", -1, LATER }, NOW };

    assert_int_equal(add(database->db, &adding, database->p), APR_EINVAL);
    assert_int_equal(adding.revocation.position, -1);
    assert_int_equal(last_position(database), 0);
}

static apr_status_t add_and_regret(ik_db_t *db, void *arg, apr_pool_t *p)
{
    apr_status_t rv = add(db, arg, p);

    return rv ? rv : APR_EACCES;
}

static void takes_nothing_of_a_transaction_that_is_rolled_back(void **state)
{
    database_t *database = *state;
    adding_t adding = { { IK_REVOKE_USER, "acme", "a@b.c", -1, LATER }, NOW };
    seen_t seen;

    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, add_and_regret, &adding, database->p),
                     APR_EACCES);
    assert_int_equal(last_position(database), 0);
    assert_int_equal(count_after(&seen, database, 0, NOW), 0);
}

/* What only the database's server or file is asked for, past the store. */
static void add_rows(const database_t *database, int count)
{
    const char *last = apr_itoa(database->p, count);
    const char *numbers = database->path ? "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                                         : "WITH n (i) AS (SELECT generate_series(1, ";

    run_sql(database, apr_pstrcat(database->p, "INSERT INTO ik_revocation (kind, account, subject, position, expires) ",
        numbers, last, database->path ? ")" : "))", " SELECT 1, 'acme', 'session-' || (i * 7919 % 1000003), i, "
        "CASE WHEN i % 10 = 0 THEN 5 ELSE 1800000000000000 END FROM n", NULL));
}

static void hands_out_any_number_in_order_without_what_has_expired(void **state)
{
    database_t *database = *state;
    seen_t seen;

    add_rows(database, 20000);
    assert_int_equal(count_after(&seen, database, 0, FORGOTTEN(4)), 20000);
    assert_int_equal(count_after(&seen, database, 0, FORGOTTEN(5)), 18000);
    assert_int_equal(seen.last, 19999);
    assert_int_equal(count_after(&seen, database, 19990, NOW), 9);
    assert_int_equal(count_after(&seen, database, 20000, NOW), 0);
    seen = (seen_t){ .stop_at = 1001 };
    assert_int_equal(ik_store_revocation_each(database->db, 0, NOW, see, &seen, database->p), APR_EINTR);
    assert_int_equal(seen.count, 1001);
}

static void forgets_what_has_expired_in_batches(void **state)
{
    database_t *database = *state;
    int gone = -1;
    seen_t seen;

    add_rows(database, 1000);
    assert_int_equal(ik_store_revocation_expire(&gone, database->db, FORGOTTEN(4), 60, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_store_revocation_expire(&gone, database->db, FORGOTTEN(5), 60, database->p), APR_SUCCESS);
    assert_int_equal(gone, 60);
    assert_int_equal(ik_store_revocation_expire(&gone, database->db, NOW, 60, database->p), APR_SUCCESS);
    assert_int_equal(gone, 40);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 900);
    assert_int_equal(count_after(&seen, database, 0, NOW), 900);
    assert_int_equal(last_position(database), 0);
}

/* A clock that is ahead by less than a day, here or elsewhere, forgets nothing that still counts. */
static void remembers_for_a_day_after_the_end(void **state)
{
    const apr_time_t ahead = LATER + apr_time_from_sec(24 * 3600) - 1;
    database_t *database = *state;
    int gone = -1;
    seen_t seen;

    end_for(database, IK_REVOKE_SESSION, "acme", "s1", NOW, LATER);
    assert_int_equal(ik_store_revocation_expire(&gone, database->db, ahead, 60, database->p), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(count_after(&seen, database, 0, ahead), 1);
    assert_int_equal(count_after(&seen, database, 0, ahead + 1), 0);
    assert_int_equal(ik_store_revocation_expire(&gone, database->db, ahead + 1, 60, database->p), APR_SUCCESS);
    assert_int_equal(gone, 1);
}

/* An older copy knows nothing of the last positions: those taken from now on are greater all the same. */
static void goes_on_growing_after_an_older_copy_was_restored(void **state)
{
    database_t *database = *state;
    apr_int64_t before, lost, after;

    before = end_for(database, IK_REVOKE_USER, "acme", "a@b.c", NOW, LATER);
    lost = end_for(database, IK_REVOKE_USER, "acme", "b@b.c", NOW + 100, LATER);
    run_sql(database, apr_psprintf(database->p, "UPDATE ik_meta SET value = %" APR_INT64_T_FMT
                                   " WHERE name = 'revocation_position'", before));
    run_sql(database, "DELETE FROM ik_revocation WHERE subject = 'b@b.c'");
    assert_int_equal(last_position(database), before);
    after = end_for(database, IK_REVOKE_USER, "acme", "c@b.c", NOW + 200, LATER);
    assert_true(after > lost);
}

static void fails_where_the_counter_is_missing(void **state)
{
    database_t *database = *state;
    adding_t adding = { { IK_REVOKE_USER, "acme", "a@b.c", -1, LATER }, NOW };
    apr_int64_t position = 0;

    run_sql(database, "DELETE FROM ik_meta WHERE name = 'revocation_position'");
    assert_int_not_equal(ik_store_revocation_position(&position, database->db, database->p), APR_SUCCESS);
    assert_int_not_equal(ik_db_transaction(database->db, IK_COMMIT_POWER_SAFE, add, &adding, database->p), APR_SUCCESS);
    assert_int_equal(ask_sql(database, "SELECT count(*) FROM ik_revocation"), 0);
}

#define WRITERS 4
#define EACH 40

/* A process of its own: adds, each in its own transaction, one of them kept open for a while. */
static void write_many(const char *spec, int number)
{
    apr_pool_t *p;
    ik_store_t *store;
    const char *problem;
    database_t database = { 0 };

    apr_pool_create(&p, NULL);
    if (ik_store_open(&store, spec, 1, p, &problem) != APR_SUCCESS ||
        ik_store_acquire(&database.db, store, p) != APR_SUCCESS)
        _exit(2);
    for (int i = 0; i < EACH; i++) {
        adding_t adding = { { IK_REVOKE_SESSION, "acme", apr_psprintf(p, "%d-%d", number, i), -1, LATER }, NOW };

        if (ik_db_transaction(database.db, IK_COMMIT_CRASH_SAFE, add, &adding, p) != APR_SUCCESS)
            _exit(3);
    }
    apr_pool_destroy(p);
    _exit(0);
}

static int finished(pid_t *writers)
{
    int left = 0;

    for (int i = 0; i < WRITERS; i++) {
        int status = 0;

        if (writers[i] && waitpid(writers[i], &status, WNOHANG) == writers[i]) {
            assert_int_equal(status, 0);
            writers[i] = 0;
        }
        left += writers[i] != 0;
    }
    return left == 0;
}

/* Reads on from the last position seen, while others write: nothing may appear later behind it. */
static void shows_positions_in_the_order_of_commits(void **state)
{
    database_t *database = *state;
    pid_t writers[WRITERS];
    seen_t seen = { 0 };
    int done = 0, rounds = 0;

    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        assert_true(writers[i] >= 0);
        if (writers[i] == 0)
            write_many(database->spec, i);
    }
    while (!done) {
        done = finished(writers);       /* asked first: then one more round reads all there is */
        assert_int_equal(ik_store_revocation_each(database->db, seen.last, NOW, see, &seen, database->p), APR_SUCCESS);
        assert_true(rounds++ < 1000000);
        apr_sleep(100);
    }
    assert_int_equal(seen.count, WRITERS * EACH);
    assert_int_equal(seen.last, last_position(database));
    assert_int_equal(seen.last, NOW + WRITERS * EACH - 1);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(takes_positions_that_grow_and_are_never_before_the_time),
        ON_FRESH(gives_back_what_was_added),
        ON_FRESH(raises_what_is_there_and_never_lowers_it),
        ON_FRESH(outlives_every_session_however_far_behind_the_clock_is),
        ON_FRESH(refuses_to_add_outside_a_transaction),
        ON_FRESH(takes_nothing_of_a_transaction_that_is_rolled_back),
        ON_FRESH(hands_out_any_number_in_order_without_what_has_expired),
        ON_FRESH(forgets_what_has_expired_in_batches),
        ON_FRESH(remembers_for_a_day_after_the_end),
        ON_FRESH(goes_on_growing_after_an_older_copy_was_restored),
        ON_FRESH(fails_where_the_counter_is_missing),
        ON_FRESH(shows_positions_in_the_order_of_commits),
    };

    return run_on_databases(tests);
}
