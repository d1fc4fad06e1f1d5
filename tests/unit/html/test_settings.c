/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the settings page: what it says in each state, what its forms post, and where a problem is shown. */
#include "document.h"

#include <stddef.h>

#include "admin_pages.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static const char *page_of(apr_pool_t *p, admin_kind_t kind)
{
    return admin_page_of(p, kind, &plain, "v1");
}

/* The tag that holds text, up to its end; "" when none does. */
static const char *tag_with(apr_pool_t *p, const char *page, const char *text)
{
    const char *at = strstr(page, text), *from = at;

    while (from && from > page && *from != '<')
        from--;
    return from ? apr_pstrmemdup(p, from, (apr_size_t)(strchr(at, '>') - from)) : "";
}

/* 1 if all of them are in the page, in this order. */
static int in_order(const char *page, const char *const *texts)
{
    for (; *texts; texts++) {
        page = strstr(page, *texts);
        if (!page)
            return 0;
    }
    return 1;
}

static void says_whether_single_sign_on_is_on(void **state)
{
    assert_true(contains(page_of(*state, SETTINGS_ON), "Single sign-on is on."));
    assert_true(contains(page_of(*state, SETTINGS_ON), "23 November 2026, 14:20 UTC"));
    assert_false(contains(page_of(*state, SETTINGS_ON), "Single sign-on is off."));
    assert_true(contains(page_of(*state, SETTINGS_OFF), "Single sign-on is off."));
    assert_true(contains(page_of(*state, SETTINGS_OFF), "href=\"#roll-back\""));
    assert_false(contains(page_of(*state, SETTINGS_OFF), "Single sign-on is on."));
}

static void names_the_product_that_people_sign_in_at(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");
    ik_idp_t *idp = idp_with(*state, "v1");

    idp->product = "okta";
    page.idp = idp;
    assert_true(contains(ik_html_settings(*state, &plain, &page), "sign in at <bdi>Okta</bdi>"));
    page.idp = NULL;    /* saved by an older version, and not readable any more */
    assert_true(contains(ik_html_settings(*state, &plain, &page), "sign in at <bdi>v1</bdi>"));
}

static void warns_when_the_account_is_switched_off(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");
    ik_account_t *account = account_with(*state, "v1");

    assert_false(contains(page_of(*state, SETTINGS_ON), "This account is switched off"));
    account->enabled = 0;
    page.account = account;
    assert_true(contains(ik_html_settings(*state, &plain, &page), "This account is switched off"));
}

static void leads_through_the_sections_in_order(void **state)
{
    static const char *const all[] = {
        "<section id=\"values\"", "<section id=\"form\"", "<section id=\"report\"", "<section id=\"invite\"",
        "<section id=\"roll-back\"", "<section id=\"delete\"", NULL,
    };

    assert_true(in_order(page_of(*state, SETTINGS_ON), all));
    assert_false(contains(page_of(*state, SETTINGS_OFF), "id=\"report\""));
    assert_false(contains(page_of(*state, SETTINGS_OFF), "value=\"delete\""));
    assert_false(contains(page_of(*state, SETTINGS_GUEST), "id=\"invite\""));
    assert_true(contains(page_of(*state, SETTINGS_GUEST), "value=\"roll-back\">Roll back</button>"));
}

static void offers_no_roll_back_without_previous_settings(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");

    page.previous = NULL;
    assert_false(contains(ik_html_settings(*state, &plain, &page), "roll-back"));
}

static void gives_every_value_to_be_copied(void **state)
{
    static const char *const rows[] = {
        "data-copy=\"Single sign-on URL (ACS)\">https://h/consume<", "data-copy=\"Audience URI (SP Entity ID)\">https://h/entity<",
        "data-copy=\"Default RelayState\">https://h/dashboard<", "data-copy=\"Single logout URL\">https://h/logout<",
        "data-copy=\"All of this as metadata\">https://h/metadata<", ":nameid-format:emailAddress<",
        "data-copy=\"attribute claim-account\">claim-account<", "data-copy=\"account ID acme\">acme<",
        "data-copy=\"attribute claim-name\">claim-name<", "data-copy=\"attribute claim-role\">claim-role<",
        "data-copy=\"role finance\">finance<",
    };
    const ik_sp_values_t values = {
        "https://h/consume", "https://h/entity", "https://h/dashboard", "https://h/logout", "https://h/metadata", "claim-account",
        "claim-name", "claim-role", list_of(*state, "finance"),
    };
    ik_settings_page_t page = settings_with(*state, "acme");
    const char *html;

    page.values = &values;
    html = ik_html_settings(*state, &plain, &page);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_true(contains(html, rows[i]));
}

static void leads_to_instructions_for_every_product(void **state)
{
    static const char *const products[] = { "okta", "onelogin", "entra", "adfs", "google", "keycloak", "other" };

    for (size_t i = 0; i < ROWS(products); i++)
        assert_true(contains(page_of(*state, SETTINGS_ON),
                             apr_pstrcat(*state, "<a href=\"" SETTINGS "?guide=", products[i], "\">", NULL)));
}

