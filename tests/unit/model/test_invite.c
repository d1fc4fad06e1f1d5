/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/invite.c: what an invitation is worth, whatever has become of it before. */
#include "../pool.h"

#include "model/invite.h"

static void the_most_decisive_thing_counts(void **state)
{
    static const struct { ik_invite_t invite; ik_invite_state_t worth; } rows[] = {
        { { .expires = 101 }, IK_INVITE_OPEN },
        { { .expires = 100 }, IK_INVITE_EXPIRED },
        { { .expires = 0 }, IK_INVITE_EXPIRED },
        { { .expires = 101, .used = 99 }, IK_INVITE_USED },
        { { .expires = 99, .used = 98 }, IK_INVITE_USED },
        { { .expires = 101, .revoked = 99 }, IK_INVITE_REVOKED },
        { { .expires = 99, .used = 98, .revoked = 99 }, IK_INVITE_REVOKED },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_invite_state(&rows[i].invite, 100), rows[i].worth);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_most_decisive_thing_counts) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
