/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/check.c: every check has a word of its own for programs, and a sentence of its own for people. */
#include "../pool.h"

#include <string.h>

#include "model/check.h"

static void every_check_has_words_of_its_own(void **state)
{
    (void)state;
    for (int id = 0; id < IK_CHECK_COUNT; id++) {
        const ik_check_row_t *row = ik_check_row((ik_check_id_t)id);

        assert_true(*row->id && strspn(row->id, "abcdefghijklmnopqrstuvwxyz_") == strlen(row->id));
        assert_true(strlen(row->label) > 10 && row->label[strlen(row->label) - 1] != '.');
        for (int other = 0; other < id; other++) {
            assert_string_not_equal(row->id, ik_check_row((ik_check_id_t)other)->id);
            assert_string_not_equal(row->label, ik_check_row((ik_check_id_t)other)->label);
        }
    }
}

/* The order is that of a login: what is shown first is what a login would be refused for. */
static void checks_are_in_the_order_of_a_login(void **state)
{
    (void)state;
    assert_string_equal(ik_check_row(IK_CHECK_READABLE)->id, "readable");
    assert_string_equal(ik_check_row(IK_CHECK_USER)->id, "user");
    assert_true(IK_CHECK_READABLE == 0 && IK_CHECK_SIGNATURE < IK_CHECK_ISSUER && IK_CHECK_REQUEST < IK_CHECK_ACCOUNT);
    assert_int_equal(IK_CHECK_USER + 1, IK_CHECK_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(every_check_has_words_of_its_own),
        pool_test(checks_are_in_the_order_of_a_login),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
