/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the pages about refused sign-ins and captured responses: what they say, and that every value is text. */
#include "document.h"

#include "admin_pages.h"

#define EVIL "<script>alert(1)</script>\"'&"
#define ESCAPED "&lt;script&gt;alert(1)&lt;/script&gt;"

static const ik_brand_t plain = { "ImageKit", "help@imagekit.io" };
static const ik_fix_values_t values = { .acs = "https://h/acs", .entity_id = "https://h/id", .account = "acme", .login = "https://h/in" };

static ik_trace_t *trace_with(apr_pool_t *p, const char *v, apr_time_t at)
{
    ik_trace_t *trace = apr_pcalloc(p, sizeof(*trace));

    *trace = (ik_trace_t){ .id = v, .account = v, .at = at, .reason = IK_REASON_AUDIENCE_MISMATCH, .endpoint = "consume", .issuer = v,
                           .detail = v, .client = v };
    return trace;
}

static const char *failures(apr_pool_t *p, ik_failures_page_t page, int count)
{
    apr_array_header_t *traces = apr_array_make(p, 4, sizeof(const ik_trace_t *));

    for (int i = 0; i < count; i++)
        APR_ARRAY_PUSH(traces, const ik_trace_t *) = trace_with(p, apr_psprintf(p, "trace%d", i), NOW - i);
    page.traces = traces;
    page.consume_url = "https://h/saml/consume";
    if (!page.admin.account)
        page.admin = admin_with("ann@acme.test");
    return ik_html_failures(p, &plain, &page);
}

static const char *one(apr_pool_t *p, const ik_trace_t *trace, const char *product)
{
    const ik_trace_page_t page = { admin_with("ann@acme.test"), trace, product, &values };

    return ik_html_trace(p, &plain, &page);
}

static void lists_what_was_refused_with_links(void **state)
{
    const char *page = failures(*state, (ik_failures_page_t){ 0 }, 3);

    assert_int_equal(count_of(page, "the Audience (Entity ID) does not match."), 3);
    assert_true(contains(page, "href=\"" SETTINGS "?trace=trace2\""));
    assert_true(contains(page, "24 November 2026, 14:20 UTC"));
    assert_true(contains(page, "7 days"));
    assert_int_equal(count_of(page, "Not proven"), 3);
    assert_false(contains(page, ">Older<"));
    assert_false(contains(page, ">Newest<"));
}

static void leads_to_older_ones_and_back(void **state)
{
    const char *page = failures(*state, (ik_failures_page_t){ .older = 1, .newer = 1 }, 3);

    assert_true(contains(page, apr_psprintf(*state, "href=\"" SETTINGS "?failures&amp;before=%" APR_TIME_T_FMT "\"", NOW - 2)));
    assert_true(contains(page, "href=\"" SETTINGS "?failures\">Newest"));
    assert_true(contains(failures(*state, (ik_failures_page_t){ .newer = 1 }, 0), "There is nothing older."));
}

static void says_that_there_is_nothing(void **state)
{
    const char *page = failures(*state, (ik_failures_page_t){ 0 }, 0);

    assert_true(contains(page, "No sign-in of this account was refused"));
    assert_false(contains(page, "<table"));
    assert_false(contains(page, "There is no refused sign-in of this account with that trace id"));
    assert_true(contains(failures(*state, (ik_failures_page_t){ .searched = "x" }, 0), "no refused sign-in of this account with that trace id"));
}

static void asks_for_a_captured_response(void **state)
{
    const char *page = failures(*state, (ik_failures_page_t){ .problem = EVIL }, 0);

    assert_true(contains(page, "name=\"captured\""));
    assert_true(contains(page, "value=\"explain\""));
    assert_true(contains(page, "name=\"token\" value=\"s3cret\""));
    assert_true(contains(page, ESCAPED));
    assert_false(contains(page, "<script>alert"));
}

/* The address is all that is known of a form that was too large to be read. */
static void names_the_limit_of_what_is_pasted_and_what_to_take_of_more(void **state)
{
    const char *page = failures(*state, (ik_failures_page_t){ 0 }, 0);

    assert_true(contains(page, "Up to 3 MB as it is sent, which is about 2 MB of a HAR file: of a larger recording, take only the request to "
                               "https://h/saml/consume, or only its form data."));
    assert_true(contains(page, "<form method=\"post\" action=\"" SETTINGS "?failures\""));
}

/* Guests set things up: they see what was refused, and nothing of the users. */
static void guests_have_the_tab_too(void **state)
{
    const char *page = failures(*state, (ik_failures_page_t){ .admin = guest_with("acme") }, 1);

    assert_true(contains(page, "?failures\" aria-current=\"page\">Failures"));
    assert_false(contains(page, USERS));
}

