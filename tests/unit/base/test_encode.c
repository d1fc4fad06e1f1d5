/* SPDX-License-Identifier: Apache-2.0 */
/* Tests base/encode.c. */
#include "../pool.h"

#include <string.h>

#include "base/encode.h"
#include "base/text.h"

typedef struct row_t {
    const char *in, *out;
} row_t;

static void encodes_base64url(void **state)
{
    static const row_t rows[] = {
        { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" },
        { "\xfb\xff\xfe", "-__-" },
    };
    const unsigned char *back;
    apr_size_t i, len;

    for (i = 0; i < ROWS(rows); i++) {
        assert_string_equal(ik_encode_base64url(*state, rows[i].in, strlen(rows[i].in)), rows[i].out);
        assert_int_equal(ik_decode_base64url(&back, &len, rows[i].out, *state), APR_SUCCESS);
        assert_int_equal(len, strlen(rows[i].in));
        assert_memory_equal(back, rows[i].in, len);
    }
}

static void carries_every_byte_in_base64url(void **state)
{
    unsigned char all[256];
    const unsigned char *back;
    apr_size_t len, n;

    for (n = 0; n < sizeof(all); n++)
        all[n] = (unsigned char)(n * 7);
    for (n = 0; n <= sizeof(all); n++) {
        assert_int_equal(ik_decode_base64url(&back, &len, ik_encode_base64url(*state, all, n), *state), APR_SUCCESS);
        assert_int_equal(len, n);
        assert_memory_equal(back, all, n);
    }
}

static void refuses_base64url_that_is_not_canonical(void **state)
{
    static const char *const rows[] = {
        "Z", "Zg=", "Zg==", "Zm9v=", "Zm9vY", "Z g", " Zg", "Zg\n", "+__-", "-_/-", "Zm9*", "Zh", "Zm9", "Zm-",
        "Zg\xc3\xa9", "=", ".",
    };
    const unsigned char *bytes = NULL;
    apr_size_t i, len = 77;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_decode_base64url(&bytes, &len, rows[i], *state), APR_EINVAL);
    assert_null(bytes);
    assert_int_equal(len, 77);
}

static void decodes_base64_as_browsers_send_it(void **state)
{
    static const row_t rows[] = {
        { "", "" }, { " \r\n\t", "" }, { "Zg==", "f" }, { "Zg", "f" }, { "Zm8=", "fo" }, { "Zm8", "fo" },
        { "Zm9v", "foo" },
        { "Zm9v\r\nYmFy\r\n", "foobar" }, { " Z m\t8\n=", "fo" }, { "Zg=\r\n=", "f" }, { "+/+/", "\xfb\xff\xbf" },
    };
    const unsigned char *bytes;
    apr_size_t i, len;

    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(ik_decode_base64(&bytes, &len, rows[i].in, *state), APR_SUCCESS);
        assert_int_equal(len, strlen(rows[i].out));
        assert_string_equal((const char *)bytes, rows[i].out);
    }
}

static void keeps_a_nul_inside_base64(void **state)
{
    const unsigned char *bytes;
    apr_size_t len;

    assert_int_equal(ik_decode_base64(&bytes, &len, "YQBi", *state), APR_SUCCESS);
    assert_int_equal(len, 3);
    assert_memory_equal(bytes, "a\0b", 4);
}

static void refuses_what_is_not_base64(void **state)
{
    static const char *const rows[] = {
        "Z", "=", "==", "====", "Z===", "Zg=", "Zg===", "Zm8==", "Zm9v=", "Zm9v====", "Zg==Zg==", "Z=g=", "=Zg=",
        "Zm9vY",
        "-__-", "Zm_v", "Zm9v.", "Zm9v\x01", "Zm9v\v", "Zm9v\xc2\xa0", "<xml/>", "Zm9v%3D", "Zm,v", "Zg==\xff",
    };
    const unsigned char *bytes = NULL;
    apr_size_t i, len = 77;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_decode_base64(&bytes, &len, rows[i], *state), APR_EINVAL);
    assert_null(bytes);
    assert_int_equal(len, 77);
}

static void encodes_hex(void **state)
{
    assert_string_equal(ik_encode_hex(*state, "", 0), "");
    assert_string_equal(ik_encode_hex(*state, "\x00\x0f\xab\xff", 4), "000fabff");
}

static void a_header_value_stays_in_its_line(void **state)
{
    static const row_t rows[] = {
        { "", "" }, { "ann@example.com", "ann@example.com" }, { "Ann B. ~!#", "Ann B. ~!#" }, { "100%", "100%25" },
        { "%41", "%2541" }, { "a\r\nX-IK-Role: finance", "a%0D%0AX-IK-Role: finance" },
        { "Zo\xc3\xab", "Zo%C3%AB" },
        { "\x01\x7f\xff", "%01%7F%FF" }, { "\t", "%09" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_string_equal(ik_encode_header(*state, rows[i].in), rows[i].out);
}

static void html_has_no_markup_left(void **state)
{
    static const row_t rows[] = {
        { "", "" }, { "plain", "plain" }, { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
        { "\" onload=\"x", "&quot; onload=&quot;x" }, { "' onload='x", "&#39; onload=&#39;x" },
        { "&amp;", "&amp;amp;" },
        { "&<>\"'", "&amp;&lt;&gt;&quot;&#39;" }, { "\"\"\"\"", "&quot;&quot;&quot;&quot;" },
        { "Zo\xc3\xab", "Zo\xc3\xab" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_string_equal(ik_encode_html(*state, rows[i].in), rows[i].out);
}

static void json_is_one_string_on_one_line(void **state)
{
    static const row_t rows[] = {
        { "", "\"\"" }, { "plain / text", "\"plain / text\"" }, { "\"}", "\"\\\"}\"" }, { "a\\", "\"a\\\\\"" },
        { "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" }, { "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
        { "Zo\xc3\xab", "\"Zo\xc3\xab\"" },
        { "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" }, { "\xc2\x9b" "31m", "\"\\u009b31m\"" },
        { "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"" }, { "\xff", "\"\\ufffd\"" },
        { "a\xc3", "\"a\\ufffd\"" },
        { "\xe4\xb8z", "\"\\ufffd\\ufffdz\"" }, { "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
        { "\xef\xbf\xbd", "\"\\ufffd\"" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_string_equal(ik_encode_json(*state, rows[i].in), rows[i].out);
}

/* Every byte alone and between letters, so that no buffer is too small for a text that grows. */
static void every_byte_survives_every_encoder(void **state)
{
    char text[9];
    const char *json;
    int byte, i;

    for (byte = 1; byte < 256; byte++) {
        for (i = 0; i < 8; i++)
            text[i] = (char)byte;
        text[8] = '\0';
        json = ik_encode_json(*state, text);
        assert_int_equal(ik_text_is_utf8(json, strlen(json)), 1);
        assert_int_equal(ik_text_has_control(json), 0);
        assert_int_equal(ik_text_has_control(ik_encode_header(*state, text)), 0);
        assert_null(strpbrk(ik_encode_html(*state, text), "<>\"'"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(encodes_base64url),
        pool_test(carries_every_byte_in_base64url),
        pool_test(refuses_base64url_that_is_not_canonical),
        pool_test(decodes_base64_as_browsers_send_it),
        pool_test(keeps_a_nul_inside_base64),
        pool_test(refuses_what_is_not_base64),
        pool_test(encodes_hex),
        pool_test(a_header_value_stays_in_its_line),
        pool_test(html_has_no_markup_left),
        pool_test(json_is_one_string_on_one_line),
        pool_test(every_byte_survives_every_encoder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
