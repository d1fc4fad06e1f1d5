/* SPDX-License-Identifier: Apache-2.0 */
/* Seals a session that waits, as its own cookie inside of another. */
#include "sso/arrival.h"

#include "sso/sealed.h"
#include "sso/session.h"

/* The target has what is left of a cookie. */
static const ik_sealed_kind_t kind = { "arrival", IK_ARRIVAL_LIFETIME, IK_SESSION_COOKIE_MAX };

apr_status_t ik_arrival_seal(const char **value, const ik_ctx_t *ctx, const ik_identity_t *identity,
                             const char *target)
{
    ik_pack_t record = ik_sealed_begin(ctx);
    apr_status_t rv = ik_pack_text(&record, target);

    if (rv == APR_SUCCESS)
        rv = ik_session_pack(&record, identity);
    return rv == APR_SUCCESS ? ik_sealed_end(value, ctx, &kind, &record) : rv;
}

apr_status_t ik_arrival_open(const ik_identity_t **identity, const char **target, const ik_ctx_t *ctx,
                             const char *value)
{
    ik_unpack_t from;
    apr_status_t rv = ik_sealed_open(&from, NULL, ctx, &kind, value);

    if (rv != APR_SUCCESS)
        return rv;
    *target = ik_unpack_text(&from, ctx->p);
    if (from.failed)
        return APR_EINVAL;
    *identity = ik_session_unpack(from.bytes + from.at, from.len - from.at, ctx->p);
    return *identity ? APR_SUCCESS : APR_EINVAL;
}
