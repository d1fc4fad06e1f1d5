/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/checklist.c: it says what a login says, and everything else that is wrong, and decides nothing. */
#include "checklist_scene.h"

#include "sso/consume.h"
#include "store/user.h"

static void passes_a_good_message_and_shows_what_it_says(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_checklist_t *list = check_fixture(scene, "accepted/names_of_every_kind");

    assert_int_equal(failed(list), 0);
    assert_int_equal(in_state(list, IK_CHECK_SKIPPED), ONE(DECRYPTION) | ONE(REQUEST));
    assert_string_equal(list->issuer, "https://idp.acme.test/metadata");
    assert_string_equal(list->email, "ann@acme.test");
    assert_string_equal(list->role, "developer");
    assert_string_equal(list->name, "Zo\xc3\xab \xe6\x9d\x8e \xf0\x9f\x98\x80 & <Sons>");
    assert_string_equal(APR_ARRAY_IDX(list->claims, 0, ik_claim_seen_t).name, "NameID");
    assert_string_equal(claim(list, "imagekit_id", *state), "acme");
    assert_string_equal(claim(list, "full_name", *state), list->name);
    assert_int_equal(list->warnings->nelts, 0);
    list = check_fixture(scene, "accepted/encrypted_gcm");
    assert_int_equal(in_state(list, IK_CHECK_SKIPPED), ONE(REQUEST));
    assert_int_equal(failed(check_fixture(scene, "accepted/encrypted_aes256-cbc")), 0);
}

/* A run over all messages of one directory. */
typedef struct run_t {
    scene_t *scene;
    const char *expected;       /* id of a reason, or "accepted" */
    int wrong;
} run_t;

/* The account that a message names, if it is there: as a login would choose it. */
static void choose_named(scene_t *scene, const char *xml)
{
    static const char *const ids[] = { "twin2", "twin", "beta", "gamma", "delta", "narrow", "p256", "p384", "p521",
                                       "rsa3072", "two-certs", "shut", "off" };
    const char *at = strstr(xml, "Name=\"imagekit_id\"");

    choose(scene, "acme");
    for (size_t i = 0; at && i < ROWS(ids); i++) {
        const char *value = strstr(at, apr_pstrcat(scene->world->p, ">", ids[i], "<", NULL));

        if (value && value - at < 150)
            choose(scene, ids[i]);
    }
}

static int has_reason(const ik_checklist_t *list, const char *id)
{
    for (int check = 0; check < IK_CHECK_COUNT; check++)
        if (list->checks[check].state == IK_CHECK_FAILED
            && strcmp(ik_reason_row(list->checks[check].reason)->id, id) == 0)
            return 1;
    return 0;
}

/* What a login says about accounts as such is no check of a message, and mixed up accounts differ in what they miss. */
static int agrees(const ik_checklist_t *list, const char *expected)
{
    if (strcmp(expected, "accepted") == 0)
        return list->passed;
    if (strcmp(expected, "account_disabled") == 0)
        return list->passed && warns(list, "This account is disabled");
    if (strcmp(expected, "account_mismatch") == 0 || strcmp(expected, "unknown_account") == 0)
        return !list->passed;
    return has_reason(list, expected);
}

static void check_one(void *arg, const char *name, const char *bytes, apr_size_t len)
{
    run_t *run = arg;

    choose_named(run->scene, bytes);
    if (!agrees(check_bytes(run->scene, bytes, len), run->expected)) {
        print_error("%s/%s: failed %x, passed %d\n", run->expected, name, failed(run->scene->list),
                    run->scene->list->passed);
        run->wrong++;
    }
    assert_non_null(ik_checklist_text(run->scene->list, run->scene->world->p));
}

static void says_what_a_login_says_about_every_fixture(void **state)
{
    run_t run = { make_scene(*state), NULL, 0 };
    apr_array_header_t *reasons = world_reasons(run.scene->world, *state);

    run.scene->in.request = FIRST;
    for (int i = 0; i < reasons->nelts; i++) {
        run.expected = APR_ARRAY_IDX(reasons, i, const char *);
        assert_true(world_each(run.scene->world, run.expected, check_one, &run) > 0);
    }
    assert_int_equal(run.wrong, 0);
}

/* What cannot be read has nothing that could be looked at. */
static void tells_how_far_a_message_can_be_read(void **state)
{
    static const struct { const char *xml; unsigned passed, failed; const char *reason; } rows[] = {
        { "not XML", 0, ONE(READABLE), "malformed" },
        { "<a/>", 0, ONE(READABLE), "malformed" },
        { "<!DOCTYPE a><a/>", ONE(READABLE), ONE(STRUCTURE), "structure_forbidden" },
    };
    scene_t *scene = make_scene(*state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_checklist_t *list = check(scene, rows[i].xml);
        const ik_check_id_t id = rows[i].failed == ONE(READABLE) ? IK_CHECK_READABLE : IK_CHECK_STRUCTURE;

        assert_int_equal(in_state(list, IK_CHECK_PASSED), rows[i].passed);
        assert_int_equal(failed(list), rows[i].failed);
        assert_string_equal(reason_of(list, id), rows[i].reason);
        assert_null(list->issuer);
        assert_int_equal(list->claims->nelts, 0);
    }
    scene->in.saml_response = "%%%";
    assert_int_equal(ik_checklist_make(&scene->list, &scene->world->ctx, scene->db, &scene->in), APR_SUCCESS);
    assert_int_equal(failed(scene->list), ONE(READABLE));
}

