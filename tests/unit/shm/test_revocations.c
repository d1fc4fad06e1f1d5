/* SPDX-License-Identifier: Apache-2.0 */
/* Tests shm/revocations.c and shm/revocations_write.c: who is signed out, and who is not. */
#include "revoking.h"

#include <string.h>

#include <apr_strings.h>

#include "shm/table.h"

#define S IK_REVOKE_SESSION
#define U IK_REVOKE_USER
#define A IK_REVOKE_ACCOUNT

typedef struct row_t {
    const char *name;
    ik_revocation_kind_t kind;
    const char *account, *subject;
    apr_int64_t position;
    const char *of, *email, *session;   /* the session that is asked for */
    apr_int64_t began;
    ik_revoked_t expected;
} row_t;

static const row_t rows[] = {
    { "its session", S, "acme", "s1", 10, "acme", "zoe@a.test", "s1", 5, IK_REVOKED_YES },
    { "its session, whenever it began", S, "acme", "s1", 10, "acme", "zoe@a.test", "s1", 99, IK_REVOKED_YES },
    { "another session of the user", S, "acme", "s1", 10, "acme", "zoe@a.test", "s2", 5, IK_REVOKED_NO },
    { "a session of another account with that id", S, "acme", "s1", 10, "evil", "zoe@a.test", "s1", 5, IK_REVOKED_NO },
    { "an older session of the user", U, "acme", "zoe@a.test", 10, "acme", "zoe@a.test", "s1", 9, IK_REVOKED_YES },
    { "a session from the same commit", U, "acme", "zoe@a.test", 10, "acme", "zoe@a.test", "s1", 10, IK_REVOKED_NO },
    { "a newer session of the user", U, "acme", "zoe@a.test", 10, "acme", "zoe@a.test", "s1", 11, IK_REVOKED_NO },
    { "the e-mail in another account", U, "acme", "zoe@a.test", 10, "other", "zoe@a.test", "s1", 9, IK_REVOKED_NO },
    { "another user of the account", U, "acme", "zoe@a.test", 10, "acme", "kim@a.test", "s1", 9, IK_REVOKED_NO },
    { "another e-mail that begins like it", U, "acme", "zoe@a.test", 10, "acme", "zoe@a.tes", "s1", 9, IK_REVOKED_NO },
    { "an older session of the account", A, "acme", "", 10, "acme", "zoe@a.test", "s1", 9, IK_REVOKED_YES },
    { "a session as old as the account's end", A, "acme", "", 10, "acme", "zoe@a.test", "s1", 10, IK_REVOKED_NO },
    { "a newer session of the account", A, "acme", "", 10, "acme", "zoe@a.test", "s1", 11, IK_REVOKED_NO },
    { "another account", A, "acme", "", 10, "acme2", "zoe@a.test", "s1", 9, IK_REVOKED_NO },
    { "an account, whatever its subject says", A, "acme", "noise", 10, "acme", "zoe@a.test", "s1", 9, IK_REVOKED_YES },
    { "a session whose id is a user's e-mail", U, "acme", "same", 10, "acme", "zoe@a.test", "same", 9, IK_REVOKED_NO },
    { "a user whose e-mail is a session's id", S, "acme", "same", 10, "acme", "same", "s1", 9, IK_REVOKED_NO },
    { "a user whose e-mail is empty", A, "acme", "", 10, "acme", "", "s1", 10, IK_REVOKED_NO },
    { "account and e-mail cut elsewhere", U, "ab", "cd", 10, "abc", "d", "s1", 9, IK_REVOKED_NO },
    { "account and e-mail cut elsewhere too", U, "abc", "d", 10, "ab", "cd", "s1", 9, IK_REVOKED_NO },
    { "a session from before there were positions", U, "acme", "zoe@a.test", 10, "acme", "zoe@a.test", "s1", 0,
      IK_REVOKED_YES },
};

static void ends_what_it_names_and_nothing_else(void **state)
{
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const row_t *row = &rows[i];
        ik_revocations_t *table = table_of(100, *state);

        assert_int_equal(check(table, row->of, row->email, row->session, row->began), IK_REVOKED_NO);
        assert_int_equal(enter(table, row->kind, row->account, row->subject, row->position), APR_SUCCESS);
        if (check(table, row->of, row->email, row->session, row->began) != row->expected)
            fail_msg("%s: not %d", row->name, row->expected);
        assert_int_equal(entries_of(table), 1);
        assert_in_order(table);
    }
}

