/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a form apart, strictly: what two readers could read differently is refused. */
#include "base/form.h"

#include <string.h>

#include <apr_escape.h>
#include <apr_strings.h>

#include "base/text.h"

/* One name or value: '+' is a space, %XX a byte. NULL for a bad escape, a NUL or what is not UTF-8. */
static const char *decode(const char *bytes, apr_size_t len, apr_pool_t *p)
{
    /* APR looks two bytes past a '%' whatever length it is given, so it gets a terminated copy */
    const char *encoded = apr_pstrmemdup(p, bytes, len);
    char *decoded = apr_palloc(p, len + 1);
    apr_status_t rv;

    rv = apr_unescape_url(decoded, encoded, APR_ESCAPE_STRING, NULL, NULL, 1, NULL);
    if (rv == APR_NOTFOUND)
        return ik_text_is_utf8(encoded, len) ? encoded : NULL;
    if (rv != APR_SUCCESS || !ik_text_is_utf8(decoded, strlen(decoded)))
        return NULL;
    return decoded;
}

static apr_status_t add_field(apr_table_t *fields, const char *field, apr_size_t len, int max, apr_pool_t *p)
{
    const char *equals = memchr(field, '=', len);
    apr_size_t name_len = equals ? (apr_size_t)(equals - field) : len;
    const char *name = decode(field, name_len, p);
    const char *value = equals ? decode(equals + 1, len - name_len - 1, p) : "";

    if (!name || !value)
        return APR_EINVAL;
    if (ik_form_get(fields, name))
        return APR_EEXIST;
    if (apr_table_elts(fields)->nelts >= max)
        return APR_ENOSPC;
    apr_table_addn(fields, name, value);
    return APR_SUCCESS;
}

apr_status_t ik_form_parse(apr_table_t **fields, const char *body, apr_size_t len, apr_pool_t *p)
{
    return ik_form_parse_of(fields, body, len, IK_FORM_MAX_FIELDS, p);
}

apr_status_t ik_form_parse_of(apr_table_t **fields, const char *body, apr_size_t len, int max, apr_pool_t *p)
{
    apr_table_t *parsed = apr_table_make(p, 8);
    const char *end = body + len, *stop;
    apr_status_t rv;

    if (len > 0 && memchr(body, '\0', len))
        return APR_EINVAL;
    for (; body < end; body = stop + 1) {
        stop = memchr(body, '&', (apr_size_t)(end - body));
        if (!stop)
            stop = end;
        if (stop == body)
            continue;
        rv = add_field(parsed, body, (apr_size_t)(stop - body), max, p);
        if (rv != APR_SUCCESS)
            return rv;
    }
    *fields = parsed;
    return APR_SUCCESS;
}

const char *ik_form_get(const apr_table_t *fields, const char *name)
{
    const apr_array_header_t *entries = apr_table_elts(fields);
    int i;

    for (i = 0; i < entries->nelts; i++) {
        const apr_table_entry_t *entry = &APR_ARRAY_IDX(entries, i, apr_table_entry_t);

        if (strcmp(entry->key, name) == 0)
            return entry->val;
    }
    return NULL;
}

const char *ik_form_decode(const char *text, apr_pool_t *p)
{
    return decode(text, strlen(text), p);
}
