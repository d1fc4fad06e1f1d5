/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the page of a test sign-in, and the cards around settings: asking once, invitations. */
#include "document.h"

#include "admin_pages.h"
#include "base/encode.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static const char *tested(apr_pool_t *p, const ik_checklist_t *list, int is_saved)
{
    const ik_draft_t draft = { .id = "d1", .account = account_with(p, "v1"), .digest = "x", .report = "", .made = NOW };
    const ik_tested_page_t page = { admin_with("ann@acme.test"), &draft, list, idp_with(p, "v1"), is_saved };

    return ik_html_tested(p, &plain, &page);
}

static void headline_says_how_it_went(void **state)
{
    ik_checklist_t *failed = checklist_with(*state, "v1", 0);

    assert_true(contains(tested(*state, checklist_with(*state, "v1", 1), 0), "<h1 id=\"heading\">This works</h1>"));
    assert_true(contains(tested(*state, NULL, 0), "<h1 id=\"heading\">No answer has come yet</h1>"));
    failed->checks[IK_CHECK_DECRYPTION].state = IK_CHECK_SKIPPED;
    failed->checks[IK_CHECK_ROLE] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_ROLE_FORBIDDEN, NULL };
    assert_true(contains(tested(*state, failed, 0),
                         apr_psprintf(*state, "<h1 id=\"heading\">2 of %d checks failed</h1>", IK_CHECK_COUNT - 1)));
}

static void shows_every_check_with_its_state_in_words(void **state)
{
    ik_checklist_t *list = checklist_with(*state, "v1", 0);
    const char *page;

    list->checks[IK_CHECK_DECRYPTION].state = IK_CHECK_SKIPPED;
    page = tested(*state, list, 0);
    for (int i = 0; i < IK_CHECK_COUNT; i++)
        assert_int_equal(count_of(page, apr_pstrcat(*state, "</span>", ik_check_row(i)->label, "</p>", NULL)), 1);
    assert_int_equal(count_of(page, "<span class=\"unseen\">Failed: </span>"), 1);
    assert_int_equal(count_of(page, "<span class=\"unseen\">Not checked: </span>"), 1);
    assert_int_equal(count_of(page, "<span class=\"unseen\">Passed: </span>"), IK_CHECK_COUNT - 2);
    assert_int_equal(count_of(page, "<svg"), IK_CHECK_COUNT);
}

/* The administrator is who others are sent to. */
static const char *const who_mends[] = {
    [IK_ACT_NOBODY] = "",
    [IK_ACT_USER] = "Test again.",
    [IK_ACT_ACCOUNT_ADMIN] = "You can mend this here",
    [IK_ACT_IDP_ADMIN] = "Mend this at your identity provider",
    [IK_ACT_OPERATOR] = "Ask our support.",
};

static void says_why_a_check_failed_and_who_can_mend_it(void **state)
{
    for (int i = 0; i < IK_REASON_COUNT; i++) {
        ik_checklist_t *list = checklist_with(*state, "v1", 0);
        const ik_reason_row_t *reason = ik_reason_row(i);
        const char *page;

        list->checks[IK_CHECK_USER] = (ik_checked_t){ IK_CHECK_FAILED, i, "came \"this\"" };
        page = tested(*state, list, 0);
        assert_true(contains(page, apr_pstrcat(*state, "<p>", reason->sentence, "</p>", NULL)));
        assert_true(contains(page, "<bdi>came &quot;this&quot;</bdi>"));
        assert_true(contains(page, ik_encode_html(*state, who_mends[reason->actor])));
        assert_false(contains(page, apr_pstrcat(*state, ">", reason->id, "<", NULL)));
    }
}

static void saves_what_passed_at_once_and_what_failed_below_a_warning(void **state)
{
    const char *passed = tested(*state, checklist_with(*state, "v1", 1), 0);
    const char *failed = tested(*state, checklist_with(*state, "v1", 0), 0);

    assert_true(contains(passed, "<input type=\"hidden\" name=\"test\" value=\"d1\"/>"));
    assert_true(contains(passed, "value=\"save-draft\">Save these settings</button>"));
    assert_false(contains(passed, "name=\"confirm\""));
    assert_true(strstr(passed, "value=\"save-draft\"") < strstr(passed, "value=\"test-again\""));
    assert_true(contains(failed, "value=\"save-draft\">Save anyway</button>"));
    assert_true(contains(failed, "<input type=\"hidden\" name=\"confirm\" value=\"yes\"/>"));
    assert_true(contains(failed, "Saved like this, people could not sign in."));
    /* Enter presses the first button of a form */
    assert_true(strstr(failed, "value=\"test-again\"") < strstr(failed, "value=\"save-draft\""));
}

static void saves_nothing_that_is_saved_or_has_no_answer(void **state)
{
    const char *pages[] = {
        tested(*state, checklist_with(*state, "v1", 1), 1), tested(*state, checklist_with(*state, "v1", 0), 1), tested(*state, NULL, 0),
    };

    for (size_t i = 0; i < ROWS(pages); i++) {
        assert_false(contains(pages[i], "save-draft"));
        assert_false(contains(pages[i], "confirm"));
        assert_true(contains(pages[i], "value=\"test-again\""));
        assert_true(contains(pages[i], "<a href=\"" SETTINGS "\">Back to the settings</a>"));
    }
    assert_true(contains(pages[0], "These settings are saved, and in force."));
    assert_true(contains(pages[2], "<a class=\"primary\" href=\"" SETTINGS "?test=d1\">Look again</a>"));
}

