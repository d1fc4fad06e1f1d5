/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the table of revocations: sessions that are ended by what their identity provider calls them. */
#include "revoking.h"

#define S IK_REVOKE_SESSION
#define U IK_REVOKE_USER
#define I IK_REVOKE_INDEX

/* What the identity provider calls a session by: of the sessions that carry it, the older ones. */
static void ends_the_older_sessions_with_that_index(void **state)
{
    static const struct { const char *name, *account, *subject, *of, *index; apr_int64_t began; ik_revoked_t is; } of[] = {
        { "an older session", "acme", "d1", "acme", "d1", 9, IK_REVOKED_YES },
        { "a session from the same commit", "acme", "d1", "acme", "d1", 10, IK_REVOKED_NO },
        { "a newer session", "acme", "d1", "acme", "d1", 11, IK_REVOKED_NO },
        { "another index", "acme", "d1", "acme", "d2", 9, IK_REVOKED_NO },
        { "that index in another account", "acme", "d1", "beta", "d1", 9, IK_REVOKED_NO },
        { "a session without an index", "acme", "d1", "acme", "", 9, IK_REVOKED_NO },
        { "a session that has none at all", "acme", "d1", "acme", NULL, 9, IK_REVOKED_NO },
        { "nothing by an empty subject", "acme", "", "acme", "", 9, IK_REVOKED_NO },
        { "a session whose id is the digest", "acme", "s1", "acme", "d1", 9, IK_REVOKED_NO },
        { "a user whose e-mail is the digest", "acme", "zoe@a.test", "acme", "d1", 9, IK_REVOKED_NO },
    };

    for (size_t i = 0; i < ROWS(of); i++) {
        ik_identity_t identity = { .session = "s1", .email = "zoe@a.test", .account = of[i].of, .index = of[i].index };
        ik_revocations_t *table = table_of(100, *state);

        identity.position = of[i].began;
        assert_int_equal(ik_revocations_check(table, &identity), IK_REVOKED_NO);
        assert_int_equal(enter(table, I, of[i].account, of[i].subject, 10), APR_SUCCESS);
        if (ik_revocations_check(table, &identity) != of[i].is)
            fail_msg("%s: not %d", of[i].name, of[i].is);
        assert_in_order(table);
    }
}

/* Nor does what ends a session, a user or an account reach an index of the same name. */
static void tells_an_index_from_other_subjects(void **state)
{
    ik_identity_t identity = { .session = "s1", .email = "zoe@a.test", .account = "acme", .index = "same", .position = 1 };
    ik_revocations_t *table = table_of(100, *state);

    assert_int_equal(enter(table, S, "acme", "same", 10), APR_SUCCESS);
    assert_int_equal(enter(table, U, "acme", "same", 10), APR_SUCCESS);
    assert_int_equal(ik_revocations_check(table, &identity), IK_REVOKED_NO);
    assert_int_equal(enter(table, I, "acme", "same", 10), APR_SUCCESS);
    assert_int_equal(ik_revocations_check(table, &identity), IK_REVOKED_YES);
    assert_int_equal(entries_of(table), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(ends_the_older_sessions_with_that_index),
        pool_test(tells_an_index_from_other_subjects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
