/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/time.c. */
#include "../pool.h"

#include <string.h>

#include "saml/time.h"

#define SECONDS(s) ((s) * APR_INT64_C(1000000))

static void reads_times_in_utc(void **state)
{
    static const struct {
        const char *text;
        apr_time_t time;
    } rows[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-11-24T03:00:00Z", SECONDS(1795489200) },
        { "2026-11-24T03:00:00.5Z", SECONDS(1795489200) + 500000 },
        { "2026-11-24T03:00:00.123456Z", SECONDS(1795489200) + 123456 },
        { "2026-11-24T03:00:00.1234567899Z", SECONDS(1795489200) + 123456 },
        { "2026-11-24T04:00:00+01:00", SECONDS(1795489200) },
        { "2026-11-23T21:30:00-05:30", SECONDS(1795489200) },
        { "2024-02-29T00:00:00Z", SECONDS(1709164800) },
        { "2000-02-29T23:59:59Z", SECONDS(951868799) },
    };
    apr_time_t time;
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(ik_saml_time_read(&time, rows[i].text), APR_SUCCESS);
        assert_true(time == rows[i].time);
    }
}

static void refuses_what_is_no_time(void **state)
{
    static const char *const rows[] = {
        "", " ", "2026", "2026-11-24", "2026-11-24T03:00:00", "2026-11-24 03:00:00Z", "2026-11-24T03:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T03:60:00Z", "2026-11-24T03:00:60Z",
        "2026-11-24T03:00:00.Z", "2026-11-24T03:00:00z", "2026-11-24T03:00:00Z ", "2026-11-24T03:00:00ZZ",
        "2026-11-24T03:00:00+1:00", "2026-11-24T03:00:00+15:00", "2026-11-24T03:00:00+01:00Z",
        "-2026-11-24T03:00:00Z", "+026-11-24T03:00:00Z", "1969-12-31T23:59:59Z", "26-11-24T03:00:00Z",
        "2026-11-24T03:00:00\xef\xbc\xba", "99999-11-24T03:00:00Z",
    };
    apr_time_t time;
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++)
        if (ik_saml_time_read(&time, rows[i]) != APR_EINVAL)
            fail_msg("read \"%s\"", rows[i]);
}

static void writes_what_it_reads(void **state)
{
    assert_string_equal(ik_saml_time_text(*state, SECONDS(1795489200) + 999999), "2026-11-24T03:00:00Z");
}

static void reads_durations(void **state)
{
    static const struct {
        const char *text;
        apr_int64_t seconds;
    } rows[] = {
        { "PT6H", 21600 }, { "P1D", 86400 }, { "P1DT12H", 129600 }, { "PT1H30M5.5S", 5405 }, { "P7D", 604800 },
        { "P1Y2M3D", (365 + 60 + 3) * 86400 }, { "PT0S", 0 }, { "P0Y0M0DT6H0M0.000S", 21600 }, { "PT604800S", 604800 },
        { "P1M", 30 * 86400 }, { "PT1M", 60 },
    };
    apr_int64_t seconds;
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++) {
        if (ik_saml_duration_read(&seconds, rows[i].text) != APR_SUCCESS || seconds != rows[i].seconds)
            fail_msg("%s: %d", rows[i].text, (int)seconds);
    }
}

static void refuses_what_is_no_duration(void **state)
{
    static const char *const rows[] = { "", "P", "PT", "6H", "-PT6H", "PT6", "P6H", "PT1D", "PT1S1H", "P1DT", "PT1.5H", "PT1.S",
                                        "P1D1D", "P 1D", "PT6H ", "P101Y", "PT99999999999999999999999S", "pt6h" };
    apr_int64_t seconds;
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(rows); i++)
        if (ik_saml_duration_read(&seconds, rows[i]) != APR_EINVAL)
            fail_msg("read \"%s\"", rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_times_in_utc),
        pool_test(refuses_what_is_no_time),
        pool_test(writes_what_it_reads),
        pool_test(reads_durations),
        pool_test(refuses_what_is_no_duration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
