/* SPDX-License-Identifier: Apache-2.0 */
/* Tests base/text.c. */
#include "../pool.h"

#include <string.h>

#include "base/text.h"

static void knows_utf8(void **state)
{
    static const char *const rows[] = {
        "", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "Zo\xc3\xab \xe4\xb8\xad \xf0\x9f\x98\x80",
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_text_is_utf8(rows[i], strlen(rows[i])), 1);
    assert_int_equal(ik_text_is_utf8("a\0b", 3), 1);
}

static void refuses_what_is_not_utf8(void **state)
{
    static const char *const rows[] = {
        "\x80", "\xbf", "a\xff", "\xfe", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf",
        "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xc3", "\xe4\xb8", "\xf0\x9f\x98", "\xc3(", "\xe4\xb8(", "\xf0\x9f\x98(", "caf\xe9", "\xc3\xa9\xa9",
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_text_is_utf8(rows[i], strlen(rows[i])), 0);
    /* the length counts, not the NUL behind it */
    assert_int_equal(ik_text_is_utf8("\xc3\xa9", 1), 0);
}

static void steps_through_code_points(void **state)
{
    const char *text = "a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\xff", *at = text, *end = text + strlen(text);

    (void)state;
    assert_int_equal(ik_text_next(&at, end), 'a');
    assert_int_equal(ik_text_next(&at, end), 0xe9);
    assert_int_equal(ik_text_next(&at, end), 0x4e2d);
    assert_int_equal(ik_text_next(&at, end), 0x1f600);
    assert_int_equal(ik_text_next(&at, end), -1);
    assert_ptr_equal(at, end - 1);
    at = end;
    assert_int_equal(ik_text_next(&at, end), -1);
    assert_ptr_equal(at, end);
}

static void finds_control_characters(void **state)
{
    static const struct {
        const char *text;
        int control;
    } rows[] = {
        { "", 0 }, { "Zo\xc3\xab O'Neil", 0 }, { "\xc2\xa0", 0 }, { "\xe2\x80\xa7", 0 }, { "\xe2\x80\xaa", 0 },
        { "a\nb", 1 }, { "a\rb", 1 }, { "a\tb", 1 }, { "\x01", 1 }, { "\x1f", 1 }, { "a\x7f", 1 },
        { "\xc2\x80", 1 },
        { "\xc2\x85", 1 }, { "\xc2\x9f", 1 }, { "a\xe2\x80\xa8", 1 }, { "\xe2\x80\xa9z", 1 }, { "\xff", 1 },
        { "\xc2", 1 },
    };
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_text_has_control(rows[i].text), rows[i].control);
}

static void trims_xml_space_only(void **state)
{
    static const struct {
        const char *text, *trimmed;
    } rows[] = {
        { "", "" }, { " ", "" }, { " \t\r\n", "" }, { "a", "a" }, { "a b", "a b" }, { " a", "a" }, { "a\n", "a" },
        { "\r\n a\t b \t", "a\t b" }, { "\va\v", "\va\v" }, { "\xc2\xa0" "a", "\xc2\xa0" "a" },
    };
    const char *same = "same";
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_string_equal(ik_text_trim(*state, rows[i].text), rows[i].trimmed);
    assert_ptr_equal(ik_text_trim(*state, same), same);
}

static void lowers_ascii_only(void **state)
{
    assert_string_equal(ik_text_lower(*state, ""), "");
    assert_string_equal(ik_text_lower(*state, "AZaz@[`{09"), "azaz@[`{09");
    assert_string_equal(ik_text_lower(*state, "\xc3\x89\xc4\xb0I"), "\xc3\x89\xc4\xb0i");
}

static void splits_and_joins_words(void **state)
{
    static const struct {
        const char *text, *joined;
        int n;
    } rows[] = {
        { NULL, "", 0 }, { "", "", 0 }, { " , ,, \t\r\n", "", 0 }, { "a", "a", 1 }, { "a,b", "a|b", 2 },
        { ",a, b\tc\n,,d ", "a|b|c|d", 4 }, { "a;b", "a;b", 1 },
    };
    apr_array_header_t *words;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        words = ik_text_words(*state, rows[i].text);
        assert_int_equal(words->nelts, rows[i].n);
        assert_string_equal(ik_text_join(*state, words, "|"), rows[i].joined);
    }
    assert_string_equal(ik_text_join(*state, NULL, ","), "");
    assert_string_equal(ik_text_join(*state, ik_text_words(*state, "a b"), ""), "ab");
}