static void shows_claims_as_they_came(void **state)
{
    ik_checklist_t *list = checklist_with(*state, "v1", 1);
    ik_claim_seen_t *seen = apr_array_push(list->claims);
    const char *page;

    *seen = (ik_claim_seen_t){ "groups", apr_array_make(*state, 3, sizeof(const char *)) };
    assert_true(contains(tested(*state, list, 0), "(no value)"));
    APR_ARRAY_PUSH(seen->values, const char *) = "a <b>";
    APR_ARRAY_PUSH(seen->values, const char *) = "";
    APR_ARRAY_PUSH(seen->values, const char *) = NULL;
    page = tested(*state, list, 0);
    assert_true(contains(page, "<th scope=\"row\"><bdi>groups</bdi></th>"));
    assert_true(contains(page, "<p><bdi>a &lt;b&gt;</bdi></p><p class=\"soft\">(empty)</p><p class=\"soft\">(no plain text)</p>"));
    list->claims = NULL;
    assert_true(contains(tested(*state, list, 0), "None came, or none could be read."));
}

static void says_what_cannot_be_told_of_the_person(void **state)
{
    ik_checklist_t *list = checklist_with(*state, "v1", 0);

    list->email = list->name = list->role = list->issuer = NULL;
    assert_int_equal(count_of(tested(*state, list, 0), "<bdi>Cannot be told</bdi>"), 4);
}

static void warns_of_what_is_accepted_but_unusual(void **state)
{
    ik_checklist_t *list = checklist_with(*state, "v1", 1);

    list->warnings = list_of(*state, "Signed with SHA-1 & more.");
    assert_true(contains(tested(*state, list, 0), "role=\"alert\">\n<p>Signed with SHA-1 &amp; more.</p>"));
    list->warnings = NULL;
    assert_false(contains(tested(*state, list, 0), "role=\"alert\""));
}

static void asks_once_with_the_fields_it_was_given(void **state)
{
    const ik_hidden_t fields[] = { { "confirm", "yes" }, { NULL, NULL } };
    const ik_ask_t ask = {
        admin_with("acme"), "Delete?", "All are signed out.", NULL, SETTINGS, fields, "action", "delete", "Delete", SETTINGS,
    };
    const char *page = ik_html_ask(*state, &plain, &ask);

    assert_true(contains(page, "<h1 id=\"heading\">Delete?</h1>"));
    assert_true(contains(page, "<p class=\"lead\">All are signed out.</p>"));
    assert_true(contains(page, "Account <bdi>acme</bdi>"));
    assert_true(contains(page, "<input type=\"hidden\" name=\"confirm\" value=\"yes\"/>"));
    assert_true(contains(page, "name=\"action\" value=\"delete\">Delete</button>"));
    assert_true(contains(page, "<a href=\"" SETTINGS "\">Cancel</a>"));
    assert_false(contains(page, "class=\"advice\""));
}

static void invitation_says_for_which_account_and_is_taken_up_by_a_button(void **state)
{
    const char *named = ik_html_invited(*state, &plain, "acme", "Acme Corp", SETTINGS, "t0ken");
    const char *bare = ik_html_invited(*state, &plain, "acme", "", SETTINGS, "t0ken");

    assert_true(contains(named, "<bdi>Acme Corp</bdi>"));
    assert_true(contains(named, "<bdi>acme</bdi>"));
    assert_int_equal(count_of(bare, "<bdi>acme</bdi>"), 1);
    assert_true(contains(named, "<input type=\"hidden\" name=\"invite\" value=\"t0ken\"/>"));
    assert_true(contains(named, "name=\"action\" value=\"redeem\">Continue</button>"));
    assert_false(contains(named, "<script"));
}

static void invitation_that_is_over_says_why(void **state)
{
    static const struct { ik_invite_state_t state; const char *said; } rows[] = {
        { IK_INVITE_USED, "This invitation was used already" }, { IK_INVITE_EXPIRED, "This invitation has expired" },
        { IK_INVITE_REVOKED, "This invitation was revoked" },
        { IK_INVITE_DISABLED, "This account is disabled" }, { IK_INVITE_UNKNOWN, "This link does not work" },
        { IK_INVITE_OPEN, "This link does not work" }, { 99, "This link does not work" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *page = ik_html_invite_over(*state, &plain, rows[i].state, "/sso");

        assert_true(contains(page, apr_pstrcat(*state, "<h1 id=\"heading\">", rows[i].said, "</h1>", NULL)));
        assert_true(contains(page, "<a class=\"primary\" href=\"/sso\">Sign in</a>"));
        assert_true(contains(page, "mailto:help@imagekit.io"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(headline_says_how_it_went),
        pool_test(shows_every_check_with_its_state_in_words),
        pool_test(says_why_a_check_failed_and_who_can_mend_it),
        pool_test(saves_what_passed_at_once_and_what_failed_below_a_warning),
        pool_test(saves_nothing_that_is_saved_or_has_no_answer),
        pool_test(shows_claims_as_they_came),
        pool_test(says_what_cannot_be_told_of_the_person),
        pool_test(warns_of_what_is_accepted_but_unusual),
        pool_test(asks_once_with_the_fields_it_was_given),
        pool_test(invitation_says_for_which_account_and_is_taken_up_by_a_button),
        pool_test(invitation_that_is_over_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
