/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads the fields of a record as bytes. */
#include "base/pack.h"

#include <string.h>

#include <apr_strings.h>

#define TEXT_MAX 0xffff
#define INT_BYTES 8

/* Room for n more bytes at the end. */
static unsigned char *extend(ik_pack_t *to, apr_size_t n)
{
    apr_size_t size = to->size ? to->size : 256;
    unsigned char *bytes;

    while (size - to->len < n)
        size *= 2;
    if (size > to->size) {
        bytes = apr_palloc(to->p, size);
        if (to->len > 0)
            memcpy(bytes, to->bytes, to->len);
        to->bytes = bytes;
        to->size = size;
    }
    bytes = to->bytes + to->len;
    to->len += n;
    return bytes;
}

apr_status_t ik_pack_text(ik_pack_t *to, const char *text)
{
    apr_size_t len = text ? strlen(text) : 0;
    unsigned char *at;

    if (len > TEXT_MAX)
        return APR_ERANGE;
    at = extend(to, 2 + len);
    at[0] = (unsigned char)(len >> 8);
    at[1] = (unsigned char)len;
    if (len > 0)
        memcpy(at + 2, text, len);
    return APR_SUCCESS;
}

void ik_pack_int(ik_pack_t *to, apr_int64_t value)
{
    unsigned char *at = extend(to, INT_BYTES);
    apr_uint64_t rest = (apr_uint64_t)value;
    int i;

    for (i = INT_BYTES - 1; i >= 0; i--) {
        at[i] = (unsigned char)rest;
        rest >>= 8;
    }
}

/* The next n bytes, or NULL with failed set. */
static const unsigned char *take(ik_unpack_t *from, apr_size_t n)
{
    const unsigned char *at;

    if (from->failed || from->at > from->len || n > from->len - from->at) {
        from->failed = 1;
        return NULL;
    }
    at = from->bytes + from->at;
    from->at += n;
    return at;
}

const char *ik_unpack_text(ik_unpack_t *from, apr_pool_t *p)
{
    const unsigned char *head = take(from, 2), *text;
    apr_size_t len;

    if (!head)
        return "";
    len = (apr_size_t)head[0] << 8 | head[1];
    text = take(from, len);
    if (!text)
        return "";
    if (memchr(text, '\0', len)) {
        from->failed = 1;
        return "";
    }
    return apr_pstrmemdup(p, (const char *)text, len);
}

apr_int64_t ik_unpack_int(ik_unpack_t *from)
{
    const unsigned char *at = take(from, INT_BYTES);
    apr_uint64_t value = 0;
    int i;

    for (i = 0; at && i < INT_BYTES; i++)
        value = value << 8 | at[i];
    return (apr_int64_t)value;
}

int ik_unpack_done(const ik_unpack_t *from)
{
    return !from->failed && from->at == from->len;
}
