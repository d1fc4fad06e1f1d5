/* SPDX-License-Identifier: Apache-2.0 */
/* Encodes and decodes, by APR where it has the syntax. */
#include "base/encode.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_escape.h>
#include <apr_strings.h>

#include "base/text.h"

#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define REPLACEMENT 0xfffd

const char *ik_encode_base64url(apr_pool_t *p, const void *bytes, apr_size_t len)
{
    /* APR takes a NULL for "nothing found"; no bytes are the empty text here */
    return len == 0 ? "" : apr_pencode_base64_binary(p, bytes, (apr_ssize_t)len, APR_ENCODE_BASE64URL, NULL);
}

/* Decodes len characters whose alphabet and length the caller has checked: APR reads both alphabets mixed. */
static apr_status_t decode(const unsigned char **bytes, apr_size_t *len, const char *text, apr_size_t text_len,
                           apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, text_len / 4 * 3 + 4);
    apr_size_t n = 0;

    if (text_len > 0 && apr_decode_base64_binary(to, text, (apr_ssize_t)text_len, APR_ENCODE_NONE, &n) != APR_SUCCESS)
        return APR_EINVAL;
    to[n] = '\0';
    *bytes = to;
    *len = n;
    return APR_SUCCESS;
}

apr_status_t ik_decode_base64url(const unsigned char **bytes, apr_size_t *len, const char *text, apr_pool_t *p)
{
    const apr_size_t text_len = strlen(text);
    const unsigned char *decoded;
    apr_size_t n;

    if (strspn(text, ALPHANUMERIC "-_") != text_len || text_len % 4 == 1)
        return APR_EINVAL;
    if (decode(&decoded, &n, text, text_len, p) != APR_SUCCESS)
        return APR_EINVAL;
    /* one text per byte string: bits left over in the last character would make a second one */
    if (strcmp(ik_encode_base64url(p, decoded, n), text) != 0)
        return APR_EINVAL;
    *bytes = decoded;
    *len = n;
    return APR_SUCCESS;
}

/* text without white space, its length in *len. */
static const char *without_space(apr_size_t *len, const char *text, apr_pool_t *p)
{
    char *to = apr_palloc(p, strlen(text) + 1);
    apr_size_t n = 0;

    for (; *text; text++) {
        if (!strchr(" \t\r\n", *text))
            to[n++] = *text;
    }
    to[n] = '\0';
    *len = n;
    return to;
}

apr_status_t ik_decode_base64(const unsigned char **bytes, apr_size_t *len, const char *text, apr_pool_t *p)
{
    apr_size_t all, n;
    const char *packed = without_space(&all, text, p);

    n = strspn(packed, ALPHANUMERIC "+/");
    if (n % 4 == 1 || strspn(packed + n, "=") != all - n)
        return APR_EINVAL;
    if (all != n && (all % 4 != 0 || all - n > 2))
        return APR_EINVAL;
    return decode(bytes, len, packed, n, p);
}

const char *ik_encode_hex(apr_pool_t *p, const void *bytes, apr_size_t len)
{
    return len == 0 ? "" : apr_pescape_hex(p, bytes, len, 0);
}

const char *ik_encode_header(apr_pool_t *p, const char *value)
{
    static const char digits[] = "0123456789ABCDEF";
    const unsigned char *from = (const unsigned char *)value;
    char *header = apr_palloc(p, strlen(value) * 3 + 1), *to = header;

    for (; *from; from++) {
        if (*from >= 0x20 && *from <= 0x7e && *from != '%') {
            *to++ = (char)*from;
            continue;
        }
        *to++ = '%';
        *to++ = digits[*from >> 4];
        *to++ = digits[*from & 0x0f];
    }
    *to = '\0';
    return header;
}

/* APR's own escaping leaves the apostrophe, which ends an attribute as well as a quotation mark does. */
static const char *html_entity(char c)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" } };
    apr_size_t i;

    for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (entities[i].c == c)
            return entities[i].entity;
    }
    return NULL;
}

const char *ik_encode_html(apr_pool_t *p, const char *text)
{
    char *html = apr_palloc(p, strlen(text) * (sizeof("&quot;") - 1) + 1), *to = html;
    const char *entity;

    for (; *text; text++) {
        entity = html_entity(*text);
        if (entity)
            to = apr_cpystrn(to, entity, sizeof("&quot;"));
        else
            *to++ = *text;
    }
    *to = '\0';
    return html;
}

/* What may not stand in a JSON string as it is, or would drive a terminal that shows the line; returns its length. */
static int escape_json(char *to, int code)
{
    static const char shorts[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = code > 0 && code < 0x80 ? strchr(shorts, code) : NULL;

    if (found) {
        to[0] = '\\';
        to[1] = letters[found - shorts];
        return 2;
    }
    return apr_snprintf(to, 7, "\\u%04x", (unsigned)code);
}

const char *ik_encode_json(apr_pool_t *p, const char *text)
{
    const char *end = text + strlen(text), *start;
    /* at most six bytes for one, two quotes, and the NUL */
    char *json = apr_palloc(p, (apr_size_t)(end - text) * 6 + 3), *to = json;
    int code;

    *to++ = '"';
    while (text < end) {
        start = text;
        code = ik_text_next(&text, end);
        if (code < 0) {
            code = REPLACEMENT;
            text++;
        }
        if (code == REPLACEMENT || code == '"' || code == '\\' || ik_text_is_control(code)) {
            to += escape_json(to, code);
            continue;
        }
        memcpy(to, start, (apr_size_t)(text - start));
        to += text - start;
    }
    *to++ = '"';
    *to = '\0';
    return json;
}