static void quotes_as_many_words_as_fit(void **state)
{
    static const struct {
        const char *words, *text;
        apr_size_t max;
    } rows[] = {
        { "", "", 8 }, { "a", "\"a\"", 8 }, { "a b", "\"a\", \"b\"", 8 }, { "a b c d e", "\"a\", \"b\" and 3 more", 8 },
        { "12345678 b", "\"12345678\" and 1 more", 8 }, { "123456789", "\"12345678\xe2\x80\xa6\"", 8 },
        { "1234567\xc3\xa4", "\"1234567\xe2\x80\xa6\"", 8 }, { "\xc3\xa4\xc3\xa4", "\"\xe2\x80\xa6\"", 1 },
    };
    apr_array_header_t *none = apr_array_make(*state, 1, sizeof(const char *));

    for (apr_size_t i = 0; i < ROWS(rows); i++)
        assert_string_equal(ik_text_quote(*state, ik_text_words(*state, rows[i].words), rows[i].max), rows[i].text);
    APR_ARRAY_PUSH(none, const char *) = NULL;
    assert_string_equal(ik_text_quote(*state, none, 8), "no plain text");
}

static void finds_words_byte_for_byte(void **state)
{
    apr_array_header_t *list = ik_text_words(*state, "finance,developer");

    assert_int_equal(ik_text_in(list, "finance"), 1);
    assert_int_equal(ik_text_in(list, "developer"), 1);
    assert_int_equal(ik_text_in(list, "Developer"), 0);
    assert_int_equal(ik_text_in(list, "develop"), 0);
    assert_int_equal(ik_text_in(list, "developers"), 0);
    assert_int_equal(ik_text_in(list, ""), 0);
    assert_int_equal(ik_text_in(list, NULL), 0);
    assert_int_equal(ik_text_in(NULL, "finance"), 0);
}

static void reads_durations(void **state)
{
    static const struct {
        const char *text;
        apr_status_t rv;
        apr_int64_t seconds;
    } rows[] = {
        { "0", APR_SUCCESS, 0 }, { "90", APR_SUCCESS, 90 }, { "90s", APR_SUCCESS, 90 }, { "3m", APR_SUCCESS, 180 },
        { "12h", APR_SUCCESS, 43200 }, { "7d", APR_SUCCESS, 604800 }, { "007d", APR_SUCCESS, 604800 },
        { "3650d", APR_SUCCESS, 315360000 }, { "315360000", APR_SUCCESS, 315360000 },
        { NULL, APR_EINVAL, 0 }, { "", APR_EINVAL, 0 }, { "h", APR_EINVAL, 0 }, { "-1", APR_EINVAL, 0 },
        { "+1", APR_EINVAL, 0 }, { " 1", APR_EINVAL, 0 }, { "1 ", APR_EINVAL, 0 }, { "1.5h", APR_EINVAL, 0 },
        { "1H", APR_EINVAL, 0 }, { "1hh", APR_EINVAL, 0 }, { "1h30m", APR_EINVAL, 0 }, { "1w", APR_EINVAL, 0 },
        { "0x10", APR_EINVAL, 0 }, { "1e3", APR_EINVAL, 0 }, { "1 h", APR_EINVAL, 0 },
        { "99999999999999999999q", APR_EINVAL, 0 },
        { "3651d", APR_ERANGE, 0 }, { "315360001", APR_ERANGE, 0 }, { "9223372036854775807d", APR_ERANGE, 0 },
        { "9223372036854775808", APR_ERANGE, 0 }, { "99999999999999999999d", APR_ERANGE, 0 },
    };
    apr_int64_t seconds;
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        seconds = -7;
        assert_int_equal(ik_text_duration(&seconds, rows[i].text), rows[i].rv);
        assert_int_equal(seconds, rows[i].rv == APR_SUCCESS ? rows[i].seconds : -7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(knows_utf8),
        pool_test(refuses_what_is_not_utf8),
        pool_test(steps_through_code_points),
        pool_test(finds_control_characters),
        pool_test(trims_xml_space_only),
        pool_test(lowers_ascii_only),
        pool_test(splits_and_joins_words),
        pool_test(quotes_as_many_words_as_fit),
        pool_test(finds_words_byte_for_byte),
        pool_test(reads_durations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
