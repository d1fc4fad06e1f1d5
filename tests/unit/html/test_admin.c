/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what all pages of an administrator have in common: whole documents, every value escaped, a token in every form. */
#include "document.h"

#include "admin_pages.h"
#include "html/admin_layout.h"
#include "html/notice.h"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };

static void is_a_whole_document(void **state)
{
    static const char *const parts[] = {
        "<!DOCTYPE html>\n<html lang=\"en\">", " · ImageKit</title>", "<header>", "<main aria-labelledby=\"heading\">",
        "<h1 id=\"heading\">", "</body>\n</html>\n",
    };

    for (int kind = 0; kind < ADMIN_KINDS; kind++)
        for (size_t i = 0; i < ROWS(parts); i++)
            assert_int_equal(count_of(admin_page_of(*state, kind, &plain, "t1"), parts[i]), 1);
}

static void is_well_formed_whatever_the_values(void **state)
{
    for (int kind = 0; kind < ADMIN_KINDS; kind++) {
        int plain_elements = elements_of(admin_page_of(*state, kind, &plain, "t1"));

        for (size_t i = 0; i < ROWS(nasty_values) - 1; i++) {
            ik_brand_t nasty = { nasty_values[i], NULL };
            const char *page = admin_page_of(*state, kind, &nasty, nasty_values[i]);

            assert_int_equal(elements_of(page), plain_elements - (kind == INVITE_OVER));
            assert_false(contains(page, "<script>alert"));
            assert_false(contains(page, "\" onload"));
            assert_false(contains(page, "<img"));
        }
        assert_true(elements_of(admin_page_of(*state, kind, &plain, "")) > 0);
    }
}

static void holds_long_values_whole(void **state)
{
    char *value = memset(apr_pcalloc(*state, 1001), '"', 1000);
    const char *escaped = "";

    for (int i = 0; i < 1000; i += 10)
        escaped = apr_pstrcat(*state, escaped, "&quot;&quot;&quot;&quot;&quot;&quot;&quot;&quot;&quot;&quot;", NULL);
    for (int kind = 0; kind < ADMIN_KINDS; kind++) {
        const ik_brand_t brand = { value, NULL };
        const char *page = admin_page_of(*state, kind, &brand, value);

        assert_true(elements_of(page) > 0);
        assert_true(contains(page, escaped));
    }
}

/* Where a value may stand: in a bdi; in a block, which ends what a letter from right to left does; as what is typed or chosen. */
static int is_isolating(const xmlNode *parent)
{
    static const char *const names[] = { "bdi", "p", "h1", "dt", "textarea", "button", "option" };

    for (size_t i = 0; i < ROWS(names); i++)
        if (strcmp((const char *)parent->name, names[i]) == 0)
            return 1;
    return 0;
}

static int count_loose(const xmlNode *node, const char *value)
{
    int n = 0;

    for (; node; node = node->next) {
        if (node->type == XML_TEXT_NODE && strstr((const char *)node->content, value) && !is_isolating(node->parent))
            n++;
        n += node->type == XML_ELEMENT_NODE ? count_loose(node->children, value) : 0;
    }
    return n;
}

static void isolates_every_value(void **state)
{
    for (int kind = 0; kind < ADMIN_KINDS; kind++) {
        xmlDocPtr doc = parsed(admin_page_of(*state, kind, &plain, "zz-value"));

        assert_int_equal(count_loose(xmlDocGetRootElement(doc), "zz-value"), 0);
        xmlFreeDoc(doc);
    }
}

static void has_the_token_in_every_form(void **state)
{
    for (int kind = 0; kind < ADMIN_KINDS; kind++) {
        const char *page = admin_page_of(*state, kind, &plain, "t1");
        int forms = count_of(page, "<form"), tokens = count_of(page, "<input type=\"hidden\" name=\"token\" value=\"s3cret\"/>");

        assert_int_equal(count_of(page, "<form method=\"post\" action=\"" SETTINGS "\">"), forms);
        if (kind == INVITED)    /* its reader has no session that a token could be bound to */
            assert_int_equal(forms, 1);
        else
            assert_int_equal(tokens, forms);
        assert_int_equal(forms == 0, kind == INVITE_OVER);
    }
}