static void tells_algorithms_and_statuses_apart(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_checklist_t *list;

    list = check_fixture(scene, "algorithm_forbidden/signature_algorithms-hmac_over_the_response");
    assert_int_equal(failed(list), ONE(STRUCTURE));
    assert_string_equal(reason_of(list, IK_CHECK_STRUCTURE), "algorithm_forbidden");
    list = check_fixture(scene, "algorithm_forbidden/signature_algorithms-rsa_sha1");
    assert_int_equal(failed(list), ONE(SIGNATURE));
    assert_non_null(strstr(list->checks[IK_CHECK_SIGNATURE].detail, "option sha1"));
    assert_string_equal(list->email, "ann@acme.test");
    list = check(scene, altered(world_message(scene->world, "accepted/signed_assertion"), "status:Success",
                                "status:Responder", *state));
    assert_int_equal(failed(list), ONE(STATUS));
    assert_int_equal(in_state(list, IK_CHECK_PASSED), ONE(READABLE) | ONE(STRUCTURE));
}

/* Spoiled in every way that does not hide another one. */
static void tells_all_that_is_wrong_at_once(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *xml = world_message(scene->world, "accepted/signed_both");
    const ik_checklist_t *list;

    xml = altered(xml, "<saml:Issuer>https://idp.acme", "<saml:Issuer>https://idp.other", *state);
    xml = altered(xml, "Destination=\"https://imagekit.test/saml", "Destination=\"https://imagekit.test/sample", *state);
    xml = altered(xml, "<saml:Audience>https://", "<saml:Audience>http://", *state);
    xml = altered(xml, "Recipient=\"https://", "Recipient=\"http://", *state);
    xml = altered(xml, "Conditions NotBefore=\"2", "Conditions NotBefore=\"3", *state);
    xml = altered(xml, "AuthnInstant=\"2", "AuthnInstant=\"3", *state);
    xml = altered(xml, ">acme<", ">acne<", *state);
    xml = altered(xml, "Name=\"full_name\"", "Name=\"fullname\"", *state);
    xml = altered(xml, ">developer<", ">Developer<", *state);
    list = check(scene, xml);
    assert_int_equal(failed(list), ONE(SIGNATURE) | ONE(ISSUER) | ONE(DESTINATION) | ONE(AUDIENCE) | ONE(TIMES)
                     | ONE(CONFIRMATION) | ONE(AUTHENTICATION) | ONE(ACCOUNT) | ONE(NAME) | ONE(ROLE));
    assert_string_equal(reason_of(list, IK_CHECK_SIGNATURE), "signature_invalid");
    assert_string_equal(reason_of(list, IK_CHECK_CONFIRMATION), "recipient_mismatch");
    assert_string_equal(list->email, "ann@acme.test");
    assert_null(list->name);
    assert_null(list->role);
    assert_string_equal(claim(list, "imagekit_role", *state), "Developer");
    assert_true(warns(list, "The role came as “Developer”. If that means developer,"));
    assert_true(warns(list, "exactly that value"));
}

static void finds_a_date_that_is_none(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *xml = world_message(scene->world, "accepted/signed_both");

    xml = altered(xml, "AuthnInstant=\"2026", "AuthnInstant=\"soon", *state);
    assert_int_equal(failed(check(scene, xml)), ONE(READABLE) | ONE(SIGNATURE));
    assert_int_equal(scene->list->claims->nelts, 0);
}

/* The settings of the draft decide, not those of the account with that id, however often that one was used before. */
static void holds_a_message_against_the_metadata_of_the_draft(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_account_t draft = *scene->account;

    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), 0);
    choose(scene, "beta");
    draft.metadata = scene->account->metadata;
    draft.idp_entity_id = scene->account->idp_entity_id;
    scene->in.account = &draft;
    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), ONE(SIGNATURE) | ONE(ISSUER));
    draft.metadata = "<broken/>";
    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), ONE(SIGNATURE));
    assert_string_equal(reason_of(scene->list, IK_CHECK_SIGNATURE), "sso_disabled");
    draft = *scene->account;
    draft.id = "acme";
    draft.entity_id = "https://imagekit.test/saml/consume#acme";
    assert_true((failed(check_fixture(scene, "accepted/signed_both")) & ONE(AUDIENCE)) != 0);
}

static void looks_at_domain_and_user(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_user_t user = { .account = "acme", .email = "ann@acme.test", .name = "", .role = "finance", .enabled = 1 };

    assert_int_equal(ik_store_user_save(&user, scene->db, *state), APR_SUCCESS);
    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), 0);
    assert_int_equal(ik_store_user_enable(scene->db, "acme", "ann@acme.test", 0, *state), APR_SUCCESS);
    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), ONE(USER));
    assert_string_equal(reason_of(scene->list, IK_CHECK_USER), "user_disabled");
    APR_ARRAY_PUSH(scene->account->domains, const char *) = "beta.test";
    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), ONE(DOMAIN) | ONE(USER));
}

