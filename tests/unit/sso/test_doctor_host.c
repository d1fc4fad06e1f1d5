/* SPDX-License-Identifier: Apache-2.0 */
/* A host is judged by its answers: one that is all right, and each answer wrong in its way. */
#include "../pool.h"

#include <string.h>

#include "saml/own.h"
#include "sso/doctor_host.h"

#define ORIGIN "https://imagekit.test"
#define NOW apr_time_from_sec(1700000000)
#define DAYS(n) apr_time_from_sec((apr_int64_t)(n) * 24 * 3600)
#define METADATA(host, entity) \
    "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' entityID='" entity "'>" \
    "<md:SPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>" \
    "<md:SingleLogoutService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect' Location='" host "/logout'/>" \
    "<md:AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' index='0' Location='" host \
    "/saml/consume'/></md:SPSSODescriptor></md:EntityDescriptor>"
#define SESSION_FLAGS "__Host-ikssoauth=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
#define LOGIN_FLAGS "__Host-ikssoauth-login-AB=x; path=/; secure; httponly; samesite=none"

/* A host that is all right, until a test changes an answer. */
typedef struct world_t {
    apr_pool_t *p;
    ik_doctor_t doctor;
    ik_answer_t metadata, consume, settings, login, start, logout, plain, forged;
    int asked;
} world_t;

static ik_answer_t answer(int status, const char *bytes, apr_pool_t *p)
{
    return (ik_answer_t){ .status = status, .type = "", .location = "", .hsts = "", .bytes = bytes, .len = strlen(bytes),
                          .cookies = apr_array_make(p, 2, sizeof(const char *)) };
}

static void set_cookie(ik_answer_t *to, const char *line)
{
    apr_array_clear(to->cookies);
    APR_ARRAY_PUSH(to->cookies, const char *) = line;
}

static int set_up(void **state)
{
    apr_pool_t *p;
    world_t *w;

    if (pool_setup(state) != 0)
        return -1;
    p = *state;
    w = apr_pcalloc(p, sizeof(*w));
    w->p = p;
    ik_doctor_begin(&w->doctor, NOW, p);
    w->metadata = answer(200, METADATA(ORIGIN, ORIGIN "/saml/consume"), p);
    w->metadata.hsts = "max-age=1";
    w->metadata.date = w->metadata.asked = NOW;
    w->metadata.certificate_end = NOW + DAYS(90);
    w->consume = answer(400, "", p);
    w->settings = answer(302, "", p);
    w->settings.location = ORIGIN "/enter?target=%2Fx";
    w->login = answer(200, "", p);
    w->start = answer(303, "", p);
    w->start.location = "https://idp.test/";
    set_cookie(&w->start, LOGIN_FLAGS);
    w->logout = answer(200, "", p);
    set_cookie(&w->logout, SESSION_FLAGS);
    w->plain = w->forged = answer(302, "", p);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    void *p = ((world_t *)*state)->p;

    return pool_teardown(&p);
}

static const ik_answer_t *ask(void *arg, const ik_question_t *question)
{
    world_t *w = arg;

    w->asked++;
    assert_int_equal(strncmp(question->url, ORIGIN "/", strlen(ORIGIN) + 1), 0);
    if (strstr(question->url, "/saml/metadata"))
        return &w->metadata;
    if (strstr(question->url, "/saml/consume"))
        return question->form && !*question->form ? &w->consume : NULL;
    if (strstr(question->url, "/sso-settings"))
        return &w->settings;
    if (strcmp(question->url, ORIGIN "/enter") == 0 || strcmp(question->url, ORIGIN "/single-sign-on") == 0)
        return question->form && strcmp(question->form, "account=acme") == 0 ? &w->start : &w->login;
    if (strstr(question->url, "/logout"))
        return question->cookie ? &w->logout : NULL;
    return question->is_forged ? &w->forged : &w->plain;
}

static void examine(world_t *w)
{
    const ik_doctor_host_t host = { .origin = ORIGIN, .metadata_path = "/saml/metadata", .settings_path = "/sso-settings",
                                    .dashboard_path = "/dashboard", .account = "acme", .ask = ask, .arg = w };

    ik_doctor_host(&w->doctor, &host);
}

