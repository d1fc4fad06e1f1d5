/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a browser's pending logins, and keeps them from becoming too many. */
#include "httpd/pending_cookies.h"

#include <stdlib.h>

typedef struct crumb_t {
    const ik_login_cookie_t *cookie;
    const ik_pending_t *pending;    /* NULL: it does not open */
} crumb_t;

static apr_time_t made(const crumb_t *crumb)
{
    return crumb->pending ? crumb->pending->made : 0;
}

static int by_age(const void *a, const void *b)
{
    apr_time_t x = made(a), y = made(b);

    return x < y ? -1 : x > y;
}

/* crumb_t's. What names no handle is not ours. */
static apr_array_header_t *crumbs_of(const ik_visit_t *visit, const ik_ctx_t *ctx)
{
    const apr_array_header_t *cookies = visit->cookies.logins;
    apr_array_header_t *crumbs = apr_array_make(ctx->p, cookies->nelts + 1, sizeof(crumb_t));
    int i;

    for (i = 0; i < cookies->nelts; i++) {
        const ik_login_cookie_t *cookie = &APR_ARRAY_IDX(cookies, i, ik_login_cookie_t);
        ik_pending_t *pending = NULL;

        if (!ik_pending_is_handle(cookie->handle))
            continue;
        if (ik_pending_open(&pending, ctx, cookie->handle, cookie->value) != APR_SUCCESS)
            pending = NULL;
        APR_ARRAY_PUSH(crumbs, crumb_t) = (crumb_t){ cookie, pending };
    }
    return crumbs;
}

apr_array_header_t *ik_pending_cookies_open(const ik_visit_t *visit, const ik_ctx_t *ctx)
{
    const apr_array_header_t *crumbs = crumbs_of(visit, ctx);
    apr_array_header_t *list = apr_array_make(ctx->p, crumbs->nelts + 1, sizeof(const ik_pending_t *));
    int i;

    for (i = 0; i < crumbs->nelts; i++)
        if (APR_ARRAY_IDX(crumbs, i, crumb_t).pending)
            APR_ARRAY_PUSH(list, const ik_pending_t *) = APR_ARRAY_IDX(crumbs, i, crumb_t).pending;
    return list;
}

/*
 * The oldest go, until there is room for one more of len bytes: browsers drop what is too much without telling, and
 * httpd refuses every request of a browser whose cookies are larger than it reads, so that no page could help any more.
 */
static void make_room(request_rec *r, const ik_visit_t *visit, const ik_ctx_t *ctx, apr_size_t len)
{
    const apr_array_header_t *crumbs = crumbs_of(visit, ctx);
    int left = crumbs->nelts, i;

    qsort(crumbs->elts, (size_t)crumbs->nelts, sizeof(crumb_t), by_age);
    for (i = 0; i < crumbs->nelts; i++)
        len += strlen(APR_ARRAY_IDX(crumbs, i, crumb_t).cookie->value);
    for (i = 0; left && (left >= IK_PENDING_MAX || len > IK_PENDING_BYTES_MAX); i++, left--) {
        const ik_login_cookie_t *oldest = APR_ARRAY_IDX(crumbs, i, crumb_t).cookie;

        ik_cookie_clear_login(r, oldest->handle);
        len -= strlen(oldest->value);
    }
}

void ik_pending_cookies_add(request_rec *r, const ik_visit_t *visit, const ik_ctx_t *ctx, const char *handle,
                            const char *value)
{
    make_room(r, visit, ctx, strlen(value));
    ik_cookie_set_login(r, handle, value);
}
