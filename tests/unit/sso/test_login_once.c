/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a login that answers a request of ours: the request is used up with it, or not at all. */
#include "login_scene.h"
#include "sso/accounts.h"

#define FIRST "_ikAAAAAAAAAAAAAAAAAAAAAA"
#define SECOND "_ikBBBBBBBBBBBBBBBBBBBBBB"

static void answer(scene_t *scene, const char *request)
{
    scene->admission.request = request;
    scene->admission.request_until = NOW + apr_time_from_sec(600);
}

/* The second answer to a request leaves no trace: its assertion may still answer another one. */
static void answers_each_request_once(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login;

    answer(scene, FIRST);
    log_in(scene);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), 2);
    assert_int_equal(try_login(&login, scene), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_REQUEST_UNKNOWN);
    assert_null(login.cookie);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), 2);
    answer(scene, SECOND);
    log_in(scene);
    answer(scene, NULL);
    log_in(scene);
    log_in(scene);
}

/* Whatever ends the login afterwards, the request may be answered when things are better. */
static void a_request_is_not_used_up_by_a_login_that_does_not_come_about(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_accounts_result_t result;
    ik_login_t login;

    log_in(scene);
    answer(scene, FIRST);
    assert_int_equal(ik_accounts_user_enable(&result, &scene->machine->ctx, "acme", "zoe@acme.test", 0), APR_SUCCESS);
    assert_int_equal(try_login(&login, scene), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_USER_DISABLED);
    assert_int_equal(ik_accounts_user_enable(&result, &scene->machine->ctx, "acme", "zoe@acme.test", 1), APR_SUCCESS);
    log_in(scene);
}

/* A replay is one, whatever has become of its request. */
static void tells_a_replay_before_a_used_request(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login;

    answer(scene, FIRST);
    log_in(scene);
    scene->logins--;
    assert_int_equal(try_login(&login, scene), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_REPLAYED);
}

/* For as long as the browser may still bring the login that it started, and its clock's skew. */
static void remembers_a_request_as_long_as_it_is_told(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *count = apr_psprintf(scene->database->p, "SELECT count(*) FROM ik_assertion WHERE expires = %"
                                     APR_INT64_T_FMT, NOW + apr_time_from_sec(777));

    answer(scene, FIRST);
    scene->admission.request_until = NOW + apr_time_from_sec(777);
    log_in(scene);
    assert_int_equal(ask_sql(*state, count), 1);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(answers_each_request_once),
        ON_FRESH(a_request_is_not_used_up_by_a_login_that_does_not_come_about),
        ON_FRESH(tells_a_replay_before_a_used_request),
        ON_FRESH(remembers_a_request_as_long_as_it_is_told),
    };

    return run_on_databases(tests);
}