static void leads_to_no_other_host(void **state)
{
    static const char *const elsewhere[] = { "//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example" };

    for (size_t i = 0; i < ROWS(elsewhere); i++) {
        ik_settings_page_t page = settings_with(*state, "t1");
        ik_ask_t ask = { page.admin, "h", "l", NULL, elsewhere[i], (ik_hidden_t[]){ { NULL, NULL } }, "a", "b", "c", elsewhere[i] };

        page.admin.settings_path = page.admin.users_path = page.admin.way_out = elsewhere[i];
        assert_false(contains(ik_html_settings(*state, &plain, &page), apr_pstrcat(*state, "href=\"", elsewhere[i], NULL)));
        assert_false(contains(ik_html_settings(*state, &plain, &page), "action=\""));
        assert_false(contains(ik_html_ask(*state, &plain, &ask), elsewhere[i]));
        assert_false(contains(ik_html_invited(*state, &plain, "acme", "", elsewhere[i], "t"), elsewhere[i]));
        assert_false(contains(ik_html_invite_over(*state, &plain, IK_INVITE_USED, elsewhere[i]), elsewhere[i]));
    }
}

static void shows_administrators_the_way_around(void **state)
{
    const char *page = admin_page_of(*state, SETTINGS_ON, &plain, "ann@acme.test");

    assert_true(contains(page, "Signed in as <bdi>ann@acme.test</bdi>"));
    assert_true(contains(page, "<a href=\"" SETTINGS "\" aria-current=\"page\">Single sign-on</a>"));
    assert_true(contains(page, "<a href=\"" SETTINGS "?failures\">Failures</a>"));
    assert_true(contains(page, "<a href=\"" USERS "\">Users</a>"));
    assert_true(contains(page, "<a href=\"/dashboard\">Back to the dashboard</a>"));
    assert_false(contains(page, "value=\"leave\""));
}

static void shows_guests_the_way_out_only(void **state)
{
    const char *page = admin_page_of(*state, SETTINGS_GUEST, &plain, "t1");

    assert_true(contains(page, "Here by invitation"));
    assert_true(contains(page, "name=\"action\" value=\"leave\">Leave</button>"));
    assert_true(contains(page, "<a href=\"" SETTINGS "?failures\">Failures</a>"));
    assert_false(contains(page, USERS));
    assert_false(contains(page, "Back to the dashboard"));
}

static void says_what_has_been_done_by_words_it_knows(void **state)
{
    static const char *const words[] = {
        "saved", "deleted", "rolled-back", "tested", "invite-revoked", "left", "user-disabled", "user-enabled", "user-deleted",
        "sessions-ended",
    };
    ik_settings_page_t page = settings_with(*state, "t1");

    for (size_t i = 0; i < ROWS(words); i++) {
        assert_non_null(ik_notice_sentence(words[i]));
        page.admin.done = words[i];
        assert_true(contains(ik_html_settings(*state, &plain, &page), ik_notice_sentence(words[i])));
    }
    assert_null(ik_notice_sentence(NULL));
    assert_null(ik_notice_sentence(""));
    assert_null(ik_notice_sentence("Your account was hacked"));
    page.admin.done = "zz-value";
    assert_false(contains(ik_html_settings(*state, &plain, &page), "zz-value"));
}

static void writes_dates_for_people_and_programs(void **state)
{
    ik_writer_t *w = ik_writer_make(*state);

    ik_admin_date(w, 0);
    ik_admin_date(w, NOW);
    ik_admin_time(w, NOW);
    assert_string_equal(ik_writer_finish(w),
                        "never<time datetime=\"2026-11-24\">24 November 2026</time>"
                        "<time datetime=\"2026-11-24T14:20Z\">24 November 2026, 14:20 UTC</time>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(is_a_whole_document),
        pool_test(is_well_formed_whatever_the_values),
        pool_test(holds_long_values_whole),
        pool_test(isolates_every_value),
        pool_test(has_the_token_in_every_form),
        pool_test(leads_to_no_other_host),
        pool_test(shows_administrators_the_way_around),
        pool_test(shows_guests_the_way_out_only),
        pool_test(says_what_has_been_done_by_words_it_knows),
        pool_test(writes_dates_for_people_and_programs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
