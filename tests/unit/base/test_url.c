/* SPDX-License-Identifier: Apache-2.0 */
/* Tests base/url.c: who may be sent where (R14). */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "base/url.h"

#include "targets.h"

/* One letter more than a label of a host name may have, and a piece of which eight are too long for a host name. */
#define LABEL_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABELS_32 "aaaaaaaaaaaaaaa.aaaaaaaaaaaaaaa."

static ik_origin_t origin_of(const char *url, apr_pool_t *p)
{
    ik_origin_t origin;

    assert_int_equal(ik_url_origin(&origin, url, p), APR_SUCCESS);
    return origin;
}

static apr_array_header_t *listed(apr_pool_t *p)
{
    return ik_text_words(p, "docs.imagekit.io 203.0.113.7 Upper.imagekit.io");
}

/* 1 if target is answered with answer, else 0 with a line that says so. */
static int is_answered(const ik_origin_t *own, const apr_array_header_t *hosts, const char *target, const char *answer,
                       apr_pool_t *p)
{
    const char *got = ik_url_target(p, target, own, hosts);

    if (!got == !answer && (!got || strcmp(got, answer) == 0))
        return 1;
    print_error("target \"%s\": got %s, expected %s\n", target, got ? got : "NULL", answer ? answer : "NULL");
    return 0;
}

static void follows_what_is_allowed(void **state)
{
    const ik_origin_t own = origin_of(OWN, *state);
    apr_size_t i, wrong = 0;

    for (i = 0; i < ROWS(allowed); i++)
        wrong += !is_answered(&own, listed(*state), allowed[i].target, allowed[i].answer, *state);
    assert_int_equal(wrong, 0);
}

static void follows_nothing_hostile(void **state)
{
    const ik_origin_t own = origin_of(OWN, *state);
    apr_size_t i, wrong = 0;

    assert_true(ROWS(hostile) >= 150);
    for (i = 0; i < ROWS(hostile); i++)
        wrong += !is_answered(&own, listed(*state), hostile[i], NULL, *state);
    assert_int_equal(wrong, 0);
    assert_null(ik_url_target(*state, NULL, &own, listed(*state)));
}

/* Whatever stands behind a path or host that is allowed, the answer stays on that origin. */
static void stays_on_its_origin_whatever_byte_follows(void **state)
{
    static const char *const starts[] = { "/", "/x", "/?", "/#", OWN, OWN "/", OWN "?", OWN "#", OWN ":443" };
    const ik_origin_t own = origin_of(OWN, *state);
    const char *target, *answer;
    apr_size_t i;
    int byte;

    for (i = 0; i < ROWS(starts); i++) {
        for (byte = 1; byte < 256; byte++) {
            target = apr_psprintf(*state, "%s%c" EVIL, starts[i], byte);
            answer = ik_url_target(*state, target, &own, NULL);
            if (answer && strncmp(answer, OWN "/", sizeof(OWN)) != 0)
                fail_msg("\"%s\" leads to \"%s\"", target, answer);
            if (answer && strncmp(answer, OWN "//", sizeof(OWN) + 1) == 0)
                fail_msg("\"%s\" leads to \"%s\"", target, answer);
        }
    }
}

static void an_answer_answers_itself(void **state)
{
    const ik_origin_t own = origin_of(OWN, *state);
    apr_size_t i, wrong = 0;

    for (i = 0; i < ROWS(allowed); i++)
        wrong += !is_answered(&own, listed(*state), allowed[i].answer, allowed[i].answer, *state);
    assert_int_equal(wrong, 0);
}

static void without_a_list_only_our_own_host_is_left(void **state)
{
    const ik_origin_t own = origin_of(OWN, *state);

    assert_int_equal(is_answered(&own, NULL, "https://docs.imagekit.io/", NULL, *state), 1);
    assert_int_equal(is_answered(&own, ik_text_words(*state, ""), "https://docs.imagekit.io/", NULL, *state), 1);
    assert_int_equal(is_answered(&own, NULL, "https://imagekit.io/x", OWN "/x", *state), 1);
    assert_int_equal(is_answered(&own, ik_text_words(*state, ". * .imagekit.io *.imagekit.io https://evil.example"),
                                 "https://docs.imagekit.io/", NULL, *state), 1);
}

