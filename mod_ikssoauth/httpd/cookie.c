/* SPDX-License-Identifier: Apache-2.0 */
/* The session cookie among a request's headers, and among a response's. */
#include "httpd/cookie.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "sso/session.h"

#define NAME_LEN (sizeof(IK_SESSION_COOKIE) - 1)

/* The value of the crumb from start to end if it is ours, else NULL. */
static const char *value_of(const char *start, const char *end, apr_pool_t *p)
{
    if ((apr_size_t)(end - start) <= NAME_LEN || strncmp(start, IK_SESSION_COOKIE, NAME_LEN) != 0
        || start[NAME_LEN] != '=')
        return NULL;
    while (end > start && apr_isspace(end[-1]))
        end--;
    return apr_pstrmemdup(p, start + NAME_LEN + 1, (apr_size_t)(end - start) - NAME_LEN - 1);
}

/* Splits header at ';': other people's crumbs go to rest (as long as header), ours to *value. Returns how many. */
static int split(const char *header, char *rest, const char **value, apr_pool_t *p)
{
    const char *start = header, *end, *ours;
    char *to = rest;
    int found = 0;

    for (; *start; start = *end ? end + 1 : end) {
        while (apr_isspace(*start))
            start++;
        end = start + strcspn(start, ";");
        ours = value_of(start, end, p);
        if (ours) {
            *value = ours;
            found++;
        }
        else if (end > start) {
            if (to > rest) {
                *to++ = ';';
                *to++ = ' ';
            }
            memcpy(to, start, (apr_size_t)(end - start));
            to += end - start;
        }
    }
    *to = '\0';
    return found;
}

const char *ik_cookie_take(apr_table_t *headers, apr_pool_t *p)
{
    const char *header = apr_table_get(headers, "Cookie"), *value = NULL;
    char *rest;
    int found;

    if (!header || !strstr(header, IK_SESSION_COOKIE "="))
        return NULL;
    /* "a;b" grows by the space after each ';'. */
    rest = apr_palloc(p, 2 * strlen(header) + 1);
    found = split(header, rest, &value, p);
    if (found && *rest)
        apr_table_setn(headers, "Cookie", rest);
    else if (found)
        apr_table_unset(headers, "Cookie");
    return found == 1 ? value : NULL;
}

static void add_line(request_rec *r, const char *value, const char *more)
{
    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, IK_SESSION_COOKIE "=", value,
                               "; Path=/; Secure; HttpOnly; SameSite=Lax", more, NULL));
    apr_table_mergen(r->err_headers_out, "Cache-Control", "private");
}

void ik_cookie_set(request_rec *r, const char *value)
{
    add_line(r, value, "");
}

static int keep_other(void *kept, const char *name, const char *value)
{
    if (strncmp(value, IK_SESSION_COOKIE "=", NAME_LEN + 1) != 0)
        apr_table_addn(kept, name, value);
    return 1;
}

void ik_cookie_clear(request_rec *r)
{
    apr_table_t *kept = apr_table_make(r->pool, 2);

    apr_table_do(keep_other, kept, r->err_headers_out, "Set-Cookie", NULL);
    apr_table_unset(r->err_headers_out, "Set-Cookie");
    apr_table_overlap(r->err_headers_out, kept, APR_OVERLAP_TABLES_ADD);
    add_line(r, "", "; Max-Age=0");
}
