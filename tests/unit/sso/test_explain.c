/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/explain.c: a captured response is explained now and as it was when it was new, and nothing is written. */
#include "checklist_scene.h"

#include "model/user.h"
#include "sso/explain.h"
#include "store/replay.h"
#include "store/user.h"

#define DAY apr_time_from_sec(24 * 3600)

/* The fixture as base64, explained for the account; fails if that is refused. */
static const ik_explained_t *explain_to(scene_t *scene, const char *account, const char *text, int everything)
{
    ik_accounts_result_t result;
    ik_explained_t *explained;

    if (ik_explain(&explained, &result, &scene->world->ctx, account, text, strlen(text), everything) != APR_SUCCESS)
        fail_msg("%s", result.problem);
    return explained;
}

static const ik_explained_t *explain(scene_t *scene, const char *account, const char *text)
{
    return explain_to(scene, account, text, 0);
}

static const char *fixture(scene_t *scene, const char *name)
{
    return world_message(scene->world, name);
}

static const ik_checked_t *besides(const ik_explained_t *explained, int i)
{
    assert_true(i < explained->besides->nelts);
    return &APR_ARRAY_IDX(explained->besides, i, const ik_checked_t);
}

static int tells(const ik_explained_t *explained, const char *words)
{
    for (int i = 0; i < explained->times->nelts; i++)
        if (strstr(APR_ARRAY_IDX(explained->times, i, const char *), words))
            return 1;
    return 0;
}

static void says_that_a_good_message_would_be_accepted(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_explained_t *explained = explain(scene, "acme", fixture(scene, "accepted/names_of_every_kind"));

    assert_int_equal(explained->accepted, 1);
    assert_int_equal(explained->accepted_then, 1);
    assert_null(explained->then);
    assert_string_equal(explained->form, "XML");
    assert_string_equal(explained->list->role, "developer");
    assert_string_equal(explained->values.account, "acme");
    assert_string_equal(explained->product, "other");
    assert_true(explained->issued > 0);
    assert_true(tells(explained, "IssueInstant was "));
    assert_true(tells(explained, "NotOnOrAfter of the Conditions is in "));
}

/* Most captures are old when somebody looks at them: their age is not all that there is to say. */
static void looks_at_an_old_message_as_if_it_were_new(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_explained_t *explained;

    scene->world->ctx.now += 3 * DAY;
    explained = explain(scene, "acme", fixture(scene, "accepted/names_of_every_kind"));
    assert_int_equal(explained->accepted, 0);
    assert_string_equal(reason_of(explained->list, IK_CHECK_TIMES), "expired");
    assert_non_null(explained->then);
    assert_int_equal(failed(explained->then), 0);
    assert_int_equal(explained->accepted_then, 1);
    assert_true(tells(explained, "IssueInstant was 3 days ago"));
}

static void what_was_wrong_when_it_was_new_is_still_said(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_explained_t *explained;

    scene->world->ctx.now += 3 * DAY;
    explained = explain(scene, "acme", fixture(scene, "audience_mismatch/audience-absent"));
    assert_non_null(explained->then);
    assert_int_equal(failed(explained->then), ONE(AUDIENCE));
    assert_int_equal(explained->accepted_then, 0);
}

static void a_message_that_was_used_would_be_refused_now(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *text = fixture(scene, "accepted/names_of_every_kind");
    ik_checklist_in_t in = { .account = scene->account };
    ik_seen_t seen = { 0 };
    const ik_explained_t *explained;

    in.saml_response = apr_pencode_base64(*state, text, APR_ENCODE_STRING, APR_ENCODE_NONE, NULL);
    in.seen = &seen;
    assert_int_equal(ik_checklist_make(&scene->list, &scene->world->ctx, scene->db, &in), APR_SUCCESS);
    assert_int_equal(ik_store_replay_use(scene->db, seen.issuer, seen.id, scene->world->ctx.now + DAY, *state), APR_SUCCESS);
    explained = explain(scene, "acme", text);
    assert_int_equal(explained->accepted, 0);
    assert_int_equal(besides(explained, 0)->reason, IK_REASON_REPLAYED);
    assert_int_equal(failed(explained->list), 0);
    assert_int_equal(explained->accepted_then, 1);
}