/* That check was found so, and what it says holds the words. Nothing else is wrong. */
static void expect(void **state, ik_found_t found, const char *check, const char *words)
{
    world_t *w = *state;
    int seen = 0;

    examine(w);
    for (int i = 0; i < w->doctor.findings->nelts; i++) {
        const ik_finding_t *finding = &APR_ARRAY_IDX(w->doctor.findings, i, ik_finding_t);

        assert_int_equal(finding->fix == NULL, finding->state == IK_FOUND_OK);
        if (finding->state == IK_FOUND_OK)
            continue;
        assert_int_equal(finding->state, found);
        assert_string_equal(finding->check, check);
        if (!strstr(finding->message, words))
            fail_msg("\"%s\" does not say \"%s\"", finding->message, words);
        seen++;
    }
    assert_int_equal(seen, 1);
    assert_int_equal(w->doctor.count[found], 1);
}

static void finds_nothing_wrong_with_a_host_that_is_all_right(void **state)
{
    world_t *w = *state;

    examine(w);
    assert_int_equal(w->doctor.count[IK_FOUND_OK], w->doctor.findings->nelts);
    assert_int_equal(w->asked, 8);
    assert_string_equal(ik_doctor_word(IK_FOUND_OK), "ok");
}

static void asks_nothing_more_of_a_host_that_does_not_answer(void **state)
{
    world_t *w = *state;

    w->metadata.problem = "connection refused";
    expect(state, IK_FOUND_FAILED, "reachable", "connection refused");
    assert_int_equal(w->asked, 1);
}

static void tells_a_certificate_apart_from_a_connection(void **state)
{
    world_t *w = *state;

    w->metadata.problem = "self-signed";
    w->metadata.is_untrusted = 1;
    expect(state, IK_FOUND_FAILED, "certificate", "self-signed");
}

static void warns_three_weeks_before_a_certificate_ends(void **state)
{
    world_t *w = *state;

    w->metadata.certificate_end = NOW + DAYS(21) - 1;
    expect(state, IK_FOUND_WARNING, "certificate", "20 days");
}

static void bears_clocks_that_differ_by_ten_seconds(void **state)
{
    world_t *w = *state;

    w->metadata.date = NOW - apr_time_from_sec(10);
    finds_nothing_wrong_with_a_host_that_is_all_right(state);
}

static void warns_of_clocks_that_differ_by_more(void **state)
{
    world_t *w = *state;

    w->metadata.date = NOW - apr_time_from_sec(11);
    expect(state, IK_FOUND_WARNING, "clock", "11 seconds behind");
}

static void fails_a_clock_that_differs_by_more_than_the_usual_skew(void **state)
{
    world_t *w = *state;

    w->metadata.date = NOW + apr_time_from_sec(181);
    expect(state, IK_FOUND_FAILED, "clock", "181 seconds ahead");
}

static void misses_a_date(void **state)
{
    world_t *w = *state;

    w->metadata.date = 0;
    expect(state, IK_FOUND_WARNING, "clock", "what time it is");
}

static void misses_hsts(void **state)
{
    ((world_t *)*state)->metadata.hsts = "";
    expect(state, IK_FOUND_WARNING, "hsts", "https only");
}

static void metadata_of_an_identity_provider_is_none_of_ours(void **state)
{
    world_t *w = *state;

    w->metadata.bytes = "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' entityID='x'/>";
    w->metadata.len = strlen(w->metadata.bytes);
    expect(state, IK_FOUND_FAILED, "metadata", "no metadata of a service provider");
}

static void page_is_no_metadata(void **state)
{
    world_t *w = *state;

    w->metadata.bytes = "<html>hello";
    w->metadata.len = strlen(w->metadata.bytes);
    expect(state, IK_FOUND_FAILED, "metadata", "it answered 200");
}

static void metadata_must_name_this_host(void **state)
{
    world_t *w = *state;

    w->metadata.bytes = METADATA(ORIGIN ".evil.test", ORIGIN "/saml/consume");
    w->metadata.len = strlen(w->metadata.bytes);
    expect(state, IK_FOUND_FAILED, "metadata", ORIGIN ".evil.test/saml/consume");
    assert_int_equal(w->asked, 1);
}

static void entity_id_of_an_account_may_have_a_fragment(void **state)
{
    world_t *w = *state;

    w->metadata.bytes = METADATA(ORIGIN, ORIGIN "/saml/consume#acme");
    w->metadata.len = strlen(w->metadata.bytes);
    finds_nothing_wrong_with_a_host_that_is_all_right(state);
}

static void warns_of_an_entity_id_that_is_another(void **state)
{
    world_t *w = *state;

    w->metadata.bytes = METADATA(ORIGIN, ORIGIN "/saml/consumed");
    w->metadata.len = strlen(w->metadata.bytes);
    expect(state, IK_FOUND_WARNING, "metadata", "/saml/consumed");
}

