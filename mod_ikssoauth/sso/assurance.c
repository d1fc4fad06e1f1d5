/* SPDX-License-Identifier: Apache-2.0 */
/* Holds a session against what a path demands, and carries a demand to the login page. */
#include "sso/assurance.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "saml/time.h"
#include "sso/assurance_pack.h"
#include "sso/sealed.h"

static const ik_sealed_kind_t kind = { "step", apr_time_from_sec(600), 6000 };

const char *ik_assurance_problem(const ik_ctx_t *ctx, const ik_identity_t *identity, const ik_assurance_t *wanted)
{
    apr_time_t oldest = ctx->now - apr_time_from_sec(wanted->age) - apr_time_from_sec(ctx->settings->clock_skew);

    if (wanted->age && identity->authenticated < oldest)
        return apr_psprintf(ctx->p, "authenticated at %s, longer ago than %" APR_INT64_T_FMT " s",
                            ik_saml_time_text(ctx->p, identity->authenticated), wanted->age);
    if (wanted->contexts && wanted->contexts->nelts && !ik_text_in(wanted->contexts, identity->context))
        return apr_psprintf(ctx->p, "authenticated by \"%s\", which is not one of \"%s\"", identity->context,
                            ik_text_join(ctx->p, wanted->contexts, " "));
    return NULL;
}

apr_status_t ik_assurance_pack(ik_pack_t *to, const ik_assurance_t *wanted)
{
    int count = wanted->contexts ? wanted->contexts->nelts : 0, i;
    apr_status_t rv = count <= IK_ASSURANCE_CONTEXTS_MAX ? APR_SUCCESS : APR_ERANGE;

    ik_pack_int(to, wanted->age);
    ik_pack_int(to, count);
    for (i = 0; i < count && rv == APR_SUCCESS; i++)
        rv = ik_pack_text(to, APR_ARRAY_IDX(wanted->contexts, i, const char *));
    return rv;
}

void ik_assurance_unpack(ik_assurance_t *wanted, ik_unpack_t *from, apr_pool_t *p)
{
    apr_array_header_t *contexts;
    apr_int64_t count;

    wanted->age = ik_unpack_int(from);
    wanted->contexts = NULL;
    count = ik_unpack_int(from);
    if (count < 0 || count > IK_ASSURANCE_CONTEXTS_MAX || wanted->age < 0)
        from->failed = 1;
    if (from->failed || !count)
        return;
    contexts = apr_array_make(p, (int)count, sizeof(const char *));
    while (count-- > 0)
        APR_ARRAY_PUSH(contexts, const char *) = ik_unpack_text(from, p);
    wanted->contexts = contexts;
}

const char *ik_assurance_seal(const ik_ctx_t *ctx, const char *account, const ik_assurance_t *wanted,
                              const char *target)
{
    ik_pack_t record = ik_sealed_begin(ctx);
    const char *sealed = NULL;
    apr_status_t rv = ik_pack_text(&record, account);

    if (rv == APR_SUCCESS)
        rv = ik_pack_text(&record, target);
    if (rv == APR_SUCCESS)
        rv = ik_assurance_pack(&record, wanted);
    if (rv == APR_SUCCESS)
        rv = ik_sealed_end(&sealed, ctx, &kind, &record);
    return rv == APR_SUCCESS ? sealed : NULL;
}

apr_status_t ik_assurance_open(const char **account, ik_assurance_t *wanted, const char **target, const ik_ctx_t *ctx,
                               const char *sealed)
{
    ik_unpack_t from;
    apr_status_t rv = ik_sealed_open(&from, NULL, ctx, &kind, sealed);

    if (rv != APR_SUCCESS)
        return rv;
    *account = ik_unpack_text(&from, ctx->p);
    *target = ik_unpack_text(&from, ctx->p);
    ik_assurance_unpack(wanted, &from, ctx->p);
    return ik_unpack_done(&from) ? APR_SUCCESS : APR_EINVAL;
}