/* It can be asked as often as people like, and neither uses the message up nor creates anybody. */
static void explaining_writes_nothing(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_user_t *user;

    for (int i = 0; i < 3; i++)
        assert_int_equal(explain(scene, "acme", fixture(scene, "accepted/names_of_every_kind"))->accepted, 1);
    assert_int_equal(ik_store_user_get(&user, scene->db, "acme", "ann@acme.test", *state), APR_NOTFOUND);
}

static void what_the_account_forbids_is_said_besides(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_explained_t *explained;

    scene->world->settings.only_account = "beta";
    explained = explain(scene, "acme", fixture(scene, "accepted/names_of_every_kind"));
    assert_int_equal(explained->accepted, 0);
    assert_int_equal(explained->accepted_then, 0);
    assert_int_equal(besides(explained, 0)->reason, IK_REASON_ACCOUNT_MISMATCH);
    scene->world->settings.only_account = NULL;
    explained = explain(scene, "shut", fixture(scene, "accepted/names_of_every_kind"));
    assert_int_equal(besides(explained, 0)->reason, IK_REASON_ACCOUNT_DISABLED);
    assert_int_equal(explained->accepted, 0);
}

/* What nobody asked for is for the account to accept or not; of what answers a request, nobody here knows the browser. */
static void an_account_that_refuses_what_nobody_asked_for_says_so(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *text = fixture(scene, "accepted/names_of_every_kind");

    assert_int_equal(explain(scene, "acme", text)->list->checks[IK_CHECK_REQUEST].state, IK_CHECK_PASSED);
    set_option(scene->world, "acme", "unsolicited=refuse");
    assert_string_equal(reason_of(explain(scene, "acme", text)->list, IK_CHECK_REQUEST), "unsolicited_forbidden");
}

static void an_account_without_metadata_says_so(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_explained_t *explained = explain(scene, "off", fixture(scene, "accepted/names_of_every_kind"));

    assert_int_equal(explained->accepted, 0);
    assert_null(explained->product);
    assert_string_equal(reason_of(explained->list, IK_CHECK_SIGNATURE), "sso_disabled");
}

static void what_is_no_response_is_refused_with_a_sentence(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_accounts_result_t result;
    ik_explained_t *explained;

    assert_int_equal(ik_explain(&explained, &result, &scene->world->ctx, "acme", "hello", 5, 0), IK_REFUSED);
    assert_string_equal(result.code, "no_response");
    assert_non_null(strstr(result.problem, "SAMLResponse"));
    assert_int_equal(ik_explain(&explained, &result, &scene->world->ctx, "nobody", "hello", 5, 0), IK_REFUSED);
    assert_string_equal(result.code, "not_found");
}

/* Bytes that are no message are explained too: that they cannot be read is what a login would say. */
static void what_cannot_be_read_is_explained(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_explained_t *explained = explain(scene, "acme", "<a>");

    assert_int_equal(explained->accepted, 0);
    assert_null(explained->then);
    assert_int_equal(explained->times->nelts, 0);
    assert_string_equal(reason_of(explained->list, IK_CHECK_READABLE), "malformed");
}

/* A login knows when it asked; here it is known that nobody is given longer than ten minutes to answer. */
static void an_account_that_wants_a_fresh_authentication_refuses_one_that_is_too_old(void **state)
{
    scene_t *scene = make_scene_of("answers", *state);
    const ik_explained_t *explained;

    assert_int_equal(explain(scene, "acme", fixture(scene, "good/first_old"))->accepted, 1);
    set_option(scene->world, "acme", "force-authn=on");
    explained = explain(scene, "acme", fixture(scene, "good/first_old"));
    assert_int_equal(explained->accepted, 0);
    assert_int_equal(failed(explained->list), ONE(AUTHENTICATION));
    assert_string_equal(reason_of(explained->list, IK_CHECK_AUTHENTICATION), "not_allowed");
    assert_int_equal(explain(scene, "acme", fixture(scene, "good/first"))->accepted, 1);
}

/* AuthnInstant of the fixture is an hour before its IssueInstant: a skew of 50 minutes and the ten of a request reach it. */
static void clocks_may_differ_by_the_skew(void **state)
{
    scene_t *scene = make_scene_of("answers", *state);

    set_option(scene->world, "acme", "force-authn=on");
    scene->world->settings.clock_skew = 3600 - 600;
    assert_int_equal(explain(scene, "acme", fixture(scene, "good/first_old"))->accepted, 1);
    scene->world->settings.clock_skew -= 2;
    assert_int_equal(explain(scene, "acme", fixture(scene, "good/first_old"))->accepted, 0);
}

