/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps a form sealed in the database, bound to the browser that sent it. */
#include "sso/held.h"

#include <string.h>

#include <apr_strings.h>

#include "base/pack.h"
#include "seal/random.h"
#include "seal/seal.h"
#include "sso/connect.h"
#include "store/held.h"

#define RANDOM_BYTES 16

/*
 * The browser's secret is part of the purpose: for who has another one, the record does not open. Packed as text, so
 * that a form with a NUL, which no browser sends, is none.
 */
static ik_seal_scope_t scope_of(const ik_ctx_t *ctx, const char *cookie)
{
    return (ik_seal_scope_t){ .purpose = apr_pstrcat(ctx->p, "held ", cookie, NULL),
                              .host = ctx->settings->origin.text };
}

static apr_status_t seal(const char **text, const ik_ctx_t *ctx, const char *cookie, const char *url, const char *body)
{
    ik_pack_t record = { .p = ctx->p };
    ik_seal_scope_t scope = scope_of(ctx, cookie);
    apr_status_t rv = ik_pack_text(&record, url);

    if (rv == APR_SUCCESS)
        rv = ik_pack_text(&record, body);
    return rv == APR_SUCCESS ? ik_seal(text, ctx->keys, ctx->now, &scope, record.bytes, record.len, ctx->p) : rv;
}

apr_status_t ik_held_keep(const char **handle, const char **cookie, const ik_ctx_t *ctx, const char *url,
                          const char *body, apr_size_t len)
{
    const char *text;
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv;

    if (len > IK_HELD_MAX || memchr(body, '\0', len))
        return APR_ERANGE;
    *handle = ik_random_id(ctx->p, RANDOM_BYTES);
    *cookie = ik_random_id(ctx->p, RANDOM_BYTES);
    if (!*handle || !*cookie)
        return APR_EGENERAL;
    rv = seal(&text, ctx, *cookie, url, apr_pstrmemdup(ctx->p, body, len));
    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_connect(&db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = ik_store_held_put(db, *handle, text, ctx->now + IK_HELD_LIFETIME, ctx->p);
    ik_disconnect(brief);
    return rv;
}

static apr_status_t open_text(const char **url, const char **body, apr_size_t *len, const ik_ctx_t *ctx,
                              const char *cookie, const char *text)
{
    ik_seal_scope_t scope = scope_of(ctx, cookie);
    ik_unpack_t from = { 0 };

    if (ik_unseal(&from.bytes, &from.len, ctx->keys, &scope, text, ctx->p) != APR_SUCCESS)
        return APR_NOTFOUND;
    *url = ik_unpack_text(&from, ctx->p);
    *body = ik_unpack_text(&from, ctx->p);
    *len = strlen(*body);
    return ik_unpack_done(&from) ? APR_SUCCESS : APR_NOTFOUND;
}

apr_status_t ik_held_take(const char **url, const char **body, apr_size_t *len, const ik_ctx_t *ctx,
                          const char *handle, const char *cookie)
{
    const char *text;
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = ik_store_held_take(&text, db, handle, ctx->now, ctx->p);
    ik_disconnect(brief);
    return rv == APR_SUCCESS ? open_text(url, body, len, ctx, cookie, text) : rv;
}
