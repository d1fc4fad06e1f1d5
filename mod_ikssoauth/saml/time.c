/* SPDX-License-Identifier: Apache-2.0 */
/* xs:dateTime to apr_time_t and back, strictly and without the local time zone. */
#include "saml/time.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* Exactly n digits at *s, which moves on; -1 if there are none. */
static int digits(const char **s, int n)
{
    int value = 0;

    for (; n > 0; n--, (*s)++) {
        if (!apr_isdigit(**s))
            return -1;
        value = value * 10 + (**s - '0');
    }
    return value;
}

static int skip(const char **s, char c)
{
    if (**s != c)
        return 0;
    (*s)++;
    return 1;
}

/* n digits between lo and hi, followed by the character end (0: by anything). */
static int field(int *value, const char **s, int n, int lo, int hi, char end)
{
    *value = digits(s, n);
    return *value >= lo && *value <= hi && (end == 0 || skip(s, end));
}

static int days_of(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return days[month - 1];
}

/* ".123456789": microseconds, the rest cut off. */
static int fraction(int *usec, const char **s)
{
    int scale = 100000;

    *usec = 0;
    if (!skip(s, '.'))
        return 1;
    if (!apr_isdigit(**s))
        return 0;
    for (; apr_isdigit(**s); (*s)++, scale /= 10)
        *usec += (**s - '0') * scale;
    return 1;
}

/* "Z", "+01:00" or "-01:00", up to the end of the text. */
static int zone(int *gmtoff, const char *s)
{
    int hours, minutes, sign;

    *gmtoff = 0;
    if (skip(&s, 'Z'))
        return *s == 0;
    sign = *s == '+' ? 1 : *s == '-' ? -1 : 0;
    if (sign == 0)
        return 0;
    s++;
    if (!field(&hours, &s, 2, 0, 14, ':') || !field(&minutes, &s, 2, 0, 59, 0))
        return 0;
    *gmtoff = sign * (hours * 3600 + minutes * 60);
    return *s == 0;
}

apr_status_t ik_saml_time_read(apr_time_t *time, const char *text)
{
    apr_time_exp_t t = { 0 };
    const char *s = text;
    int year, month;

    if (!field(&year, &s, 4, 1970, 9999, '-') || !field(&month, &s, 2, 1, 12, '-')
        || !field(&t.tm_mday, &s, 2, 1, days_of(year, month), 'T') || !field(&t.tm_hour, &s, 2, 0, 23, ':')
        || !field(&t.tm_min, &s, 2, 0, 59, ':') || !field(&t.tm_sec, &s, 2, 0, 59, 0)
        || !fraction(&t.tm_usec, &s) || !zone(&t.tm_gmtoff, s))
        return APR_EINVAL;
    t.tm_year = year - 1900;
    t.tm_mon = month - 1;
    return apr_time_exp_gmt_get(time, &t);
}

/* Units in the order in which they must stand, those of a day after the T. */
static const struct {
    char letter;
    int after_t;
    apr_int64_t seconds;
} units[] = {
    { 'Y', 0, 365 * 86400 }, { 'M', 0, 30 * 86400 }, { 'D', 0, 86400 }, { 'H', 1, 3600 }, { 'M', 1, 60 }, { 'S', 1, 1 },
};

#define UNITS (sizeof units / sizeof units[0])
#define CENTURY (APR_INT64_C(100) * 365 * 86400)

/* One number with its unit, one of those from *unit on, which moves past it. Only seconds may have a fraction. */
static int component(apr_int64_t *seconds, size_t *unit, const char **s, int after_t)
{
    apr_int64_t value = 0;
    int usec;

    if (!apr_isdigit(**s))
        return 0;
    for (; apr_isdigit(**s); (*s)++) {
        value = value * 10 + (**s - '0');
        if (value > CENTURY)
            return 0;
    }
    if (**s == '.' && (!fraction(&usec, s) || **s != 'S'))
        return 0;
    while (*unit < UNITS && (units[*unit].letter != **s || units[*unit].after_t != after_t))
        ++*unit;
    if (*unit == UNITS)
        return 0;
    *seconds += value * units[(*unit)++].seconds;
    ++*s;
    return *seconds <= CENTURY;
}

apr_status_t ik_saml_duration_read(apr_int64_t *seconds, const char *text)
{
    const char *s = text;
    size_t unit = 0;
    int after_t = 0;

    *seconds = 0;
    if (!skip(&s, 'P') || !*s)
        return APR_EINVAL;
    while (*s) {
        if (!after_t && skip(&s, 'T'))
            after_t = 1;
        if (!component(seconds, &unit, &s, after_t))
            return APR_EINVAL;
    }
    return APR_SUCCESS;
}

const char *ik_saml_time_text(apr_pool_t *p, apr_time_t time)
{
    apr_time_exp_t t;

    if (apr_time_exp_gmt(&t, time) != APR_SUCCESS)
        return "?";
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                        t.tm_hour, t.tm_min, t.tm_sec);
}