/* Nothing was asked with a message that answers nothing: a login does not look at how fresh it is either. */
static void what_a_request_asked_for_is_said_to_be_unknown(void **state)
{
    scene_t *scene = make_scene_of("answers", *state);

    assert_true(warns(explain(scene, "acme", fixture(scene, "good/first"))->list, "ik-authn-context"));
    assert_false(warns(explain(scene, "acme", fixture(scene, "good/first"))->list, "force-authn"));
    set_option(scene->world, "acme", "force-authn=on");
    assert_true(warns(explain(scene, "acme", fixture(scene, "good/first"))->list, "force-authn"));
    assert_false(warns(explain(scene, "acme", fixture(scene, "good/none"))->list, "ik-authn-context"));
}

static int quotes(const ik_checklist_t *list, const char *words)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        if (list->checks[id].detail && strstr(list->checks[id].detail, words))
            return 1;
    return 0;
}

static void assert_closed(const ik_explained_t *explained)
{
    const ik_checklist_t *list = explained->list;

    assert_int_equal(explained->accepted, 0);
    assert_int_equal(explained->accepted_then, 0);
    assert_int_equal(list->checks[IK_CHECK_DECRYPTION].state, IK_CHECK_PASSED);
    assert_null(list->email);
    assert_null(list->name);
    assert_null(list->role);
    assert_int_equal(list->claims->nelts, 0);
    assert_int_equal(explained->times->nelts, 0);
    assert_int_equal(explained->besides->nelts, 0);
    assert_int_equal((int)explained->issued, 0);
    assert_int_equal(list->checks[IK_CHECK_ROLE].state, IK_CHECK_SKIPPED);
    assert_non_null(strstr(list->checks[IK_CHECK_ROLE].detail, "cannot be shown"));
    assert_false(quotes(list, "ann@") || quotes(list, "Ann") || quotes(list, "full_name,"));
}

/* Our keys open it for whoever presents it; only the operator has them anyway. */
static void what_was_encrypted_for_another_account_stays_closed(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *text = fixture(scene, "accepted/encrypted_gcm");
    const ik_explained_t *explained = explain(scene, "beta", text);

    assert_closed(explained);
    assert_string_equal(reason_of(explained->list, IK_CHECK_SIGNATURE), "signature_invalid");
    assert_string_equal(explain_to(scene, "beta", text, 1)->list->email, "ann@acme.test");
    assert_string_equal(explain(scene, "acme", text)->list->email, "ann@acme.test");
    assert_int_equal(explain(scene, "acme", text)->accepted, 1);
    assert_closed(explain(scene, "off", text));
}

/* A key of this account may have signed around what is for another one. */
static void a_signature_alone_opens_nothing(void **state)
{
    scene_t *scene = make_scene(*state);
    apr_array_header_t *names = apr_array_make(*state, 1, sizeof(const char *));
    const ik_explained_t *explained;

    APR_ARRAY_PUSH(names, const char *) = "imagekit_role";
    scene->world->settings.claim_account = names;
    explained = explain(scene, "acme", fixture(scene, "accepted/encrypted_gcm"));
    assert_closed(explained);
    assert_int_equal(explained->list->checks[IK_CHECK_SIGNATURE].state, IK_CHECK_PASSED);
    assert_string_equal(reason_of(explained->list, IK_CHECK_ACCOUNT), "account_mismatch");
    assert_false(quotes(explained->list, "developer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(says_that_a_good_message_would_be_accepted),
        world_test(looks_at_an_old_message_as_if_it_were_new),
        world_test(what_was_wrong_when_it_was_new_is_still_said),
        world_test(a_message_that_was_used_would_be_refused_now),
        world_test(explaining_writes_nothing),
        world_test(what_the_account_forbids_is_said_besides),
        world_test(an_account_that_refuses_what_nobody_asked_for_says_so),
        world_test(an_account_without_metadata_says_so),
        world_test(what_is_no_response_is_refused_with_a_sentence),
        world_test(what_cannot_be_read_is_explained),
        world_test(an_account_that_wants_a_fresh_authentication_refuses_one_that_is_too_old),
        world_test(clocks_may_differ_by_the_skew),
        world_test(what_a_request_asked_for_is_said_to_be_unknown),
        world_test(what_was_encrypted_for_another_account_stays_closed),
        world_test(a_signature_alone_opens_nothing),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