static void consume_must_read_forms(void **state)
{
    ((world_t *)*state)->consume.status = 200;
    expect(state, IK_FOUND_FAILED, "consume", "200");
}

static void settings_must_not_show_themselves(void **state)
{
    world_t *w = *state;

    w->settings.status = 200;
    expect(state, IK_FOUND_FAILED, "settings", "shows itself");
}

static void login_must_answer(void **state)
{
    ((world_t *)*state)->login.status = 404;
    expect(state, IK_FOUND_FAILED, "login", "404");
}

static void login_must_lead_to_the_identity_provider(void **state)
{
    ((world_t *)*state)->start.status = 503;
    expect(state, IK_FOUND_FAILED, "login", "503");
}

static void logout_must_answer(void **state)
{
    ((world_t *)*state)->logout.status = 500;
    expect(state, IK_FOUND_FAILED, "logout", "500");
}

static void cookie_must_have_each_of_its_flags(void **state)
{
    static const struct { const char *line, *says; } rows[] = {
        { "__Host-ikssoauth=; Path=/; HttpOnly; SameSite=Lax", "no Secure" },
        { "__Host-ikssoauth=; Path=/; Secure; SameSite=Lax", "no HttpOnly" },
        { "__Host-ikssoauth=; Path=/; Secure; HttpOnly; SameSite=None", "no SameSite=Lax" },
        { "__Host-ikssoauth=; Path=/x; Secure; HttpOnly; SameSite=Lax", "no Path=/" },
        { SESSION_FLAGS "; Domain=imagekit.test", "a Domain" },
        { "__Host-ikssoauth=Secure", "no Secure, no HttpOnly, no Path=/, no SameSite=Lax" },
        { "__Host-ikssoauth-whose=; Path=/; Secure; HttpOnly; SameSite=Lax", "did not arrive" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        world_t *w = *state;

        set_cookie(&w->logout, rows[i].line);
        ik_doctor_begin(&w->doctor, NOW, w->p);
        expect(state, IK_FOUND_FAILED, "cookie", rows[i].says);
    }
}

static void cookie_of_a_login_must_come_back_from_another_site(void **state)
{
    set_cookie(&((world_t *)*state)->start, "__Host-ikssoauth-login-AB=x; Path=/; Secure; HttpOnly; SameSite=Lax");
    expect(state, IK_FOUND_FAILED, "cookie", "no SameSite=None");
}

static void made_up_headers_must_not_open_anything(void **state)
{
    ((world_t *)*state)->forged.status = 200;
    expect(state, IK_FOUND_FAILED, "identity", "302, 200");
}

static void made_up_headers_must_not_be_shown(void **state)
{
    world_t *w = *state;

    w->plain = answer(200, "hello", w->p);
    w->forged = answer(200, "hello doctor@invalid.test", w->p);
    expect(state, IK_FOUND_FAILED, "identity", "200, 200");
}

static void warns_of_a_dashboard_that_is_open(void **state)
{
    world_t *w = *state;

    w->plain = w->forged = answer(200, "hello", w->p);
    expect(state, IK_FOUND_WARNING, "identity", "not signed in");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_nothing_wrong_with_a_host_that_is_all_right),
        TEST(asks_nothing_more_of_a_host_that_does_not_answer),
        TEST(tells_a_certificate_apart_from_a_connection),
        TEST(warns_three_weeks_before_a_certificate_ends),
        TEST(bears_clocks_that_differ_by_ten_seconds),
        TEST(warns_of_clocks_that_differ_by_more),
        TEST(fails_a_clock_that_differs_by_more_than_the_usual_skew),
        TEST(misses_a_date),
        TEST(misses_hsts),
        TEST(metadata_of_an_identity_provider_is_none_of_ours),
        TEST(page_is_no_metadata),
        TEST(metadata_must_name_this_host),
        TEST(entity_id_of_an_account_may_have_a_fragment),
        TEST(warns_of_an_entity_id_that_is_another),
        TEST(consume_must_read_forms),
        TEST(settings_must_not_show_themselves),
        TEST(login_must_answer),
        TEST(login_must_lead_to_the_identity_provider),
        TEST(logout_must_answer),
        TEST(cookie_must_have_each_of_its_flags),
        TEST(cookie_of_a_login_must_come_back_from_another_site),
        TEST(made_up_headers_must_not_open_anything),
        TEST(made_up_headers_must_not_be_shown),
        TEST(warns_of_a_dashboard_that_is_open),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