static void knows_its_own_port_and_address(void **state)
{
    static const struct {
        const char *own, *target, *answer;
    } rows[] = {
        { "https://localhost:8443", "/x", "https://localhost:8443/x" },
        { "https://localhost:8443", "https://localhost:8443/x", "https://localhost:8443/x" },
        { "https://localhost:8443", "https://LOCALHOST:8443", "https://localhost:8443/" },
        { "https://localhost:8443", "https://localhost/x", NULL },
        { "https://localhost:8443", "https://localhost:443/x", NULL },
        { "https://localhost:8443", "https://localhost:08443/x", NULL },
        { "https://localhost:8443", "https://localhost:8444/x", NULL },
        { "https://localhost:8443", "http://localhost:8443/x", NULL },
        { "https://localhost:8443", "https://docs.imagekit.io:8443/", NULL },
        { "https://[::1]:8443", "/x", "https://[::1]:8443/x" },
        { "https://[::1]:8443", "https://[::1]:8443/x", "https://[::1]:8443/x" },
        { "https://[::1]:8443", "https://[0:0::0:1]:8443/x", "https://[::1]:8443/x" },
        { "https://[::1]:8443", "https://[::1]/x", NULL },
        { "https://[::1]:8443", "https://[::2]:8443/x", NULL },
        { "https://[::1]:8443", "https://::1:8443/x", NULL },
        { "https://[::1]:8443", "https://[::1]x8443/x", NULL },
        { "https://[2001:DB8::A]", "https://[2001:db8:0:0::a]:443?x", "https://[2001:db8::a]/?x" },
        { "https://192.0.2.1", "https://192.0.2.1/x", "https://192.0.2.1/x" },
        { "https://192.0.2.1", "https://3221225985/x", NULL },
        { "https://192.0.2.1", "https://192.0.2.01/x", NULL },
        { "https://192.0.2.1", "https://192.0.513/x", NULL },
    };
    apr_size_t i, wrong = 0;

    for (i = 0; i < ROWS(rows); i++) {
        const ik_origin_t own = origin_of(rows[i].own, *state);

        wrong += !is_answered(&own, listed(*state), rows[i].target, rows[i].answer, *state);
    }
    assert_int_equal(wrong, 0);
}

static void refuses_a_long_target(void **state)
{
    const ik_origin_t own = origin_of(OWN, *state);
    char *target = apr_palloc(*state, 2050);

    memset(target, 'a', 2049);
    target[0] = '/';
    target[2049] = '\0';
    assert_null(ik_url_target(*state, target, &own, NULL));
    target[2048] = '\0';
    assert_string_equal(ik_url_target(*state, target, &own, NULL), apr_pstrcat(*state, OWN, target, NULL));
}

static void reads_a_public_url(void **state)
{
    static const struct {
        const char *url, *host, *text;
        int port;
    } rows[] = {
        { "https://imagekit.io", "imagekit.io", "https://imagekit.io", 443 },
        { "https://imagekit.io/", "imagekit.io", "https://imagekit.io", 443 },
        { "HTTPS://ImageKit.IO:443/", "imagekit.io", "https://imagekit.io", 443 },
        { "https://localhost:8443", "localhost", "https://localhost:8443", 8443 },
        { "https://a-b.c_d.xn--p1ai:1", "a-b.c_d.xn--p1ai", "https://a-b.c_d.xn--p1ai:1", 1 },
        { "https://127.0.0.1:65535/", "127.0.0.1", "https://127.0.0.1:65535", 65535 },
        { "https://[2001:DB8:0:0::1]", "2001:db8::1", "https://[2001:db8::1]", 443 },
        { "https://[::1]:8443/", "::1", "https://[::1]:8443", 8443 },
        { "https://1a.example", "1a.example", "https://1a.example", 443 },
        { "https://a.0xg", "a.0xg", "https://a.0xg", 443 },
    };
    ik_origin_t origin;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(ik_url_origin(&origin, rows[i].url, *state), APR_SUCCESS);
        assert_string_equal(origin.scheme, "https");
        assert_string_equal(origin.host, rows[i].host);
        assert_string_equal(origin.text, rows[i].text);
        assert_int_equal(origin.port, rows[i].port);
    }
}

static void refuses_what_is_no_public_url(void **state)
{
    static const char *const rows[] = {
        NULL, "", "imagekit.io", "http://imagekit.io", "https:", "https://", "https:///", "https:imagekit.io",
        "//imagekit.io", "https://imagekit.io/x",
        "https://imagekit.io//", "https://imagekit.io?", "https://imagekit.io#", "https://imagekit.io/?",
        "https://u@imagekit.io", "https://imagekit.io:",
        "https://imagekit.io:0", "https://imagekit.io:65536", "https://imagekit.io:443x", "https://imagekit.io.",
        "https://.io", "https://a..b", "https:// a",
        "https://a b", "https://a\n", "https://a\\", "https://%61", "https://\xc3\xa9.io", "https://[::1",
        "https://[::g]", "https://[::1%25lo]", "https://[::1]x", "https://1.2.3",
        "https://0x7f.1", "https://0x7f000001", "https://a.0X7F", "https://a.0x", "https://a.1", "https://7",
        "https://1.2.3.256", "https://01.2.3.4", "https://*.imagekit.io", "https://a,b",
        "https://imagekit.io https://b", "https://a:1:2",
        "https://" LABEL_64 ".io", "https://io." LABEL_64, "https://" LABEL_64,
        "https://" LABELS_32 LABELS_32 LABELS_32 LABELS_32 LABELS_32 LABELS_32 LABELS_32 LABELS_32 "a",
    };
    ik_origin_t origin = { .text = "untouched" };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        if (ik_url_origin(&origin, rows[i], *state) != APR_EINVAL)
            fail_msg("accepted \"%s\"", rows[i]);
    }
    assert_string_equal(origin.text, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(follows_what_is_allowed),
        pool_test(follows_nothing_hostile),
        pool_test(stays_on_its_origin_whatever_byte_follows),
        pool_test(an_answer_answers_itself),
        pool_test(without_a_list_only_our_own_host_is_left),
        pool_test(knows_its_own_port_and_address),
        pool_test(refuses_a_long_target),
        pool_test(reads_a_public_url),
        pool_test(refuses_what_is_no_public_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
