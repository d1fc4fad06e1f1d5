/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/captured.c: the response is found in what browsers and people give, and nothing else is taken for one. */
#include "../pool.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_strings.h>

#include "saml/captured.h"

#define XML "<samlp:Response ID=\"_1\">a\xc3\xa4>?</samlp:Response>"

/* With '+' and '=' in it, so that what confuses them is noticed. */
static const char *base64_of(const char *xml, apr_pool_t *p)
{
    return apr_pencode_base64(p, xml, APR_ENCODE_STRING, APR_ENCODE_NONE, NULL);
}

static const char *encoded(const char *base64, apr_pool_t *p)
{
    const char *text = "";

    for (; *base64; base64++)
        text = strchr("+/=", *base64) ? apr_psprintf(p, "%s%%%02X", text, (unsigned)*base64)
               : apr_psprintf(p, "%s%c", text, *base64);
    return text;
}

static const char *found(const char *text, const char *form, apr_pool_t *p)
{
    ik_captured_t captured;
    const char *problem = ik_captured_read(&captured, text, strlen(text), p);

    if (problem)
        fail_msg("%s: %s", text, problem);
    assert_string_equal(captured.form, form);
    return captured.response;
}

static const char *problem_of(const char *text, apr_size_t len, apr_pool_t *p)
{
    ik_captured_t captured;
    const char *problem = ik_captured_read(&captured, text, len, p);

    assert_non_null(problem);
    assert_null(captured.response && *captured.response ? captured.response : NULL);
    assert_int_equal(problem[strlen(problem) - 1], '.');
    return problem;
}

static void takes_xml_and_base64(void **state)
{
    apr_pool_t *p = *state;
    const char *base64 = base64_of(XML, p);

    assert_non_null(strchr(base64, '+'));
    assert_string_equal(found(XML, "XML", p), base64);
    assert_string_equal(found("\xEF\xBB\xBF \r\n" XML, "XML", p), base64);
    assert_string_equal(found(base64, "base64", p), base64);
    assert_string_equal(found(encoded(base64, p), "base64", p), base64);
}

static void takes_forms_addresses_and_commands(void **state)
{
    apr_pool_t *p = *state;
    const char *base64 = base64_of(XML, p), *value = encoded(base64, p);
    const char *texts[] = {
        apr_pstrcat(p, "SAMLResponse=", value, NULL),
        apr_pstrcat(p, "SAMLResponse=", value, "&RelayState=https%3A%2F%2Fh", NULL),
        apr_pstrcat(p, "RelayState=x&SAMLResponse=", value, "\n", NULL),
        apr_pstrcat(p, "https://h/saml/consume?SAMLResponse=", value, "#f", NULL),
        apr_pstrcat(p, "curl 'https://h/saml/consume' --data-raw 'SAMLResponse=", value, "&RelayState=x' --compressed", NULL),
        apr_pstrcat(p, "SAMLResponse: ", base64, "\nRelayState: x", NULL),
        apr_pstrcat(p, "SAMLResponse=PGE%2BPC9hPg%3D%3D&x=1\nSAMLResponse=", value, NULL),
    };

    for (apr_size_t i = 0; i < ROWS(texts); i++)
        assert_string_equal(found(texts[i], "a form or address", p), base64);
}

static const char *entry(const char *method, const char *data, apr_pool_t *p)
{
    return apr_psprintf(p, "{\"request\":{\"method\":\"%s\",\"url\":\"https://h/\",\"postData\":%s}}", method, data);
}

static const char *har(const char *entries, apr_pool_t *p)
{
    return apr_psprintf(p, "{\"log\":{\"version\":\"1.2\",\"entries\":[%s]}}", entries);
}