/* Longer than anything that is let in, and different in one byte. */
static void tells_long_names_apart(void **state)
{
    static const apr_size_t lengths[] = { 230, 231, 232, 239, 240, 241, 247, 248, 249, 256, 500, 5000 };
    ik_revocations_t *table = table_of(100, *state);
    apr_size_t i;

    for (i = 0; i < ROWS(lengths); i++) {
        char *name = apr_pcalloc(*state, lengths[i] + 1);

        memset(name, 'n', lengths[i]);
        assert_int_equal(check(table, "acme", name, "s", 1), IK_REVOKED_NO);
        assert_int_equal(enter(table, U, "acme", name, 2), APR_SUCCESS);
        assert_int_equal(check(table, "acme", name, "s", 1), IK_REVOKED_YES);
        name[lengths[i] - 1] = 'm';
        assert_int_equal(check(table, "acme", name, "s", 1), IK_REVOKED_NO);
        name[lengths[i] - 1] = 'n';
        name[0] = 'm';
        assert_int_equal(check(table, "acme", name, "s", 1), IK_REVOKED_NO);
    }
    assert_in_order(table);
}

static void nobody_can_tell_before_the_database_was_read(void **state)
{
    ik_revocations_t *table;

    assert_int_equal(ik_revocations_create(&table, 100, *state), APR_SUCCESS);
    assert_int_equal(ik_revocations_position(table), -1);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s1", 5), IK_REVOKED_UNKNOWN);
    assert_int_equal(enter(table, S, "acme", "s1", 10), APR_SUCCESS);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s1", 5), IK_REVOKED_UNKNOWN);
    ik_revocations_advance(table, 0);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s1", 5), IK_REVOKED_YES);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s2", 5), IK_REVOKED_NO);
    ik_revocations_rewind(table, -1);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s2", 5), IK_REVOKED_UNKNOWN);
}

static void the_position_grows_until_it_is_rewound(void **state)
{
    ik_revocations_t *table = table_of(100, *state);

    ik_revocations_advance(table, 100);
    ik_revocations_advance(table, 50);
    assert_int_equal(ik_revocations_position(table), 100);
    ik_revocations_rewind(table, 200);
    assert_int_equal(ik_revocations_position(table), 100);
    ik_revocations_rewind(table, 70);
    assert_int_equal(ik_revocations_position(table), 70);
    ik_revocations_rewind(table, INT64_MIN);
    assert_int_equal(ik_revocations_position(table), -1);
    assert_int_equal(ik_revocations_bell(table), 0);
    ik_revocations_answer(table, 77);
    assert_int_equal(ik_revocations_bell(table), 77);
    assert_in_order(table);
}

static void raises_an_entry_in_place(void **state)
{
    ik_revocations_t *table = table_of(100, *state);
    ik_revocation_t entry = revocation(U, "acme", "zoe@a.test", 10);
    int gone;

    assert_int_equal(ik_revocations_enter(table, &entry, NOW), APR_SUCCESS);
    entry.position = 20;
    entry.expires = LATER + 100;
    assert_int_equal(ik_revocations_enter(table, &entry, NOW), APR_SUCCESS);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s", 19), IK_REVOKED_YES);
    entry.position = 15;
    entry.expires = LATER - 100;
    assert_int_equal(ik_revocations_enter(table, &entry, NOW), APR_SUCCESS);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s", 19), IK_REVOKED_YES);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s", 20), IK_REVOKED_NO);
    assert_int_equal(entries_of(table), 1);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER + 99)), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER + 100)), APR_SUCCESS);
    assert_int_equal(gone, 1);
}

static void forgets_what_is_over_and_nothing_else(void **state)
{
    ik_revocations_t *table = table_of(2000, *state);
    int i, gone;

    for (i = 0; i < 1000; i++) {
        ik_revocation_t entry = revocation(S, "acme", apr_itoa(*state, i), i);

        entry.expires = NOW + i;
        assert_int_equal(ik_revocations_enter(table, &entry, NOW - 1), APR_SUCCESS);
    }
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(NOW - 1)), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(NOW + 400)), APR_SUCCESS);
    assert_int_equal(gone, 401);
    assert_int_equal(entries_of(table), 599);
    assert_in_order(table);
    for (i = 0; i < 1000; i++)
        assert_int_equal(check(table, "acme", "zoe@a.test", apr_itoa(*state, i), 0),
                         i > 400 ? IK_REVOKED_YES : IK_REVOKED_NO);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER)), APR_SUCCESS);
    assert_int_equal(gone, 599);
    assert_int_equal(entries_of(table), 0);
    assert_in_order(table);
}

