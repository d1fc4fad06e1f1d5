/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to test sign-ins: told from those to logins, taken once, shown whatever they are, and worth no session ever. */
#include "answers_scene.h"

#include <pthread.h>

#include "sso/checklist.h"
#include "sso/draft.h"
#include "store/draft.h"

#define ACME_IDP "https://idp.acme.test/metadata"
#define THREADS 6

static apr_int64_t now_in_days(const scene_t *scene)
{
    return scene->world->ctx.now / apr_time_from_sec(24 * 3600);
}

/* The browser starts a test of that account with these changes: A's handle is "a", its request "_ikAAA…". */
static ik_pending_t *start_test(scene_t *scene, char letter, const char *account, const ik_account_change_t *change)
{
    ik_pending_t *pending = start(scene, letter, account, ACME_IDP);
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    if (ik_draft_make(&draft, &result, &scene->world->ctx, account, change) != APR_SUCCESS)
        fail_msg("%s", result.problem);
    pending->draft = draft->id;
    return pending;
}

static ik_pending_t *start_test_at_acme(scene_t *scene, char letter)
{
    const ik_account_change_t nothing = { 0 };

    return start_test(scene, letter, "acme", &nothing);
}

static ik_account_change_t metadata_of(const scene_t *scene, const char *account)
{
    ik_account_change_t change = { 0 };
    const char *path = apr_pstrcat(scene->world->p, scene->world->fixtures, "/accounts/", account, ".xml", NULL);

    change.metadata = world_read(path, &change.metadata_len, scene->world->p);
    assert_non_null(change.metadata);
    return change;
}

/* What was written down of a test. */
static const ik_draft_t *kept(ik_checklist_t **list, const scene_t *scene, const ik_pending_t *pending)
{
    ik_accounts_result_t result;
    const ik_draft_t *draft;

    assert_int_equal(ik_draft_get(&draft, list, &result, &scene->world->ctx, pending->account, pending->draft),
                     APR_SUCCESS);
    return draft;
}

static ik_draft_state_t state_of(const scene_t *scene, const ik_pending_t *pending)
{
    ik_checklist_t *list;

    return kept(&list, scene, pending)->state;
}

static int count_users(const scene_t *scene)
{
    ik_accounts_result_t result;
    apr_array_header_t *users;

    assert_int_equal(ik_accounts_users(&users, &result, &scene->world->ctx, "acme"), APR_SUCCESS);
    return users->nelts;
}

static void writes_down_what_passed_and_signs_nobody_in(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_pending_t *pending = start_test_at_acme(scene, 'A');
    ik_checklist_t *list;

    scene->in.relay_state = "a";
    assert_string_equal(post(scene, "first"), "tested");
    assert_true(scene->login.tested_passed);
    assert_string_equal(scene->login.tested, pending->draft);
    assert_string_equal(scene->login.account, "acme");
    assert_string_equal(scene->login.issuer, ACME_IDP);
    assert_string_equal(scene->login.answered, "a");
    assert_null(scene->login.identity);
    assert_null(scene->login.cookie);
    assert_false(scene->login.user_created);
    assert_int_equal(count_users(scene), 0);
    assert_int_equal(kept(&list, scene, pending)->state, IK_DRAFT_PASSED);
    assert_true(list->passed);
    assert_string_equal(list->email, "ann@acme.test");
}

static void a_test_is_answered_once(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_pending_t *pending = start_test_at_acme(scene, 'A');

    assert_string_equal(post(scene, "first"), "tested");
    assert_string_equal(post(scene, "first_expired"), "request_unknown");
    assert_null(scene->login.tested);
    assert_string_equal(post(scene, "first"), "request_unknown");
    assert_string_equal(scene->login.account, "acme");
    assert_int_equal(state_of(scene, pending), IK_DRAFT_PASSED);
}

