/* SPDX-License-Identifier: Apache-2.0 */
/* Seals small records with the time they were made, and opens those that are not too old. */
#include "sso/sealed.h"

#include <string.h>

#include "seal/seal.h"

static ik_seal_scope_t scope_of(const ik_ctx_t *ctx, const ik_sealed_kind_t *kind)
{
    return (ik_seal_scope_t){ .purpose = kind->purpose, .host = ctx->settings->origin.text };
}

ik_pack_t ik_sealed_begin(const ik_ctx_t *ctx)
{
    ik_pack_t record = { .p = ctx->p };

    ik_pack_int(&record, ctx->now);
    return record;
}

apr_status_t ik_sealed_end(const char **text, const ik_ctx_t *ctx, const ik_sealed_kind_t *kind,
                           const ik_pack_t *record)
{
    ik_seal_scope_t scope = scope_of(ctx, kind);
    apr_status_t rv = ik_seal(text, ctx->keys, ctx->now, &scope, record->bytes, record->len, ctx->p);

    return rv == APR_SUCCESS && strlen(*text) > kind->max ? APR_ERANGE : rv;
}

/* A record from another machine whose clock goes ahead is forgiven, as a session is. */
static int is_in_time(const ik_ctx_t *ctx, apr_time_t made, apr_time_t lifetime)
{
    return made <= ctx->now + apr_time_from_sec(ctx->settings->clock_skew) && made > ctx->now - lifetime;
}

apr_status_t ik_sealed_open(ik_unpack_t *from, apr_time_t *made, const ik_ctx_t *ctx, const ik_sealed_kind_t *kind,
                            const char *text)
{
    ik_seal_scope_t scope = scope_of(ctx, kind);
    apr_time_t then;

    memset(from, 0, sizeof(*from));
    if (!text || strnlen(text, kind->max + 1) > kind->max
        || ik_unseal(&from->bytes, &from->len, ctx->keys, &scope, text, ctx->p) != APR_SUCCESS)
        return APR_EINVAL;
    then = ik_unpack_int(from);
    if (from->failed || !is_in_time(ctx, then, kind->lifetime))
        return APR_EINVAL;
    if (made)
        *made = then;
    return APR_SUCCESS;
}
