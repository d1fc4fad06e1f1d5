/* SPDX-License-Identifier: Apache-2.0 */
/* Tests base/log.c. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/log.h"

typedef struct written_t {
    int times;
    ik_log_level_t level;
    apr_status_t rv;
    char id[16], message[8192];
} written_t;

static void keep(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    written_t *written = to;

    written->times++;
    written->level = level;
    written->rv = rv;
    apr_cpystrn(written->id, id, sizeof(written->id));
    apr_cpystrn(written->message, message, sizeof(written->message));
}

static void hands_everything_to_the_sink(void **state)
{
    written_t written = { 0 };
    const ik_log_t log = { keep, &written };

    (void)state;
    ik_log(&log, IK_LOG_WARNING, "IK9999", APR_EINVAL, "cannot open \"%s\" (%d)", "x", 7);
    assert_int_equal(written.times, 1);
    assert_int_equal(written.level, IK_LOG_WARNING);
    assert_int_equal(written.rv, APR_EINVAL);
    assert_string_equal(written.id, "IK9999");
    assert_string_equal(written.message, "cannot open \"x\" (7)");
}

static void no_value_starts_a_line_of_its_own(void **state)
{
    written_t written = { 0 };
    const ik_log_t log = { keep, &written };

    (void)state;
    ik_log(&log, IK_LOG_INFO, "IK9998", 0, "issuer \"%s\"", "a\r\n[error] forged\x1b[31m\x7f Zo\xc3\xab");
    assert_string_equal(written.message, "issuer \"a??[error] forged?[31m? Zo\xc3\xab\"");
}

static void a_long_message_is_cut(void **state)
{
    written_t written = { 0 };
    const ik_log_t log = { keep, &written };
    char *value = apr_palloc(*state, 5000);

    memset(value, 'x', 4999);
    value[4999] = '\0';
    ik_log(&log, IK_LOG_DEBUG, "IK9997", 0, "%s", value);
    assert_int_equal(written.times, 1);
    assert_in_range(strlen(written.message), 1000, 4998);
}

static void without_a_sink_nothing_happens(void **state)
{
    const ik_log_t log = { NULL, NULL };

    (void)state;
    ik_log(NULL, IK_LOG_ERROR, "IK9996", 0, "%s", "x");
    ik_log(&log, IK_LOG_ERROR, "IK9995", 0, "%s", "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(hands_everything_to_the_sink),
        pool_test(no_value_starts_a_line_of_its_own),
        pool_test(a_long_message_is_cut),
        pool_test(without_a_sink_nothing_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