/* A clock that is ahead by less than a day, and is then set right, brings nobody back. */
static void remembers_for_a_day_after_the_end(void **state)
{
    ik_revocations_t *table = table_of(IK_BUCKET_SLOTS, *state);
    const apr_time_t ahead = LATER + apr_time_from_sec(24 * 3600) - 1;
    ik_revocation_t entry = revocation(S, "acme", "one too many", 9);
    int i, gone;

    for (i = 1; i <= IK_BUCKET_SLOTS; i++)
        assert_int_equal(enter(table, S, "acme", apr_itoa(*state, i), i), APR_SUCCESS);
    assert_int_equal(ik_revocations_expire(&gone, table, ahead), APR_SUCCESS);
    assert_int_equal(gone, 0);
    assert_int_equal(ik_revocations_enter(table, &entry, ahead), APR_ENOSPC);
    assert_int_equal(check(table, "acme", "zoe@a.test", "1", 100), IK_REVOKED_YES);
    entry.expires = LATER + 1;
    assert_int_equal(ik_revocations_enter(table, &entry, ahead + 1), APR_SUCCESS);
    assert_int_equal(ik_revocations_expire(&gone, table, ahead + 1), APR_SUCCESS);
    assert_int_equal(gone, IK_BUCKET_SLOTS - 1);
}

static void a_full_table_refuses_all_that_are_older(void **state)
{
    ik_revocations_t *table = table_of(IK_BUCKET_SLOTS, *state);
    apr_size_t entries, slots;
    apr_int64_t floor;
    int i, gone;

    for (i = 1; i <= IK_BUCKET_SLOTS; i++)
        assert_int_equal(enter(table, S, "acme", apr_itoa(*state, i), i), APR_SUCCESS);
    ik_revocations_count(table, &entries, &slots, &floor);
    assert_int_equal(floor, -1);
    assert_int_equal(check(table, "other", "kim@a.test", "s", 0), IK_REVOKED_NO);
    assert_int_equal(enter(table, U, "acme", "zoe@a.test", 50), APR_ENOSPC);
    assert_int_equal(enter(table, U, "acme", "kim@a.test", 40), APR_ENOSPC);
    ik_revocations_count(table, &entries, &slots, &floor);
    assert_int_equal(floor, 50);
    assert_int_equal(entries, IK_BUCKET_SLOTS);
    assert_int_equal(slots, IK_BUCKET_SLOTS);
    assert_int_equal(check(table, "acme", "zoe@a.test", "s", 49), IK_REVOKED_YES);
    assert_int_equal(check(table, "other", "kim@a.test", "s", 49), IK_REVOKED_YES);
    assert_int_equal(check(table, "other", "kim@a.test", "s", 50), IK_REVOKED_NO);
    assert_int_equal(enter(table, S, "acme", "3", 60), APR_SUCCESS);
    assert_int_equal(ik_revocations_expire(&gone, table, FORGOTTEN(LATER)), APR_SUCCESS);
    assert_int_equal(check(table, "other", "kim@a.test", "s", 49), IK_REVOKED_YES);
    assert_in_order(table);
}

static void an_expired_entry_gives_its_slot(void **state)
{
    ik_revocations_t *table = table_of(IK_BUCKET_SLOTS, *state);
    ik_revocation_t entry;
    int i;

    for (i = 1; i <= IK_BUCKET_SLOTS; i++)
        assert_int_equal(enter(table, S, "acme", apr_itoa(*state, i), i), APR_SUCCESS);
    entry = revocation(S, "acme", "4", 9);
    entry.expires = LATER + 50;
    assert_int_equal(ik_revocations_enter(table, &entry, FORGOTTEN(LATER)), APR_SUCCESS);
    for (i = 11; i < 11 + IK_BUCKET_SLOTS - 1; i++) {
        entry = revocation(S, "acme", apr_itoa(*state, i), i);
        entry.expires = LATER + 100;
        assert_int_equal(ik_revocations_enter(table, &entry, FORGOTTEN(LATER)), APR_SUCCESS);
    }
    assert_int_equal(entries_of(table), IK_BUCKET_SLOTS);
    assert_int_equal(check(table, "acme", "z", "1", 0), IK_REVOKED_NO);
    assert_int_equal(check(table, "acme", "z", "4", 0), IK_REVOKED_YES);
    assert_int_equal(check(table, "acme", "z", "11", 0), IK_REVOKED_YES);
    entry = revocation(S, "acme", "one more", 99);
    assert_int_equal(ik_revocations_enter(table, &entry, LATER + 49), APR_ENOSPC);
    assert_in_order(table);
}

static void refuses_impossible_sizes(void **state)
{
    ik_revocations_t *table = NULL;

    assert_int_equal(ik_revocations_create(&table, 0, *state), APR_EINVAL);
    assert_int_equal(ik_revocations_create(&table, SIZE_MAX, *state), APR_EINVAL);
    assert_null(table);
}

