/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which text is an e-mail address, and gives it the one form it is stored and compared in. */
#include "model/email.h"

#include <string.h>

#include "base/text.h"

/* Letters nobody sees: with them two different users would read the same on the users page and in a log. */
static const struct {
    int first, last;
} invisible[] = {
    { 0x20, 0x20 },     { 0xa0, 0xa0 },     { 0xad, 0xad },     { 0x34f, 0x34f },     { 0x61c, 0x61c },
    { 0x115f, 0x1160 }, { 0x1680, 0x1680 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },   { 0x2000, 0x200f },
    { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },
    { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
};

static int is_invisible(int code)
{
    apr_size_t i;

    for (i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++) {
        if (code >= invisible[i].first && code <= invisible[i].last)
            return 1;
    }
    return 0;
}

/* 1 if every character may stand in an address. */
static int is_clean(const char *text, apr_size_t len)
{
    const char *at = text, *end = text + len;
    int code;

    if (strcspn(text, "<>()[],;:\\\"") != len)
        return 0;
    while (at < end) {
        code = ik_text_next(&at, end);
        if (ik_text_is_control(code) || is_invisible(code))
            return 0;
    }
    return 1;
}

const char *ik_email_normalise(apr_pool_t *p, const char *text)
{
    apr_size_t len = text ? strnlen(text, IK_EMAIL_MAX + 1) : 0;
    const char *sign;

    if (len == 0 || len > IK_EMAIL_MAX || !is_clean(text, len))
        return NULL;
    sign = strchr(text, '@');
    if (!sign || sign == text || sign[1] == '\0' || strchr(sign + 1, '@'))
        return NULL;
    return ik_text_lower(p, text);
}

const char *ik_email_domain(const char *email)
{
    const char *sign = strchr(email, '@');

    return sign ? sign + 1 : "";
}