static void decides_nothing_and_writes_nothing(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_refusal_t why = { .p = *state };
    ik_login_t login = { 0 };
    ik_consume_in_t in = { 0 };

    for (int i = 0; i < 2; i++)
        assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), 0);
    in.saml_response = scene->in.saml_response;
    assert_int_equal(ik_consume(&login, &scene->world->ctx, &in, &why), APR_SUCCESS);
    assert_int_equal(login.user_created, 1);
    assert_int_equal(failed(check_fixture(scene, "accepted/signed_both")), 0);
}

static void fails_without_a_database(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *path = apr_pstrcat(*state, "sqlite3:", scene->world->database, "/empty", NULL), *problem;
    ik_store_t *empty;

    assert_int_equal(ik_store_open(&empty, path, 1, *state, &problem), APR_SUCCESS);
    assert_int_equal(ik_store_acquire(&scene->db, empty, *state), APR_SUCCESS);
    scene->in.saml_response = apr_pencode_base64(*state, world_message(scene->world, "accepted/signed_both"),
                                                 APR_ENCODE_STRING, APR_ENCODE_NONE, NULL);
    assert_true(APR_SUCCESS != ik_checklist_make(&scene->list, &scene->world->ctx, scene->db, &scene->in));
}

/* One row of messages that were made for browsers: what becomes of them as the answer to a test. */
static void tells_which_request_is_answered(void **state)
{
    static const struct { const char *message, *request, *option; unsigned failed; const char *warning; } rows[] = {
        { "first", FIRST, "unsolicited=accept", 0, NULL },
        { "first", NULL, "unsolicited=refuse", 0, NULL },
        { "first", SECOND, "unsolicited=accept", ONE(REQUEST), NULL },
        { "first_in_response_only", FIRST, "unsolicited=accept", ONE(REQUEST), NULL },
        { "first_in_confirmation_only", FIRST, "unsolicited=accept", ONE(REQUEST), NULL },
        { "first_and_second", FIRST, "unsolicited=accept", ONE(REQUEST), NULL },
        { "none", FIRST, "unsolicited=accept", 0, "every sign-in starts on its own side" },
        { "none", FIRST, "unsolicited=refuse", ONE(REQUEST), "every sign-in starts on its own side" },
        { "none", FIRST, "unsolicited=bounce", ONE(REQUEST), "every sign-in starts on its own side" },
        { "dummy", FIRST, "unsolicited=accept", ONE(REQUEST), NULL },
        { "dummy", FIRST, "dummy-request=2027-02-01", 0, "made up the InResponseTo “dummy”. That is tolerated until "
          "2027-02-01 only" },
        { "dummy", FIRST, "dummy-request=2026-01-01", ONE(REQUEST), NULL },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        scene_t *scene = make_scene_of("answers", *state);
        const ik_checklist_t *list;

        set_option(scene->world, "acme", rows[i].option);
        choose(scene, "acme");
        scene->in.request = rows[i].request;
        list = check_fixture(scene, apr_pstrcat(*state, "good/", rows[i].message, NULL));
        if (failed(list) != rows[i].failed || (rows[i].warning ? !warns(list, rows[i].warning) : list->warnings->nelts))
            fail_msg("row %d: failed %x, %d warnings", (int)i, failed(list), list->warnings->nelts);
    }
}

static void wants_the_authentication_to_be_fresh_if_the_account_does(void **state)
{
    scene_t *scene = make_scene_of("answers", *state);

    set_option(scene->world, "acme", "force-authn=on");
    choose(scene, "acme");
    scene->in.request = FIRST;
    scene->in.asked = scene->world->ctx.now;
    assert_int_equal(failed(check_fixture(scene, "good/first")), 0);
    scene->in.asked += apr_time_from_sec(600);
    assert_int_equal(failed(check_fixture(scene, "good/first")), ONE(AUTHENTICATION));
    assert_string_equal(reason_of(scene->list, IK_CHECK_AUTHENTICATION), "not_allowed");
    scene->in.asked = 0;
    assert_int_equal(failed(check_fixture(scene, "good/first")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(passes_a_good_message_and_shows_what_it_says),
        world_test(says_what_a_login_says_about_every_fixture),
        world_test(tells_how_far_a_message_can_be_read),
        world_test(tells_algorithms_and_statuses_apart),
        world_test(tells_all_that_is_wrong_at_once),
        world_test(finds_a_date_that_is_none),
        world_test(holds_a_message_against_the_metadata_of_the_draft),
        world_test(looks_at_domain_and_user),
        world_test(decides_nothing_and_writes_nothing),
        world_test(fails_without_a_database),
        world_test(tells_which_request_is_answered),
        world_test(wants_the_authentication_to_be_fresh_if_the_account_does),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