static void takes_the_last_post_of_a_har_file(void **state)
{
    apr_pool_t *p = *state;
    const char *base64 = base64_of(XML, p), *value = encoded(base64, p);
    const char *text = apr_psprintf(p, "{\"mimeType\":\"application/x-www-form-urlencoded\",\"text\":\"SAMLResponse=%s&RelayState=x\"}", value);
    const char *decoded = apr_psprintf(p, "{\"params\":[{\"name\":\"RelayState\",\"value\":\"x\"},{\"name\":\"SAMLResponse\",\"value\":\"%s\"}]}",
                                       base64);
    const char *params = apr_psprintf(p, "{\"params\":[{\"name\":\"SAMLResponse\",\"value\":\"%s\"}],\"text\":\"\"}", value);
    const char *old = "{\"text\":\"SAMLResponse=PGE%2BPC9hPg%3D%3D\"}", *other = "{\"text\":\"a=b\"}";
    const char *const good[] = { text, decoded, params };

    for (apr_size_t i = 0; i < ROWS(good); i++)
        assert_string_equal(found(har(apr_pstrcat(p, entry("POST", old, p), ",", entry("POST", good[i], p), ",", entry("POST", other, p), ",",
                                                  entry("GET", old, p), NULL), p), "a HAR file", p), base64);
}

static void says_what_was_found_instead(void **state)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "", "nothing here" },
        { "  \r\n\t", "nothing here" },
        { "hello", "no SAMLResponse" },
        { "SAMLResponse=", "no SAMLResponse" },
        { "SAMLResponse=%GG", "no SAMLResponse" },
        { "MySAMLResponseX=abcd", "no SAMLResponse" },
        { "SAMLRequest=fZFN&RelayState=x", "request (SAMLRequest)" },
        { "fZFNT8MwDIbv", "not of XML" },
        { "<!doctype HTML><title>x</title>", "a page" },
        { "<html>", "a page" },
        { "{\"issuer\":\"https://idp\"}", "no HAR file" },
        { "{\"log\":[]}", "no HAR file" },
        { "{\"log\":{\"entries\":{}}}", "no HAR file" },
        { "{\"log\":{\"entries\":[]}}", "no POST with a SAMLResponse" },
        { "{\"log\":{\"entries\":[1,null,{},{\"request\":7},{\"request\":{\"method\":1}},{\"request\":{\"method\":\"POST\",\"postData\":[]}}]}}",
          "no POST with a SAMLResponse" },
        { "{\"log\":", "no JSON" },
    };

    for (apr_size_t i = 0; i < ROWS(rows); i++)
        assert_non_null(strstr(problem_of(rows[i].text, strlen(rows[i].text), *state), rows[i].words));
}

/* What is hostile costs no more than what is long: nothing here is recursive without a bound, or guesses at an end. */
static void survives_what_is_hostile(void **state)
{
    apr_pool_t *p = *state;
    apr_size_t len = 4 * 1024 * 1024;
    char *deep = apr_palloc(p, len + 1);

    memset(deep, '[', len);
    memcpy(deep, "{\"log\":", 7);
    deep[len] = '\0';
    assert_non_null(strstr(problem_of(deep, len, p), "no JSON"));
    assert_non_null(strstr(problem_of("a\0SAMLResponse=PGE+", 19, p), "not UTF-8"));
    assert_non_null(strstr(problem_of("SAMLResponse=\xff", 14, p), "not UTF-8"));
    memset(deep, '\n', len);
    assert_non_null(strstr(problem_of(deep, len, p), "nothing here"));
    memset(deep, 'S', len);
    assert_non_null(problem_of(deep, len, p));
}

static void refuses_what_is_too_large(void **state)
{
    apr_size_t len = IK_CAPTURED_MAX + 1;
    char *text = apr_palloc(*state, len);

    memset(text, 'A', len);
    assert_non_null(strstr(problem_of(text, len, *state), "larger than 32 MiB"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(takes_xml_and_base64),
        pool_test(takes_forms_addresses_and_commands),
        pool_test(takes_the_last_post_of_a_har_file),
        pool_test(says_what_was_found_instead),
        pool_test(survives_what_is_hostile),
        pool_test(refuses_what_is_too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
