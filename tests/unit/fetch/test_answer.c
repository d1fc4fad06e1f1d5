/* SPDX-License-Identifier: Apache-2.0 */
/* Tests fetch/answer.c. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "fetch/answer.h"

static int header(ik_answer_t *answer, const char *line)
{
    return ik_answer_header(answer, line, strlen(line));
}

static void reads_etag_and_cache_control(void **state)
{
    ik_answer_t *answer = ik_answer_make(*state);

    assert_true(header(answer, "HTTP/1.1 200 OK\r\n"));
    assert_true(header(answer, "ETag:  W/\"a-1\" \r\n"));
    assert_true(header(answer, "cache-CONTROL: public, Max-Age=3600\r\n"));
    assert_true(header(answer, "\r\n"));
    assert_string_equal(answer->etag, "W/\"a-1\"");
    assert_int_equal(answer->max_age, 3600);
}

static void reads_ages_as_they_are_written(void **state)
{
    static const struct {
        const char *value;
        apr_int64_t age;
    } rows[] = {
        { "max-age=0", 0 }, { "max-age=\"60\"", 60 }, { "max-age=", -1 }, { "max-age=-5", -1 }, { "private", -1 },
        { "s-maxage=5", -1 }, { "no-store", 0 }, { "no-cache, max-age=60", 0 }, { "max-age=60, no-store", 0 },
        { "max-age=99999999999999999999999", 315360000 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_answer_t *answer = ik_answer_make(*state);

        assert_true(header(answer, apr_pstrcat(*state, "Cache-Control: ", rows[i].value, NULL)));
        if (answer->max_age != rows[i].age)
            fail_msg("%s: %d", rows[i].value, (int)answer->max_age);
    }
}

static void ignores_etag_that_cannot_be_sent_back(void **state)
{
    ik_answer_t *answer = ik_answer_make(*state);
    char *longer = apr_pstrcat(*state, "ETag: ", apr_psprintf(*state, "\"%0600d\"", 1), NULL);

    assert_true(header(answer, "ETag: \"a\tb\"\r\n"));
    assert_true(header(answer, "ETag: \"\303\274\"\r\n"));
    assert_true(header(answer, longer));
    assert_string_equal(answer->etag, "");
}

static void begins_anew_with_every_status_line(void **state)
{
    ik_answer_t *answer = ik_answer_make(*state);

    assert_true(header(answer, "HTTP/1.1 103 Early Hints\r\n") && header(answer, "ETag: \"early\"\r\n"));
    assert_true(header(answer, "HTTP/1.1 200 OK\r\n"));
    assert_string_equal(answer->etag, "");
}

static void refuses_compression(void **state)
{
    static const char *const lines[] = { "Content-Encoding: gzip", "content-encoding: br\r\n", "Content-Encoding: identity, gzip",
                                         "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: deflate" };

    for (size_t i = 0; i < ROWS(lines); i++) {
        ik_answer_t *answer = ik_answer_make(*state);

        if (header(answer, lines[i]))
            fail_msg("%s was accepted", lines[i]);
        assert_non_null(strstr(answer->problem, "compressed"));
    }
    assert_true(header(ik_answer_make(*state), "Content-Encoding: identity\r\n"));
    assert_true(header(ik_answer_make(*state), "Transfer-Encoding: Chunked\r\n"));
}

static void refuses_headers_beyond_64_kib(void **state)
{
    ik_answer_t *answer = ik_answer_make(*state);
    char line[1024];

    memset(line, 'x', sizeof(line));
    for (int i = 0; i < 64; i++)
        assert_true(ik_answer_header(answer, line, sizeof(line)));
    assert_false(ik_answer_header(answer, line, 1));
    assert_non_null(strstr(answer->problem, "64 KiB"));
}

static void refuses_body_beyond_768_kib(void **state)
{
    ik_answer_t *answer = ik_answer_make(*state);
    char *half = apr_pcalloc(*state, IK_ANSWER_BYTES_MAX / 2);

    assert_true(ik_answer_body(answer, half, IK_ANSWER_BYTES_MAX / 2));
    assert_true(ik_answer_body(answer, half, IK_ANSWER_BYTES_MAX / 2));
    assert_int_equal(answer->len, IK_ANSWER_BYTES_MAX);
    assert_false(ik_answer_body(answer, half, 1));
    assert_non_null(strstr(answer->problem, "768 KiB"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_etag_and_cache_control),
        pool_test(reads_ages_as_they_are_written),
        pool_test(ignores_etag_that_cannot_be_sent_back),
        pool_test(begins_anew_with_every_status_line),
        pool_test(refuses_compression),
        pool_test(refuses_headers_beyond_64_kib),
        pool_test(refuses_body_beyond_768_kib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