static void form_has_the_labels_of_the_screen_people_know(void **state)
{
    const char *page = page_of(*state, SETTINGS_ON);
    const char *metadata = tag_with(*state, page, "name=\"metadata\""), *test = tag_with(*state, page, "value=\"test\"");

    assert_true(contains(page, "<label for=\"metadata\">Metadata XML</label>"));
    assert_true(contains(page, "<label for=\"entity_id\">Entity ID</label>"));
    assert_true(contains(page, "name=\"action\" value=\"save\">Save</button>"));
    assert_true(contains(page, "name=\"action\" value=\"delete\">Delete</button>"));
    assert_true(contains(metadata, "<textarea spellcheck=\"false\""));
    assert_true(contains(page, ">\nv1</textarea>"));
    assert_true(contains(test, "formtarget=\"_blank\""));
    assert_true(contains(page, ">Test sign-in</button>"));
    assert_int_equal(count_of(page, "formtarget"), 2);     /* this form, and that of the role rules */
    assert_true(strstr(page, "value=\"save\"") < strstr(page, "value=\"test\""));
    assert_false(contains(page, "autofocus"));
}

static void conventional_entity_id_has_one_fragment(void **state)
{
    ik_sp_values_t values = *sp_values_with(*state, "v1");
    ik_settings_page_t page = settings_with(*state, "acme");

    values.acs = "https://h/saml/consume#acme";
    page.values = &values;
    assert_true(contains(ik_html_settings(*state, &plain, &page), "yours is https://h/saml/consume#acme</p>"));
    values.acs = "https://h/saml/consume";
    assert_true(contains(ik_html_settings(*state, &plain, &page), "yours is https://h/saml/consume#acme</p>"));
}

static void shows_each_option_as_it_is_set(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");
    ik_settings_form_t form = *page.form;
    apr_table_t *options = apr_table_make(*state, 8);
    const char *html;

    apr_table_setn(options, "unsolicited", "bounce");
    apr_table_setn(options, "sha1", "2026-12-31");
    form.options = options;
    page.form = &form;
    html = ik_html_settings(*state, &plain, &page);
    for (const ik_option_row_t *row = ik_option_rows; row->name; row++) {
        const char *tag = tag_with(*state, html, apr_pstrcat(*state, "name=\"option-", row->name, "\"", NULL));

        assert_true(contains(tag, row->values ? "<select" : "<input type=\"date\""));
        assert_true(contains(html, apr_pstrcat(*state, "<label for=\"option-", row->name, "\">", row->label, "<", NULL)));
        assert_true(contains(tag, apr_pstrcat(*state, "aria-describedby=\"option-", row->name, "-hint\"", NULL)));
    }
    assert_true(contains(html, "<option value=\"bounce\" selected=\"selected\">Bounce</option>"));
    assert_true(contains(tag_with(*state, html, "name=\"option-sha1\""), "value=\"2026-12-31\""));
    assert_false(contains(tag_with(*state, html, "name=\"option-dummy-request\""), "value="));
}

static void problem_stands_at_its_field_with_what_was_typed(void **state)
{
    static const struct { const char *name; size_t offset; } rows[] = {
        { "metadata", offsetof(ik_settings_form_t, metadata_problem) },
        { "entity_id", offsetof(ik_settings_form_t, entity_id_problem) },
        { "domains", offsetof(ik_settings_form_t, domains_problem) },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_settings_page_t page = settings_with(*state, "typed");
        ik_settings_form_t form = *page.form;
        const char *html, *tag;

        *(const char **)(void *)((char *)&form + rows[i].offset) = "This cannot be.";
        page.form = &form;
        html = ik_html_settings(*state, &plain, &page);
        tag = tag_with(*state, html, apr_pstrcat(*state, "name=\"", rows[i].name, "\"", NULL));
        assert_true(contains(tag, "aria-invalid=\"true\""));
        assert_true(contains(tag, apr_pstrcat(*state, "aria-describedby=\"", rows[i].name, "-problem ", NULL)));
        assert_true(contains(tag, "autofocus"));
        assert_int_equal(count_of(html, " autofocus="), 1);
        assert_int_equal(count_of(html, "This cannot be."), 1);
        assert_true(contains(html, "Nothing was changed."));
        assert_true(contains(html, apr_pstrcat(*state, "<a href=\"#", rows[i].name, "\">", NULL)));
        assert_true(contains(html, "typed</textarea>"));
    }
}

static void problem_of_an_option_stands_at_the_options(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");
    ik_settings_form_t form = *page.form;
    const char *html;

    form.options_problem = "No such day.";
    page.form = &form;
    html = ik_html_settings(*state, &plain, &page);
    assert_true(contains(html, "<fieldset id=\"options\" aria-describedby=\"options-problem\">"));
    assert_true(contains(html, "<p id=\"options-problem\" class=\"problem\" role=\"alert\">No such day.</p>"));
    assert_true(contains(html, "<a href=\"#options\">Options</a>"));
}

