/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/event.c. */
#include "../pool.h"

#include <string.h>

#include "model/event.h"

static void every_event_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < IK_EVENT_COUNT; i++) {
        assert_int_equal(strspn(ik_event_word(i), "abcdefghijklmnopqrstuvwxyz_"), strlen(ik_event_word(i)));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(ik_event_word(i), ik_event_word(k));
    }
    assert_string_equal(ik_event_word(IK_EVENT_SESSIONS_ENDED), "sessions_ended");
}

static void every_actor_has_a_word(void **state)
{
    (void)state;
    assert_string_equal(ik_by_word(IK_BY_SERVER), "server");
    assert_string_equal(ik_by_word(IK_BY_OPERATOR), "operator");
    assert_string_equal(ik_by_word(IK_BY_ADMINISTRATOR), "administrator");
    assert_string_equal(ik_by_word(IK_BY_GUEST), "guest");
    assert_string_equal(ik_by_word(IK_BY_USER), "user");
    assert_string_equal(ik_by_word(IK_BY_IDP), "idp");
}

static void starts_with_nothing_set(void **state)
{
    const ik_event_t event = ik_event_of(IK_EVENT_LOGIN, "acme");

    (void)state;
    assert_int_equal(event.id, IK_EVENT_LOGIN);
    assert_string_equal(event.account, "acme");
    assert_null(event.email);
    assert_true(event.days < 0 && event.count < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(every_event_has_a_word_of_its_own),
        pool_test(every_actor_has_a_word),
        pool_test(starts_with_nothing_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
