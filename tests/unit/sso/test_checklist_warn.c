/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what a checklist says of messages that are unusual, accepted for a time only, or nearly right; its bounds. */
#include "checklist_scene.h"

#define DAY apr_time_from_sec(24 * 3600)
#define GOOD "accepted/signed_both"
#define ATTRIBUTE(name, values) "<saml:Attribute Name=\"" name "\">" values "</saml:Attribute>"
#define VALUE(text) "<saml:AttributeValue>" text "</saml:AttributeValue>"

/* A good message but for one thing, which its signatures do not cover. */
static const ik_checklist_t *check_altered(scene_t *scene, const char *from, const char *to)
{
    return check(scene, altered(world_message(scene->world, GOOD), from, to, scene->world->p));
}

static void tells_that_sha1_is_tolerated_and_until_when(void **state)
{
    static const char *const messages[] = {
        "rsa_sha1", "rsa_sha1_over_the_response", "sha1_digest", "sha1_all_over",
    };
    scene_t *scene = make_scene(*state);

    set_option(scene->world, "acme", "sha1=2027-01-31");
    choose(scene, "acme");
    for (size_t i = 0; i < ROWS(messages); i++) {
        const char *name = apr_pstrcat(*state, "algorithm_forbidden/signature_algorithms-", messages[i], NULL);

        assert_int_equal(failed(check_fixture(scene, name)), 0);
        assert_true(warns(scene->list, "signed with SHA-1, which is tolerated until 2027-01-31 only"));
    }
    assert_int_equal(check_fixture(scene, GOOD)->warnings->nelts, 0);
    /* What is not even verified needs no warning: the failure names the option. */
    set_option(scene->world, "acme", "sha1=2026-01-31");
    choose(scene, "acme");
    assert_false(warns(check_fixture(scene, "algorithm_forbidden/signature_algorithms-rsa_sha1"), "SHA-1"));
}

/* The certificate of acme's identity provider is good for 365 days from a day before the fixtures were made. */
static void counts_the_days_that_a_certificate_has_left(void **state)
{
    static const struct { apr_time_t later; const char *words; } rows[] = {
        { 0, NULL },
        { 334 * DAY, NULL },
        { 336 * DAY + DAY / 2, "(28 days left)" },
        { 363 * DAY + DAY / 2, "(1 day left)" },
        { 364 * DAY + DAY / 2, "(0 days left)" },
        { 366 * DAY, "in the metadata expired on 2027-11-24" },
    };
    scene_t *scene = make_scene(*state);
    const apr_time_t now = scene->world->ctx.now;

    for (size_t i = 0; i < ROWS(rows); i++) {
        scene->world->ctx.now = now + rows[i].later;
        check_fixture(scene, GOOD);
        if (rows[i].words ? !warns(scene->list, rows[i].words) : warns(scene->list, "ertificate"))
            fail_msg("row %d: %s", (int)i, ik_text_join(*state, scene->list->warnings, "\n"));
    }
    assert_int_equal(scene->list->checks[IK_CHECK_SIGNATURE].state, IK_CHECK_PASSED);
}

static void tells_of_messages_that_stay_valid_for_long(void **state)
{
    scene_t *scene = make_scene(*state);

    assert_false(warns(check_fixture(scene, GOOD), "stays valid"));
    assert_false(warns(check_altered(scene, "Z\"><saml:AudienceRestriction", "+00:00\"><saml:AudienceRestriction"),
                       "stays valid"));
    assert_true(warns(check_altered(scene, "Z\"><saml:AudienceRestriction", "-02:00\"><saml:AudienceRestriction"),
                      "The message stays valid until 2026-11-24T"));
}

static void explains_what_a_friendly_name_is_not_good_for(void **state)
{
    scene_t *scene = make_scene(*state);
    const ik_checklist_t *list = check_altered(scene, "Name=\"full_name\"",
                                               "Name=\"urn:oid:2\" FriendlyName=\"full_name\"");

    assert_string_equal(reason_of(list, IK_CHECK_NAME), "claim_missing");
    assert_true(warns(list, "The attribute “urn:oid:2” has only the FriendlyName full_name"));
    assert_true(warns(list, "with the Name full_name"));
    list = check_altered(scene, "Name=\"full_name\"", "Name=\"full_name\" FriendlyName=\"full_name\"");
    assert_false(warns(list, "FriendlyName"));
}

static void guesses_which_role_is_meant(void **state)
{
    static const struct { const char *sent, *meant; } rows[] = {
        { "Account Administrator", "account_administrator" },
        { "ACCOUNT_ADMINISTRATOR", "account_administrator" },
        { "ImageKit - Account Administrator (EU)", "account_administrator" },
        { "cn=developer,ou=roles", "developer" },
        { "Media Library / View Only Access", "media_library_view_only_access" },
        { "developers", NULL },
        { "root", NULL },
        { "", NULL },
        { "\xd0\xb0" "ccount_administrator", NULL },        /* a Cyrillic letter */
    };
    scene_t *scene = make_scene(*state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *sent = apr_pstrcat(*state, ">", rows[i].sent, "<", NULL);
        const ik_checklist_t *list = check_altered(scene, ">developer<", sent);
        const char *words = apr_pstrcat(*state, "If that means ", rows[i].meant, ", the administrator", NULL);

        assert_int_equal(list->checks[IK_CHECK_ROLE].state, IK_CHECK_FAILED);
        if (rows[i].meant ? !warns(list, words) : warns(list, "The role came as"))
            fail_msg("%s: %s", rows[i].sent, ik_text_join(*state, list->warnings, "\n"));
    }
    assert_false(warns(check_fixture(scene, GOOD), "role"));
}

