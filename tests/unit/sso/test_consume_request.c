/* SPDX-License-Identifier: Apache-2.0 */
/* Responses to requests of ours (tests/fixtures/answers/): which browser they are good for, how often, and what for. */
#include "answers_scene.h"

#include "saml/time.h"
#include "sso/session.h"

#define MFA "https://refeds.org/profile/mfa"
#define DEFAULT_TARGET "https://imagekit.test/dashboard"

/* A tolerance whose last day is today. */
static const char *tolerating(const scene_t *scene, const char *option)
{
    const char *now = ik_saml_time_text(scene->world->p, scene->world->ctx.now);

    return apr_psprintf(scene->world->p, "%s=%.10s", option, now);
}

static void is_good_for_the_login_it_answers(void **state)
{
    static const struct {
        const char *account, *idp;      /* where the browser went, with request A */
        const char *message, *outcome;
    } rows[] = {
        { "acme", "https://idp.acme.test/metadata", "first", "session" },
        { "acme", "https://idp.acme.test/metadata", "first_encrypted", "session" },
        { "acme", "https://idp.acme.test/metadata", "first_of_bob", "session" },
        { "acme", "https://idp.acme.test/metadata", "none", "session" },
        { "acme", "https://idp.acme.test/metadata", "second", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "first_of_beta", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "first_of_twin", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "first_with_other_role", "role_forbidden" },
        { "acme", "https://idp.acme.test/metadata", "first_expired", "expired" },
        { "acme", "https://idp.acme.test/metadata", "first_in_response_only", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "first_in_unsigned_response", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "first_in_confirmation_only", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "first_and_second", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "dummy", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "dummy_in_response", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "dummy_and_first", "request_unknown" },
        { "acme", "https://idp.acme.test/metadata", "empty", "request_unknown" },
        { "acme", "https://idp.former.test/", "first", "request_unknown" },
        { "beta", "https://idp.beta.test/metadata", "first", "request_unknown" },
        { "beta", "https://idp.beta.test/metadata", "first_of_beta", "session" },
        { "twin", "https://sts.windows.test/5a1ad2b0/twin", "first_of_twin", "session" },
        { "twin2", "https://sts.windows.test/5a1ad2b0/twin", "first_of_twin", "request_unknown" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        scene_t *scene;
        const char *outcome;
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        scene = make_scene(p);
        start(scene, 'A', rows[i].account, rows[i].idp);
        outcome = post(scene, rows[i].message);
        if (strcmp(outcome, rows[i].outcome) != 0)
            fail_msg("%s, started at %s: %s", rows[i].message, rows[i].account, outcome);
        if (strcmp(outcome, "session") == 0 && strcmp(rows[i].message, "none") != 0)
            assert_string_equal(scene->login.answered, "a");
        apr_pool_destroy(p);
    }
}

/* Whoever catches somebody's response, or is made to post it, has not started that login. */
static void is_good_for_no_other_browser(void **state)
{
    scene_t *scene = make_scene(*state);

    assert_string_equal(post(scene, "first"), "request_unknown");
    assert_non_null(strstr(scene->why.detail, "_ikAAAAAAAAAAAAAAAAAAAAAA"));
    scene->in.pending = NULL;
    assert_string_equal(post(scene, "first"), "request_unknown");
    scene->in.pending = scene->pending;
    start_at_acme(scene, 'B');
    assert_string_equal(post(scene, "first"), "request_unknown");
    assert_null(scene->login.answered);
    start_at_acme(scene, 'A');
    assert_string_equal(post(scene, "first"), "session");       /* nothing of that used it up */
}

static void five_tabs_sign_in_in_any_order(void **state)
{
    scene_t *scene = make_scene(*state);

    for (char letter = 'A'; letter <= 'E'; letter++)
        start_at_acme(scene, letter);
    assert_string_equal(post(scene, "second"), "session");
    assert_string_equal(scene->login.answered, "b");
    assert_string_equal(scene->login.target, "https://imagekit.test/b");
    sign_in(scene, "acme", "ann@acme.test");
    assert_string_equal(post(scene, "first"), "session");
    assert_string_equal(scene->login.answered, "a");
    assert_string_equal(scene->login.target, "https://imagekit.test/a");
}

static void a_request_is_answered_once(void **state)
{
    scene_t *scene = make_scene(*state);

    start_at_acme(scene, 'A');
    assert_string_equal(post(scene, "first"), "session");
    assert_string_equal(post(scene, "first_again"), "request_unknown");
    sign_in(scene, "acme", "bob@acme.test");
    assert_string_equal(post(scene, "first_again"), "request_unknown");
    assert_string_equal(post(scene, "first_of_bob"), "onward");
    sign_in(scene, "acme", "ann@acme.test");
    assert_string_equal(post(scene, "first_again"), "onward");
    assert_int_equal(scene->why.reason, IK_REASON_REQUEST_UNKNOWN);
    assert_string_equal(scene->login.target, "https://imagekit.test/a");
    assert_string_equal(scene->login.answered, "a");
}

/* The browser that started it may have dropped the answer with its cookies: it goes to the identity provider again. */
static void a_form_that_is_submitted_twice_leads_on(void **state)
{
    scene_t *scene = make_scene(*state);

    start_at_acme(scene, 'A');
    assert_string_equal(post(scene, "first"), "session");
    assert_string_equal(post(scene, "first"), "bounce");
    assert_string_equal(scene->login.bounce->id, "acme");
    assert_string_equal(scene->login.target, "https://imagekit.test/a");
    assert_string_equal(scene->login.answered, "a");
    assert_int_equal(scene->why.reason, IK_REASON_REPLAYED);
    sign_in(scene, "acme", "ann@acme.test");
    assert_string_equal(post(scene, "first"), "onward");
    scene->in.present = NULL;
    scene->in.pending = NULL;
    assert_string_equal(post(scene, "first"), "request_unknown");
}

static void leads_on_whoever_is_signed_in_already(void **state)
{
    static const struct {
        const char *account, *email, *message, *outcome;
    } rows[] = {
        { "acme", "ann@acme.test", "first", "onward" },
        { "acme", "ann@acme.test", "dummy", "onward" },
        { "acme", "bob@acme.test", "first_of_bob", "onward" },
        { "acme", "bob@acme.test", "first", "request_unknown" },
        { "beta", "ann@acme.test", "first", "request_unknown" },
        { "acme", "ANN@acme.test", "first", "request_unknown" },
        { "acme", "ann@acme.test", "first_expired", "expired" },
        { "acme", "ann@acme.test", "first_with_other_role", "role_forbidden" },
        { "acme", "ann@acme.test", "first_and_second", "request_unknown" },
        { "acme", "ann@acme.test", "first_in_unsigned_response", "request_unknown" },
    };
    scene_t *scene = make_scene(*state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *outcome;

        sign_in(scene, rows[i].account, rows[i].email);
        outcome = post(scene, rows[i].message);
        if (strcmp(outcome, rows[i].outcome) != 0)
            fail_msg("%s, with %s present: %s", rows[i].message, rows[i].email, outcome);
        assert_null(scene->login.answered);
    }
}

static void leads_on_whoever_presses_the_tile_twice_or_goes_back(void **state)
{
    scene_t *scene = make_scene(*state);

    assert_string_equal(post(scene, "none"), "session");
    assert_string_equal(post(scene, "none"), "replayed");
    sign_in(scene, "acme", "bob@acme.test");
    assert_string_equal(post(scene, "none"), "replayed");
    sign_in(scene, "acme", "ann@acme.test");
    scene->in.relay_state = "/dashboard/media";
    assert_string_equal(post(scene, "none"), "onward");
    assert_string_equal(scene->login.target, "https://imagekit.test/dashboard/media");
    assert_string_equal(post(scene, "none_of_bob"), "switch");
}

static void asks_before_another_person_takes_the_place(void **state)
{
    static const char *const messages[] = { "first", "none" };

    for (size_t i = 0; i < ROWS(messages); i++) {
        scene_t *scene;
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        scene = make_scene(p);
        start_at_acme(scene, 'A');
        sign_in(scene, "acme", "victim@acme.test");
        assert_string_equal(post(scene, messages[i]), "switch");
        assert_string_equal(scene->login.identity->email, "ann@acme.test");
        apr_pool_destroy(p);
    }
}

static void the_account_decides_about_what_nobody_asked_for(void **state)
{
    scene_t *scene = make_scene(*state);

    set_options(scene, "unsolicited=refuse");
    assert_string_equal(post(scene, "none"), "unsolicited_forbidden");
    set_options(scene, "unsolicited=bounce");
    scene->in.relay_state = "/dashboard/media";
    assert_string_equal(post(scene, "none"), "bounce");
    assert_string_equal(post(scene, "none"), "bounce");
    assert_string_equal(scene->login.bounce->id, "acme");
    assert_string_equal(scene->login.target, "https://imagekit.test/dashboard/media");
    assert_null(scene->login.answered);
    set_options(scene, "unsolicited=accept");
    assert_string_equal(post(scene, "none"), "session");        /* nothing was written before */
    assert_int_equal(scene->login.user_created, 1);
    set_options(scene, "unsolicited=refuse");
    start_at_acme(scene, 'A');
    start_at_acme(scene, 'B');
    assert_string_equal(post(scene, "first"), "session");
    set_options(scene, "unsolicited=bounce");
    assert_string_equal(post(scene, "second"), "session");
}

static void a_dummy_is_tolerated_where_the_account_says_so(void **state)
{
    static const struct {
        const char *message, *outcome;
        int tolerated;
    } rows[] = {
        { "dummy", "session", 1 }, { "dummy_in_response", "session", 1 }, { "empty", "session", 1 },
        { "none", "session", 0 }, { "first", "session", 0 },
        { "second", "request_unknown", 0 }, { "dummy_and_first", "request_unknown", 1 },
    };
    scene_t *scene = make_scene(*state);

    start_at_acme(scene, 'A');
    set_options(scene, tolerating(scene, "dummy-request"));
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(post(scene, rows[i].message), rows[i].outcome);
        assert_int_equal(scene->login.tolerated_dummy, rows[i].tolerated);
    }
    set_options(scene, "unsolicited=refuse");
    assert_string_equal(post(scene, "dummy"), "unsolicited_forbidden");
    set_options(scene, "unsolicited=accept dummy-request=2026-01-01");      /* that day is over */
    assert_string_equal(post(scene, "dummy"), "request_unknown");
}

