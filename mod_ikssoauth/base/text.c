/* SPDX-License-Identifier: Apache-2.0 */
/* Answers the questions about strings that the other rooms ask again and again. */
#include "base/text.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#define XML_SPACE " \t\r\n"
#define TEN_YEARS (APR_INT64_C(10) * 365 * 86400)

/* By lead byte: the bits it carries, the bytes that follow, and the lowest code point that needs so many. */
static const struct lead {
    unsigned char first, last, mask;
    int more;
    int lowest;
} leads[] = {
    { 0x00, 0x7f, 0x7f, 0, 0x0 },
    { 0xc2, 0xdf, 0x1f, 1, 0x80 },
    { 0xe0, 0xef, 0x0f, 2, 0x800 },
    { 0xf0, 0xf4, 0x07, 3, 0x10000 },
};

static const struct lead *find_lead(unsigned char byte)
{
    apr_size_t i;

    for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    }
    return NULL;
}

int ik_text_next(const char **at, const char *end)
{
    const unsigned char *s = (const unsigned char *)*at;
    const struct lead *lead;
    int code, i;

    if (*at >= end)
        return -1;
    lead = find_lead(s[0]);
    if (!lead || end - *at <= lead->more)
        return -1;
    code = s[0] & lead->mask;
    for (i = 1; i <= lead->more; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return -1;
        code = (code << 6) | (s[i] & 0x3f);
    }
    if (code < lead->lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return -1;
    *at += lead->more + 1;
    return code;
}

int ik_text_is_utf8(const char *s, apr_size_t len)
{
    const char *end = s + len;

    while (s < end) {
        if (ik_text_next(&s, end) < 0)
            return 0;
    }
    return 1;
}

int ik_text_is_control(int code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029;
}

int ik_text_has_control(const char *s)
{
    const char *end = s + strlen(s);

    /* what cannot be decoded (-1) counts as control: it must not reach a header either */
    while (s < end) {
        if (ik_text_is_control(ik_text_next(&s, end)))
            return 1;
    }
    return 0;
}

const char *ik_text_trim(apr_pool_t *p, const char *s)
{
    const char *start = s + strspn(s, XML_SPACE);
    apr_size_t len = strlen(start);

    while (len > 0 && strchr(XML_SPACE, start[len - 1]))
        len--;
    if (start == s && s[len] == '\0')
        return s;
    return apr_pstrmemdup(p, start, len);
}

const char *ik_text_lower(apr_pool_t *p, const char *s)
{
    char *lower = apr_pstrdup(p, s);
    char *c;

    for (c = lower; *c; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c += 'a' - 'A';
    }
    return lower;
}

apr_array_header_t *ik_text_words(apr_pool_t *p, const char *s)
{
    static const char separators[] = "," XML_SPACE;
    apr_array_header_t *words = apr_array_make(p, 4, sizeof(const char *));
    apr_size_t len;

    if (!s)
        return words;
    for (s += strspn(s, separators); *s; s += strspn(s, separators)) {
        len = strcspn(s, separators);
        APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(p, s, len);
        s += len;
    }
    return words;
}

int ik_text_in(const apr_array_header_t *list, const char *word)
{
    int i;

    for (i = 0; list && word && i < list->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(list, i, const char *), word) == 0)
            return 1;
    }
    return 0;
}

const char *ik_text_join(apr_pool_t *p, const apr_array_header_t *list, const char *sep)
{
    apr_size_t sep_len = strlen(sep), size = 1, n;
    char *joined, *to;
    int i;

    for (i = 0; list && i < list->nelts; i++)
        size += strlen(APR_ARRAY_IDX(list, i, const char *)) + sep_len;
    joined = to = apr_palloc(p, size);
    for (i = 0; list && i < list->nelts; i++) {
        if (i > 0) {
            memcpy(to, sep, sep_len);
            to += sep_len;
        }
        n = strlen(APR_ARRAY_IDX(list, i, const char *));
        memcpy(to, APR_ARRAY_IDX(list, i, const char *), n);
        to += n;
    }
    *to = '\0';
    return joined;
}

/* An entry in quotes, of at most max bytes. */
static const char *quoted(const char *entry, apr_size_t max, apr_pool_t *p)
{
    apr_size_t len = strnlen(entry ? entry : "", max + 1);

    if (!entry)
        return "no plain text";
    if (len <= max)
        return apr_pstrcat(p, "\"", entry, "\"", NULL);
    for (len = max; len > 0 && ((unsigned char)entry[len] & 0xc0) == 0x80; len--)
        ;
    return apr_pstrcat(p, "\"", apr_pstrmemdup(p, entry, len), "\xe2\x80\xa6\"", NULL);
}

const char *ik_text_quote(apr_pool_t *p, const apr_array_header_t *list, apr_size_t max)
{
    const char *text = "";
    int i = 0;

    for (; i < list->nelts; i++) {
        const char *entry = quoted(APR_ARRAY_IDX(list, i, const char *), max, p);

        if (i > 0 && strlen(text) + strlen(entry) > max)
            break;
        text = apr_pstrcat(p, text, i ? ", " : "", entry, NULL);
    }
    return i < list->nelts ? apr_psprintf(p, "%s and %d more", text, list->nelts - i) : text;
}

/* Seconds in the unit that ends a duration; 0 for what is no unit. */
static apr_int64_t unit_seconds(const char *unit)
{
    static const struct {
        const char *unit;
        apr_int64_t seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
    apr_size_t i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(unit, units[i].unit) == 0)
            return units[i].seconds;
    }
    return 0;
}

apr_status_t ik_text_duration(apr_int64_t *seconds, const char *s)
{
    apr_size_t digits = s ? strspn(s, "0123456789") : 0;
    apr_int64_t number, unit;

    if (digits == 0)
        return APR_EINVAL;
    unit = unit_seconds(s + digits);
    if (unit == 0)
        return APR_EINVAL;
    errno = 0;
    number = apr_strtoi64(s, NULL, 10);
    if (errno == ERANGE || number > TEN_YEARS / unit)
        return APR_ERANGE;
    *seconds = number * unit;
    return APR_SUCCESS;
}