/* text, count times. */
static const char *times(const char *text, int count, apr_pool_t *p)
{
    const apr_size_t len = strlen(text);
    char *all = apr_pcalloc(p, len * (apr_size_t)count + 1);

    for (int i = 0; i < count; i++)
        memcpy(all + len * (apr_size_t)i, text, len);
    return all;
}

static void shows_so_many_claims_and_values_and_so_much_of_each(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *more = apr_pstrcat(*state, ATTRIBUTE("long", VALUE("%s")) "<saml:Attribute Name=\"many\">",
                                   times(VALUE("x"), 21, *state), "</saml:Attribute>",
                                   ATTRIBUTE("twenty", "%s") ATTRIBUTE("odd", "<saml:AttributeValue><a xmlns=\"urn:a\"/>"
                                   "</saml:AttributeValue>" VALUE("")), times(ATTRIBUTE("n", VALUE("1")), 50, *state),
                                   "</saml:AttributeStatement>", NULL);
    const char *text = apr_pstrcat(*state, "x", times("\xc3\xab", 800, *state), NULL), *shown;
    const ik_checklist_t *list;

    more = altered(altered(more, "%s", text, *state), "%s", times(VALUE("y"), 20, *state), *state);
    list = check_altered(scene, "</saml:AttributeStatement>", more);
    assert_int_equal(list->claims->nelts, IK_CHECKLIST_CLAIMS_MAX);
    assert_true(warns(list, "more attributes than are shown here: only the first 50 are"));
    shown = claim(list, "long", *state);
    assert_int_equal(strlen(shown), 1024);              /* 1,021 bytes are a whole number of characters here */
    assert_memory_equal(shown, text, 1021);
    assert_string_equal(shown + 1021, "…");
    assert_string_equal(claim(list, "many", *state), apr_pstrcat(*state, times("x|", 19, *state), "… and 2 more", NULL));
    assert_string_equal(claim(list, "twenty", *state), apr_pstrcat(*state, times("y|", 19, *state), "y", NULL));
    assert_null(APR_ARRAY_IDX(APR_ARRAY_IDX(list->claims, 7, ik_claim_seen_t).values, 0, const char *));
    assert_string_equal(APR_ARRAY_IDX(APR_ARRAY_IDX(list->claims, 7, ik_claim_seen_t).values, 1, const char *), "");
    assert_non_null(ik_checklist_text(list, *state));
}

static void shortens_what_a_message_puts_into_details_and_warnings(void **state)
{
    scene_t *scene = make_scene(*state);
    const char *huge = times("\xe2\x82\xac", 100000, *state);
    const ik_checklist_t *list = check_altered(scene, "<saml:Audience>",
                                               apr_pstrcat(*state, "<saml:Audience>", huge, NULL));

    assert_int_equal(list->checks[IK_CHECK_AUDIENCE].state, IK_CHECK_FAILED);
    assert_true(strlen(list->checks[IK_CHECK_AUDIENCE].detail) <= IK_CHECKLIST_TEXT_MAX);
    assert_non_null(ik_checklist_text(list, *state));
    list = check_altered(scene, ">developer<", apr_pstrcat(*state, ">developer ", huge, "<", NULL));
    assert_true(warns(list, "If that means developer"));
    assert_non_null(ik_checklist_text(list, *state));
    list = check_altered(scene, "<saml:Issuer>", apr_pstrcat(*state, "<saml:Issuer>", huge, NULL));
    assert_int_equal(strlen(list->issuer), 1023);       /* 340 characters of three bytes, and one for the rest */
    assert_non_null(ik_checklist_text(list, *state));
}

/* Whoever wrote rules wants to know which of them it was; that a value is nearly a role means nothing then. */
static void tells_which_rule_gave_the_role(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_account_t *account = apr_pmemdup(*state, scene->account, sizeof *account);
    const ik_checklist_t *list;

    scene->in.account = account;
    account->rules = "value finance x\nregex account_administrator ^dev\n";
    list = check_fixture(scene, GOOD);
    assert_int_equal(failed(list), 0);
    assert_string_equal(list->role, "account_administrator");
    assert_true(warns(list, "The role account_administrator comes from rule 2 (regex “^dev”), which matches the value “developer”."));
    account->rules = "value finance x\n";
    list = check_altered(scene, ">developer<", ">Finance<");
    assert_string_equal(reason_of(list, IK_CHECK_ROLE), "role_forbidden");
    assert_non_null(strstr(list->checks[IK_CHECK_ROLE].detail, "\"Finance\""));
    assert_null(list->role);
    assert_false(warns(list, "If that means"));
    account->rules = "claim groups\nvalue finance x\n";
    list = check_altered(scene, "Name=\"imagekit_role\"", "Name=\"urn:oid:3\" FriendlyName=\"groups\"");
    assert_string_equal(reason_of(list, IK_CHECK_ROLE), "claim_missing");
    assert_true(warns(list, "with the Name groups"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(tells_that_sha1_is_tolerated_and_until_when),
        world_test(counts_the_days_that_a_certificate_has_left),
        world_test(tells_of_messages_that_stay_valid_for_long),
        world_test(explains_what_a_friendly_name_is_not_good_for),
        world_test(guesses_which_role_is_meant),
        world_test(tells_which_rule_gave_the_role),
        world_test(shows_so_many_claims_and_values_and_so_much_of_each),
        world_test(shortens_what_a_message_puts_into_details_and_warnings),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