/* The check that each of these messages fails, in a browser that is testing with request A. */
static void shows_what_is_wrong_with_whatever_comes(void **state)
{
    static const struct { const char *message; ik_check_id_t fails; } rows[] = {
        { "first_expired", IK_CHECK_TIMES },
        { "first_with_other_role", IK_CHECK_ROLE },
        { "first_of_beta", IK_CHECK_SIGNATURE },
        { "first_of_beta", IK_CHECK_ISSUER },
        { "first_of_beta", IK_CHECK_ACCOUNT },
        { "dummy", IK_CHECK_REQUEST },
        { "second", IK_CHECK_REQUEST },
        { "first_and_second", IK_CHECK_REQUEST },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_pending_t *pending;
        ik_checklist_t *list;
        scene_t *scene;
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        scene = make_scene(p);
        pending = start_test_at_acme(scene, 'A');
        scene->in.relay_state = "a";
        if (strcmp(post(scene, rows[i].message), "tested") != 0 || scene->login.tested_passed)
            fail_msg("%s is no answer, or passes", rows[i].message);
        assert_int_equal(kept(&list, scene, pending)->state, IK_DRAFT_FAILED);
        if (list->checks[rows[i].fails].state != IK_CHECK_FAILED)
            fail_msg("%s passes \"%s\"", rows[i].message, ik_check_row(rows[i].fails)->id);
        assert_int_equal(count_users(scene), 0);
        apr_pool_destroy(p);
    }
}

static void what_cannot_be_read_is_an_answer_if_its_relay_state_says_so(void **state)
{
    static const char *const messages[] = { "", "<html/>", "<samlp:Response", "\xff\xfe" };

    for (size_t i = 0; i < ROWS(messages); i++) {
        const ik_pending_t *pending;
        scene_t *scene;
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        scene = make_scene(p);
        pending = start_test_at_acme(scene, 'A');
        assert_int_equal(strcmp(post_bytes(scene, messages[i], strlen(messages[i])), "tested") == 0, 0);
        assert_int_equal(state_of(scene, pending), IK_DRAFT_UNTESTED);
        scene->in.relay_state = "a";
        assert_string_equal(post_bytes(scene, messages[i], strlen(messages[i])), "tested");
        assert_int_equal(state_of(scene, pending), IK_DRAFT_FAILED);
        apr_pool_destroy(p);
    }
}

/* A is a test, B a login of the same browser. */
static void tells_tests_from_logins(void **state)
{
    static const struct { const char *message, *relay_state, *outcome; } rows[] = {
        { "first", "a", "tested" }, { "first", NULL, "tested" }, { "first", "b", "tested" }, { "first", "/x", "tested" },
        { "second", "b", "session" }, { "second", NULL, "session" }, { "second", "a", "session" },
        { "none", NULL, "session" }, { "none", "b", "session" }, { "none", "a", "tested" },
        { "dummy", NULL, "request_unknown" }, { "dummy", "b", "request_unknown" }, { "dummy", "a", "tested" },
        { "first_in_response_only", "b", "tested" }, { "first_in_confirmation_only", "a", "tested" },
        { "first_in_confirmation_only", NULL, "request_unknown" },      /* a session it is not, whatever else */
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_pending_t *pending;
        const char *outcome;
        scene_t *scene;
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        scene = make_scene(p);
        pending = start_test_at_acme(scene, 'A');
        start_at_acme(scene, 'B');
        scene->in.relay_state = rows[i].relay_state;
        outcome = post(scene, rows[i].message);
        if (strcmp(outcome, rows[i].outcome) != 0)
            fail_msg("%s with RelayState %s: %s", rows[i].message, rows[i].relay_state, outcome);
        assert_int_equal(state_of(scene, pending) != IK_DRAFT_UNTESTED, strcmp(outcome, "tested") == 0);
        apr_pool_destroy(p);
    }
}

/* Whoever has caught the message of a test, and whatever they do with it: its InResponseTo is that of no login. */
static void what_was_caught_in_a_test_signs_nobody_in(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *options = apr_psprintf(*state, "unsolicited=accept dummy-request=%s", "2026-12-31");

    assert_true(now_in_days(scene) < 20818);        /* that day is still to come */
    start_test_at_acme(scene, 'A');
    assert_string_equal(post(scene, "first"), "tested");
    set_options(scene, options);
    assert_string_equal(post(scene, "first"), "request_unknown");       /* in the same browser, */
    scene->in.pending = NULL;
    assert_string_equal(post(scene, "first"), "request_unknown");       /* once it has forgotten the test, */
    scene->in.relay_state = "/dashboard";
    assert_string_equal(post(scene, "first"), "request_unknown");
    scene->in.pending = apr_array_make(*state, 1, sizeof(const ik_pending_t *));
    scene->pending = (apr_array_header_t *)scene->in.pending;
    start_at_acme(scene, 'B');
    assert_string_equal(post(scene, "first"), "request_unknown");       /* in another one that is signing in, */
    sign_in(scene, "acme", "ann@acme.test");
    assert_string_equal(post(scene, "first"), "onward");                /* or of the very person, who is in already */
    assert_null(scene->login.cookie);
    assert_int_equal(count_users(scene), 0);
}