static void a_step_up_gets_what_it_asked_for(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_pending_t *pending = start_at_acme(scene, 'A');

    pending->force_authn = 1;
    assert_string_equal(post(scene, "first_old"), "not_allowed");
    pending->wanted.contexts = ik_text_words(*state, "urn:card " MFA);
    assert_string_equal(post(scene, "first"), "not_allowed");
    sign_in(scene, "acme", "ann@acme.test");
    assert_string_equal(post(scene, "first"), "not_allowed");
    assert_string_equal(post(scene, "first_mfa"), "session");       /* the request was not used up */
    assert_string_equal(scene->login.identity->context, MFA);
}

static void leads_to_the_target_of_the_login_and_not_to_relay_state(void **state)
{
    scene_t *scene = make_scene(*state);

    start_at_acme(scene, 'A')->target = "https://imagekit.test/deep?x=1#frag";
    start_at_acme(scene, 'B')->target = "https://evil.test/";       /* the configuration has changed meanwhile */
    scene->in.relay_state = "/elsewhere";
    assert_string_equal(post(scene, "first"), "session");
    assert_string_equal(scene->login.target, "https://imagekit.test/deep?x=1#frag");
    assert_string_equal(post(scene, "second"), "session");
    assert_string_equal(scene->login.target, DEFAULT_TARGET);
    assert_string_equal(scene->login.target_refused, "https://evil.test/");
    sign_in(scene, "acme", "ann@acme.test");
    scene->in.pending = NULL;
    scene->in.relay_state = "AAAAAAAAAAAAAAAAAAAAAA";       /* the handle of a login that is over */
    assert_string_equal(post(scene, "first"), "onward");
    assert_string_equal(scene->login.target, DEFAULT_TARGET);
    assert_null(scene->login.target_refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(is_good_for_the_login_it_answers),
        world_test(is_good_for_no_other_browser),
        world_test(five_tabs_sign_in_in_any_order),
        world_test(a_request_is_answered_once),
        world_test(a_form_that_is_submitted_twice_leads_on),
        world_test(leads_on_whoever_is_signed_in_already),
        world_test(leads_on_whoever_presses_the_tile_twice_or_goes_back),
        world_test(asks_before_another_person_takes_the_place),
        world_test(the_account_decides_about_what_nobody_asked_for),
        world_test(a_dummy_is_tolerated_where_the_account_says_so),
        world_test(a_step_up_gets_what_it_asked_for),
        world_test(leads_to_the_target_of_the_login_and_not_to_relay_state),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