static void one_says_what_came_and_how_to_mend_it(void **state)
{
    ik_trace_t *trace = trace_with(*state, "t1", NOW);
    const char *page = one(*state, trace, "onelogin");

    assert_true(contains(page, "set “Audience (EntityID)” to https://h/id."));
    assert_true(contains(page, "Mend this at your identity provider"));
    assert_true(contains(page, "audience_mismatch"));
    assert_true(contains(page, "?guide=onelogin"));
    assert_true(contains(page, "It is not proven that the message comes from your identity provider"));
    assert_true(contains(page, "data-copy=\"Trace id\""));
    trace->verified = 1;
    page = one(*state, trace, NULL);
    assert_false(contains(page, "It is not proven"));
    assert_false(contains(page, "?guide="));
    assert_true(contains(page, "https://h/id"));
}

static void whatever_a_trace_says_is_text(void **state)
{
    ik_trace_t *trace = trace_with(*state, EVIL, NOW);
    const char *page;

    trace->endpoint = EVIL;
    page = one(*state, trace, EVIL);
    assert_false(contains(page, "<script>alert"));
    assert_true(count_of(page, ESCAPED) >= 5);
    trace->detail = trace->issuer = trace->client = "";
    assert_true(count_of(one(*state, trace, NULL), "not known") >= 3);
}

/* A row written by a newer version has a reason that we do not know. */
static void a_reason_that_is_none_is_shown_nevertheless(void **state)
{
    ik_trace_t *trace = trace_with(*state, "t1", NOW);

    trace->reason = IK_REASON_COUNT;
    assert_true(contains(one(*state, trace, "okta"), "A refused sign-in"));
}

static ik_explained_t *explained_with(apr_pool_t *p, const char *v, int passed)
{
    ik_explained_t *e = apr_pcalloc(p, sizeof(*e));

    *e = (ik_explained_t){ .account = v, .form = "XML", .list = checklist_with(p, v, passed), .accepted = passed, .accepted_then = passed,
                           .issued = NOW, .answers = v, .times = list_of(p, v), .product = "okta", .values = values,
                           .besides = apr_array_make(p, 1, sizeof(ik_checked_t)) };
    return e;
}

static const char *explained_page(apr_pool_t *p, const ik_explained_t *e)
{
    const ik_admin_page_t admin = admin_with("ann@acme.test");

    return ik_html_explained(p, &plain, &admin, e);
}

static void headline_says_what_would_happen(void **state)
{
    ik_explained_t *e = explained_with(*state, "v", 0);

    assert_true(contains(explained_page(*state, explained_with(*state, "v", 1)), "This response would be accepted"));
    assert_true(contains(explained_page(*state, e), "This response would be refused"));
    e->accepted_then = 1;
    e->then = checklist_with(*state, "v", 1);
    assert_true(contains(explained_page(*state, e), "This response is over, but was right"));
    assert_true(contains(explained_page(*state, e), "All checks of the message passed."));
}

static void says_what_is_wrong_besides_and_when_it_was_new(void **state)
{
    ik_explained_t *e = explained_with(*state, "v", 0);
    const char *page;

    APR_ARRAY_PUSH(e->besides, ik_checked_t) = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_REPLAYED, "used before" };
    e->then = checklist_with(*state, "v", 0);
    page = explained_page(*state, e);
    assert_true(contains(page, "Besides the message"));
    assert_true(contains(page, "used before"));
    assert_true(contains(page, "When it was new"));
    assert_true(contains(page, "To mend it: "));
}

static void whatever_a_response_says_is_text(void **state)
{
    const char *page = explained_page(*state, explained_with(*state, EVIL, 0));

    assert_false(contains(page, "<script>alert"));
    assert_true(count_of(page, ESCAPED) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(lists_what_was_refused_with_links),
        pool_test(leads_to_older_ones_and_back),
        pool_test(says_that_there_is_nothing),
        pool_test(asks_for_a_captured_response),
        pool_test(names_the_limit_of_what_is_pasted_and_what_to_take_of_more),
        pool_test(guests_have_the_tab_too),
        pool_test(one_says_what_came_and_how_to_mend_it),
        pool_test(whatever_a_trace_says_is_text),
        pool_test(a_reason_that_is_none_is_shown_nevertheless),
        pool_test(headline_says_what_would_happen),
        pool_test(says_what_is_wrong_besides_and_when_it_was_new),
        pool_test(whatever_a_response_says_is_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