/* What is tried has the id and version of the account: it must not be taken for what counts. */
static void tries_the_draft_and_not_what_counts(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_account_change_t beta = metadata_of(scene, "beta"), acme = metadata_of(scene, "acme");
    const ik_pending_t *pending = start_test(scene, 'A', "acme", &beta);
    ik_checklist_t *list;

    assert_string_equal(post(scene, "first"), "tested");
    kept(&list, scene, pending);
    assert_int_equal(list->checks[IK_CHECK_SIGNATURE].state, IK_CHECK_FAILED);
    start_at_acme(scene, 'B');
    assert_string_equal(post(scene, "second"), "session");
    scene->pending->nelts = 0;
    pending = start_test(scene, 'A', "off", &acme);
    assert_string_equal(post(scene, "first"), "tested");
    kept(&list, scene, pending);
    assert_int_equal(list->checks[IK_CHECK_SIGNATURE].state, IK_CHECK_PASSED);
    assert_int_equal(list->checks[IK_CHECK_ACCOUNT].state, IK_CHECK_FAILED);
}

static void a_test_that_is_gone_is_answered_by_nothing(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_pending_t *pending = start_test_at_acme(scene, 'A');
    const char *draft = pending->draft;

    pending->draft = "AAAAAAAAAAAAAAAAAAAAAA";
    assert_string_equal(post(scene, "first"), "request_unknown");
    pending->draft = draft;
    pending->account = "beta";      /* a draft is one of its own account, whatever was sealed */
    assert_string_equal(post(scene, "first"), "request_unknown");
    pending->account = "acme";
    scene->world->ctx.now += IK_DRAFT_LIFETIME + 1;
    assert_string_equal(post(scene, "first"), "request_unknown");
}

/* One of several windows that post the same answer. */
typedef struct window_t {
    scene_t scene;
    world_t world;
    const char *outcome;
    pthread_barrier_t *start;
    pthread_t thread;
} window_t;

static void *post_first(void *arg)
{
    window_t *window = arg;

    pthread_barrier_wait(window->start);
    window->outcome = post(&window->scene, "first");
    return NULL;
}

static void of_many_answers_at_once_one_counts(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_pending_t *pending = start_test_at_acme(scene, 'A');
    window_t windows[THREADS];
    pthread_barrier_t gate;
    int tested = 0;

    assert_int_equal(pthread_barrier_init(&gate, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        windows[i] = (window_t){ .scene = *scene, .world = *scene->world, .start = &gate };
        windows[i].scene.world = &windows[i].world;
        assert_int_equal(apr_pool_create_unmanaged_ex(&windows[i].world.p, NULL, NULL), APR_SUCCESS);
        windows[i].world.ctx.p = windows[i].world.p;
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&windows[i].thread, NULL, post_first, &windows[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(windows[i].thread, NULL), 0);
        tested += strcmp(windows[i].outcome, "tested") == 0;
        assert_true(strcmp(windows[i].outcome, "tested") == 0 || strcmp(windows[i].outcome, "request_unknown") == 0);
        apr_pool_destroy(windows[i].world.p);
    }
    pthread_barrier_destroy(&gate);
    assert_int_equal(tested, 1);
    assert_int_equal(state_of(scene, pending), IK_DRAFT_PASSED);
}

/* A report that cannot be written down is no report: the browser may post it again. */
static void a_failure_loses_no_answer(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_store_t *store = scene->world->ctx.store;
    const ik_pending_t *pending = start_test_at_acme(scene, 'A');
    const char *problem;

    assert_int_equal(ik_store_open(&scene->world->ctx.store, "sqlite3:/nowhere/db", 1, *state, &problem), APR_SUCCESS);
    assert_string_equal(post(scene, "first"), "failure");
    assert_null(scene->login.answered);
    scene->world->ctx.store = store;
    assert_int_equal(state_of(scene, pending), IK_DRAFT_UNTESTED);
    assert_string_equal(post(scene, "first"), "tested");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(writes_down_what_passed_and_signs_nobody_in),
        world_test(a_test_is_answered_once),
        world_test(shows_what_is_wrong_with_whatever_comes),
        world_test(what_cannot_be_read_is_an_answer_if_its_relay_state_says_so),
        world_test(tells_tests_from_logins),
        world_test(what_was_caught_in_a_test_signs_nobody_in),
        world_test(tries_the_draft_and_not_what_counts),
        world_test(a_test_that_is_gone_is_answered_by_nothing),
        world_test(of_many_answers_at_once_one_counts),
        world_test(a_failure_loses_no_answer),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
