/* SPDX-License-Identifier: Apache-2.0 */
/* Our cookies, one row each, among a request's headers and a response's. */
#include "httpd/cookie.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "sso/arrival.h"
#include "sso/held.h"
#include "sso/invite.h"
#include "sso/pending.h"
#include "sso/session.h"

#define LOGIN IK_SESSION_COOKIE "-login-"
#define LOGIN_LEN (sizeof(LOGIN) - 1)
#define LAX "; SameSite=Lax"
#define ANY_SITE "; SameSite=None"     /* what has to come with an identity provider's POST */

/* Names all begin with that of the session cookie: one look at the header tells whether there is any. */
static const struct {
    const char *name, *attributes;
} rows[IK_COOKIE_COUNT] = {
    [IK_COOKIE_SESSION] = { IK_SESSION_COOKIE, LAX },
    [IK_COOKIE_WHOSE] = { IK_SESSION_COOKIE "-whose", ANY_SITE },
    [IK_COOKIE_ARRIVAL] = { IK_SESSION_COOKIE "-arrival", LAX "; Max-Age=600" },
    [IK_COOKIE_ACCOUNT] = { IK_SESSION_COOKIE "-account", LAX "; Max-Age=31536000" },
    [IK_COOKIE_ROUNDS] = { IK_SESSION_COOKIE "-rounds", ANY_SITE "; Max-Age=120" },
    [IK_COOKIE_HELD] = { IK_SESSION_COOKIE "-held", LAX "; Max-Age=900" },
    [IK_COOKIE_GUEST] = { IK_SESSION_COOKIE "-guest", LAX "; Max-Age=14400" },
};

_Static_assert(IK_ARRIVAL_LIFETIME == apr_time_from_sec(600) && IK_HELD_LIFETIME == apr_time_from_sec(900)
               && IK_GUEST_LIFETIME == apr_time_from_sec(14400),
               "cookies live as long as what they are for");

/* The crumbs of one header on their way. */
typedef struct taking_t {
    ik_cookies_t *cookies;
    int seen[IK_COOKIE_COUNT];
    apr_pool_t *p;
} taking_t;

static void take_login(taking_t *t, const char *handle, const char *value)
{
    apr_array_header_t *logins = t->cookies->logins;

    if (logins->nelts < IK_LOGIN_COOKIES_READ)
        APR_ARRAY_PUSH(logins, ik_login_cookie_t) = (ik_login_cookie_t){ handle, value };
}

/* 1 if the crumb is ours, and taken. */
static int take(taking_t *t, const char *start, const char *end)
{
    const char *equals = memchr(start, '=', (apr_size_t)(end - start)), *name, *value;
    int i;

    if (!equals)
        return 0;
    name = apr_pstrmemdup(t->p, start, (apr_size_t)(equals - start));
    while (end > equals + 1 && apr_isspace(end[-1]))
        end--;
    value = apr_pstrmemdup(t->p, equals + 1, (apr_size_t)(end - equals) - 1);
    if (!strncmp(name, LOGIN, LOGIN_LEN)) {
        take_login(t, name + LOGIN_LEN, value);
        return 1;
    }
    for (i = 0; i < IK_COOKIE_COUNT; i++) {
        if (strcmp(name, rows[i].name) != 0)
            continue;
        t->cookies->value[i] = t->seen[i]++ ? NULL : value;
        return 1;
    }
    return 0;
}

/* Splits header at ';': other people's crumbs go to rest (twice as long as header). */
static void split(taking_t *t, const char *header, char *rest)
{
    const char *start = header, *end;
    char *to = rest;

    for (; *start; start = *end ? end + 1 : end) {
        while (apr_isspace(*start))
            start++;
        end = start + strcspn(start, ";");
        if (end == start || take(t, start, end))
            continue;
        if (to > rest) {
            *to++ = ';';
            *to++ = ' ';
        }
        memcpy(to, start, (apr_size_t)(end - start));
        to += end - start;
    }
    *to = '\0';
}

void ik_cookies_take(ik_cookies_t *cookies, apr_table_t *headers, apr_pool_t *p)
{
    const char *header = apr_table_get(headers, "Cookie");
    taking_t t = { .cookies = cookies, .p = p };
    char *rest;

    memset(cookies, 0, sizeof(*cookies));
    cookies->logins = apr_array_make(p, 1, sizeof(ik_login_cookie_t));
    if (!header || !strstr(header, IK_SESSION_COOKIE))
        return;
    /* "a;b" grows by the space after each ';'. */
    rest = apr_palloc(p, 2 * strlen(header) + 1);
    split(&t, header, rest);
    if (*rest)
        apr_table_setn(headers, "Cookie", rest);
    else
        apr_table_unset(headers, "Cookie");
}

int ik_cookies_empty(const ik_cookies_t *cookies)
{
    int i;

    for (i = 0; i < IK_COOKIE_COUNT; i++)
        if (cookies->value[i])
            return 0;
    return !cookies->logins->nelts;
}

/* The cookies of a response that stay. */
typedef struct keeping_t {
    const char *name;
    apr_table_t *kept;
} keeping_t;

static int keep_other(void *arg, const char *header, const char *value)
{
    keeping_t *keeping = arg;
    apr_size_t len = strlen(keeping->name);

    if (strncmp(value, keeping->name, len) != 0 || value[len] != '=')
        apr_table_addn(keeping->kept, header, value);
    return 1;
}

static void forget(request_rec *r, const char *name)
{
    keeping_t keeping = { name, apr_table_make(r->pool, 4) };

    apr_table_do(keep_other, &keeping, r->err_headers_out, "Set-Cookie", NULL);
    apr_table_unset(r->err_headers_out, "Set-Cookie");
    apr_table_overlap(r->err_headers_out, keeping.kept, APR_OVERLAP_TABLES_ADD);
}

static void set(request_rec *r, const char *name, const char *value, const char *attributes)
{
    forget(r, name);
    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, name, "=", value, "; Path=/; Secure; HttpOnly", attributes, NULL));
    apr_table_mergen(r->err_headers_out, "Cache-Control", "private");
}

/* SameSite once more: a browser may refuse to let a cookie from another site's request be replaced by a stricter one. */
static const char *clearing(request_rec *r, const char *attributes)
{
    const char *age = strstr(attributes, "; Max-Age");

    return apr_pstrcat(r->pool, age ? apr_pstrmemdup(r->pool, attributes, (apr_size_t)(age - attributes)) : attributes,
                       "; Max-Age=0", NULL);
}

void ik_cookie_set(request_rec *r, ik_cookie_t which, const char *value)
{
    set(r, rows[which].name, value, rows[which].attributes);
}

void ik_cookie_clear(request_rec *r, ik_cookie_t which)
{
    set(r, rows[which].name, "", clearing(r, rows[which].attributes));
}

void ik_cookie_set_login(request_rec *r, const char *handle, const char *value)
{
    set(r, apr_pstrcat(r->pool, LOGIN, handle, NULL), value,
        apr_psprintf(r->pool, ANY_SITE "; Max-Age=%" APR_TIME_T_FMT, apr_time_sec(IK_PENDING_LIFETIME)));
}

void ik_cookie_clear_login(request_rec *r, const char *handle)
{
    set(r, apr_pstrcat(r->pool, LOGIN, handle, NULL), "", ANY_SITE "; Max-Age=0");
}
