/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/refusal.c. */
#include "../pool.h"

#include <string.h>

#include "model/refusal.h"

/* The closed list as the documentation states it: a change here is a change of the interface. */
static const char *const ids[] = {
    "malformed", "too_large", "structure_forbidden", "unknown_account", "sso_disabled", "issuer_mismatch",
    "signature_missing",
    "signature_invalid", "algorithm_forbidden", "decryption_failed", "status_not_success", "audience_mismatch",
    "destination_mismatch", "recipient_mismatch", "subject_confirmation_invalid", "expired", "not_yet_valid",
    "request_unknown",
    "unsolicited_forbidden", "replayed", "name_id_invalid", "claim_missing", "claim_ambiguous", "claim_invalid",
    "role_forbidden", "account_mismatch", "domain_forbidden", "user_disabled", "account_disabled", "csrf",
    "not_signed_in",
    "not_allowed",
};

static void has_a_row_for_every_reason(void **state)
{
    const ik_reason_row_t *row;
    int i;

    (void)state;
    assert_int_equal(ROWS(ids), IK_REASON_COUNT);
    for (i = 0; i < IK_REASON_COUNT; i++) {
        row = ik_reason_row((ik_reason_t)i);
        assert_string_equal(row->id, ids[i]);
        assert_in_range(row->http_status, 400, 499);
        assert_int_equal(row->sentence[strlen(row->sentence) - 1], '.');
    }
    assert_string_equal(ik_reason_row(IK_REASON_REPLAYED)->id, "replayed");
}

static void answers_with_the_status_of_the_kind(void **state)
{
    static const struct {
        ik_reason_t reason;
        int status;
    } rows[] = {
        { IK_REASON_MALFORMED, 400 }, { IK_REASON_TOO_LARGE, 413 }, { IK_REASON_NOT_SIGNED_IN, 401 },
        { IK_REASON_SIGNATURE_INVALID, 403 }, { IK_REASON_REPLAYED, 403 }, { IK_REASON_CSRF, 403 },
        { IK_REASON_NOT_ALLOWED, 403 },
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_reason_row(rows[i].reason)->http_status, rows[i].status);
}

static void a_sentence_tells_no_detail(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < IK_REASON_COUNT; i++)
        assert_null(strpbrk(ik_reason_row((ik_reason_t)i)->sentence, "%<>&\"\\"));
}

static void a_reason_that_is_none_still_refuses(void **state)
{
    (void)state;
    assert_int_equal(ik_reason_row(IK_REASON_COUNT)->http_status, 400);
    assert_int_equal(ik_reason_row((ik_reason_t)-1)->http_status, 400);
    assert_int_equal(ik_reason_row((ik_reason_t)4711)->http_status, 400);
}

static void says_who_can_mend_it(void **state)
{
    int actor;

    (void)state;
    assert_string_equal(ik_actor_sentence(IK_ACT_NOBODY), "");
    for (actor = IK_ACT_USER; actor <= IK_ACT_OPERATOR; actor++)
        assert_true(strlen(ik_actor_sentence((ik_actor_t)actor)) > 10);
    assert_string_equal(ik_actor_sentence((ik_actor_t)(IK_ACT_OPERATOR + 1)), "");
    assert_string_equal(ik_actor_sentence((ik_actor_t)-1), "");
}

static void finds_a_reason_by_its_word(void **state)
{
    (void)state;
    for (int i = 0; i < IK_REASON_COUNT; i++)
        assert_int_equal(ik_reason_find(ids[i]), i);
    assert_int_equal(ik_reason_find("Expired"), IK_REASON_COUNT);
    assert_int_equal(ik_reason_find(""), IK_REASON_COUNT);
    assert_int_equal(ik_reason_find(NULL), IK_REASON_COUNT);
}

static void names_who_can_mend_it(void **state)
{
    (void)state;
    assert_string_equal(ik_actor_name(IK_ACT_IDP_ADMIN), "IdP administrator");
    assert_string_equal(ik_actor_name(IK_ACT_OPERATOR), "operator");
    assert_string_equal(ik_actor_name((ik_actor_t)(IK_ACT_OPERATOR + 1)), "nobody");
    assert_string_equal(ik_actor_name((ik_actor_t)-1), "nobody");
}

static void fills_in_reason_and_detail(void **state)
{
    ik_refusal_t why = { .p = *state };

    assert_int_equal(ik_refuse(&why, IK_REASON_AUDIENCE_MISMATCH, "\"%s\", expected \"%s\" (%d)", "a", "b", 3),
                     IK_REFUSED);
    assert_int_equal(why.reason, IK_REASON_AUDIENCE_MISMATCH);
    assert_string_equal(why.detail, "\"a\", expected \"b\" (3)");
    assert_int_not_equal(IK_REFUSED, APR_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(has_a_row_for_every_reason),
        pool_test(answers_with_the_status_of_the_kind),
        pool_test(a_sentence_tells_no_detail),
        pool_test(finds_a_reason_by_its_word),
        pool_test(names_who_can_mend_it),
        pool_test(a_reason_that_is_none_still_refuses),
        pool_test(says_who_can_mend_it),
        pool_test(fills_in_reason_and_detail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