static void what_belongs_to_no_field_stands_above_all(void **state)
{
    ik_settings_page_t page = settings_with(*state, "v1");
    ik_settings_form_t form = *page.form;
    const char *html;

    form.problem = "Too many <invitations>.";
    form.seen = "17";
    page.form = &form;
    html = ik_html_settings(*state, &plain, &page);
    assert_true(contains(html, "role=\"alert\">\n<p><strong>Nothing was changed.</strong> Too many &lt;invitations&gt;.</p>"));
    assert_true(contains(html, "name=\"seen\" value=\"17\""));
}

static void asks_before_it_saves_what_has_failed(void **state)
{
    const char *page = page_of(*state, SETTINGS_ANYWAY);

    assert_true(contains(page, "Nothing was saved yet"));
    assert_true(contains(page, ik_check_row(IK_CHECK_USER)->label));
    assert_false(contains(page, ik_check_row(IK_CHECK_TIMES)->label));
    assert_true(contains(page, "<input type=\"hidden\" name=\"confirm\" value=\"v1\"/>"));
    assert_true(contains(page, "name=\"action\" value=\"save\">Save anyway</button>"));
    assert_int_equal(count_of(page, "value=\"save\""), 1);
    /* Enter presses the first button of a form */
    assert_true(strstr(page, "value=\"test\"") < strstr(page, "value=\"save\""));
    assert_false(contains(page_of(*state, SETTINGS_ON), "name=\"confirm\""));
}

static void shows_a_new_link_once_and_how_long_it_is_good(void **state)
{
    const char *page = page_of(*state, SETTINGS_LINK);

    assert_true(contains(page, "<bdi data-copy=\"the link\">v1</bdi>"));
    assert_true(contains(page, "can be used once, until <time datetime=\"2026-11-30T14:20Z\">"));
    assert_false(contains(page_of(*state, SETTINGS_ON), "data-copy=\"the link\""));
}

static void revokes_invitations_that_are_open_or_used_and_no_others(void **state)
{
    static const struct { apr_time_t expires, used, revoked; const char *word; int revocable; } rows[] = {
        { NOW + 1, 0, 0, ">Open<", 1 }, { NOW, 0, 0, ">Expired<", 0 }, { NOW + DAYS(1), NOW, 0, ">Used<", 1 },
        { NOW + DAYS(1), 0, NOW, ">Revoked<", 0 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_settings_page_t page = settings_with(*state, "v1");
        ik_invite_t invite = { "4711", "acme", "", NOW - DAYS(1), rows[i].expires, rows[i].used, rows[i].revoked };
        const char *html;

        page.invites = list_of(*state, &invite);
        html = ik_html_settings(*state, &plain, &page);
        assert_true(contains(html, rows[i].word));
        assert_true(contains(html, "Made by our support"));
        assert_int_equal(contains(html, "value=\"revoke-invite\""), rows[i].revocable);
        assert_int_equal(contains(html, "<input type=\"hidden\" name=\"invite\" value=\"4711\"/>"), rows[i].revocable);
        assert_int_equal(contains(html, "aria-label=\"Revoke the invitation of 23 November 2026, 14:20 UTC\""), rows[i].revocable);
    }
}

static void invites_for_one_of_three_lifetimes(void **state)
{
    const char *page = page_of(*state, SETTINGS_ON);

    assert_true(contains(page, "<label for=\"lifetime\">"));
    assert_true(contains(page, "<option value=\"1d\">1 day</option>"));
    assert_true(contains(page, "<option value=\"7d\" selected=\"selected\">7 days</option>"));
    assert_true(contains(page, "<option value=\"30d\">30 days</option>"));
    assert_true(contains(page, "value=\"invite\">Create link</button>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(says_whether_single_sign_on_is_on),
        pool_test(names_the_product_that_people_sign_in_at),
        pool_test(warns_when_the_account_is_switched_off),
        pool_test(leads_through_the_sections_in_order),
        pool_test(offers_no_roll_back_without_previous_settings),
        pool_test(gives_every_value_to_be_copied),
        pool_test(leads_to_instructions_for_every_product),
        pool_test(form_has_the_labels_of_the_screen_people_know),
        pool_test(conventional_entity_id_has_one_fragment),
        pool_test(shows_each_option_as_it_is_set),
        pool_test(problem_stands_at_its_field_with_what_was_typed),
        pool_test(problem_of_an_option_stands_at_the_options),
        pool_test(what_belongs_to_no_field_stands_above_all),
        pool_test(asks_before_it_saves_what_has_failed),
        pool_test(shows_a_new_link_once_and_how_long_it_is_good),
        pool_test(revokes_invitations_that_are_open_or_used_and_no_others),
        pool_test(invites_for_one_of_three_lifetimes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
