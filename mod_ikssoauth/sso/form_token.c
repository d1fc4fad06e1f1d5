/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and checks the token in a form: form, session and time, sealed so that nobody else can make one. */
#include "sso/form_token.h"

#include <string.h>

#include "base/pack.h"
#include "seal/seal.h"

#define TOKEN_MAX 512       /* characters; what is longer is not ours, and not worth decoding */

static ik_seal_scope_t scope_of(const ik_ctx_t *ctx)
{
    return (ik_seal_scope_t){ .purpose = "form", .host = ctx->settings->origin.text };
}

const char *ik_form_token(const ik_ctx_t *ctx, const ik_identity_t *identity, const char *form)
{
    ik_pack_t packed = { .p = ctx->p };
    ik_seal_scope_t scope = scope_of(ctx);
    const char *token;
    apr_status_t rv = ik_pack_text(&packed, form);

    if (rv == APR_SUCCESS)
        rv = ik_pack_text(&packed, identity->session);
    ik_pack_int(&packed, ctx->now);
    if (rv == APR_SUCCESS)
        rv = ik_seal(&token, ctx->keys, ctx->now, &scope, packed.bytes, packed.len, ctx->p);
    return rv == APR_SUCCESS ? token : NULL;
}

/* A token from another machine whose clock goes ahead is forgiven, as a session is. */
static int is_in_time(const ik_ctx_t *ctx, apr_time_t made)
{
    return made <= ctx->now + apr_time_from_sec(ctx->settings->clock_skew) && ctx->now - made < IK_FORM_TOKEN_LIFETIME;
}

int ik_form_token_is_valid(const ik_ctx_t *ctx, const ik_identity_t *identity, const char *form, const char *token)
{
    ik_seal_scope_t scope = scope_of(ctx);
    ik_unpack_t from = { 0 };
    const char *its_form, *its_session;
    apr_time_t made;

    if (!token || strnlen(token, TOKEN_MAX + 1) > TOKEN_MAX)
        return 0;
    if (ik_unseal(&from.bytes, &from.len, ctx->keys, &scope, token, ctx->p) != APR_SUCCESS)
        return 0;
    its_form = ik_unpack_text(&from, ctx->p);
    its_session = ik_unpack_text(&from, ctx->p);
    made = ik_unpack_int(&from);
    return ik_unpack_done(&from) && strcmp(its_form, form) == 0 && strcmp(its_session, identity->session) == 0
           && is_in_time(ctx, made);
}