/* The model: what is entered of three kinds, four accounts and 25 subjects, in a list. */
#define MODEL_ACCOUNTS 4
#define MODEL_SUBJECTS 25
#define MODEL_ENTRIES (IK_REVOKE_ACCOUNT * MODEL_ACCOUNTS * MODEL_SUBJECTS)
#define MODEL_STEPS 6000

typedef struct known_t {
    int there;
    apr_int64_t position;
    apr_time_t expires;
} known_t;

typedef struct model_t {
    known_t entry[MODEL_ENTRIES];
    apr_uint32_t seed;
    apr_time_t now;
} model_t;

static const char *const model_accounts[MODEL_ACCOUNTS] = { "a", "ab", "abc", "b" };
static const char *const model_subjects[MODEL_SUBJECTS] = {
    "", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23", "24",
};

static int dice(model_t *model, int sides)
{
    model->seed = model->seed * 1664525u + 1013904223u;
    return (int)((model->seed >> 16) % (unsigned)sides);
}

static known_t *known(model_t *model, int kind, int account, int subject)
{
    return &model->entry[((kind - 1) * MODEL_ACCOUNTS + account) * MODEL_SUBJECTS + subject];
}

static void model_enter(model_t *model, ik_revocations_t *table)
{
    const int kind = 1 + dice(model, 3), account = dice(model, MODEL_ACCOUNTS);
    const int subject = kind == A ? 0 : dice(model, MODEL_SUBJECTS);
    known_t *entry = known(model, kind, account, subject), old = *entry;
    ik_revocation_t fresh = revocation((ik_revocation_kind_t)kind, model_accounts[account], model_subjects[subject],
                                       dice(model, 100));

    fresh.expires = model->now - IK_FORGET_AFTER + 1 + dice(model, 300);
    assert_int_equal(ik_revocations_enter(table, &fresh, model->now), APR_SUCCESS);
    *entry = (known_t){ 1, fresh.position, fresh.expires };
    if (old.there && old.position > entry->position)
        entry->position = old.position;
    if (old.there && old.expires > entry->expires)
        entry->expires = old.expires;
}

static void model_expire(model_t *model, ik_revocations_t *table)
{
    apr_size_t left = 0;
    int i, gone;

    assert_int_equal(ik_revocations_expire(&gone, table, model->now), APR_SUCCESS);
    for (i = 0; i < MODEL_ENTRIES; i++) {
        model->entry[i].there = model->entry[i].there && FORGOTTEN(model->entry[i].expires) > model->now;
        left += (apr_size_t)model->entry[i].there;
    }
    assert_int_equal(entries_of(table), left);
}

static int ends(const known_t *entry, apr_int64_t began)
{
    return entry->there && entry->position > began;
}

static void model_check(model_t *model, const ik_revocations_t *table)
{
    const int account = dice(model, MODEL_ACCOUNTS), user = dice(model, MODEL_SUBJECTS);
    const int session = dice(model, MODEL_SUBJECTS);
    const apr_int64_t began = dice(model, 100);
    const int expected = known(model, S, account, session)->there || ends(known(model, U, account, user), began)
        || ends(known(model, A, account, 0), began);

    assert_int_equal(check(table, model_accounts[account], model_subjects[user], model_subjects[session], began),
                     expected ? IK_REVOKED_YES : IK_REVOKED_NO);
}

/* Time goes on with an expiry only, so that no slot is given away behind the model's back. */
static void does_what_a_model_does(void **state)
{
    static const apr_size_t sizes[] = { 210, 300, 2000 };
    model_t *model = apr_palloc(*state, sizeof *model);
    apr_size_t i;
    int step;

    for (i = 0; i < ROWS(sizes); i++) {
        ik_revocations_t *table = table_of(sizes[i], *state);

        *model = (model_t){ .now = NOW };
        for (step = 0; step < MODEL_STEPS; step++) {
            if (dice(model, 40) == 0) {
                model->now += dice(model, 60);
                model_expire(model, table);
                assert_in_order(table);
            }
            model_enter(model, table);
            model_check(model, table);
            model_check(model, table);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(ends_what_it_names_and_nothing_else),
        pool_test(tells_long_names_apart),
        pool_test(nobody_can_tell_before_the_database_was_read),
        pool_test(the_position_grows_until_it_is_rewound),
        pool_test(raises_an_entry_in_place),
        pool_test(forgets_what_is_over_and_nothing_else),
        pool_test(remembers_for_a_day_after_the_end),
        pool_test(a_full_table_refuses_all_that_are_older),
        pool_test(an_expired_entry_gives_its_slot),
        pool_test(refuses_impossible_sizes),
        pool_test(does_what_a_model_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
