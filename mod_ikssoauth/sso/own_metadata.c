/* SPDX-License-Identifier: Apache-2.0 */
/* Puts together what an identity provider has to know about us. */
#include "sso/own_metadata.h"

#include <apr_strings.h>

#include "saml/sp_metadata.h"
#include "seal/random.h"
#include "sso/connect.h"

#define ID_BYTES 16

/* The account of a host that has one may not be there yet: its identity provider may want our metadata first. */
static apr_status_t find(ik_account_t **account, const ik_ctx_t *ctx, const char *id, ik_refusal_t *why)
{
    const char *wanted = id ? id : ctx->settings->only_account;
    apr_status_t rv = wanted ? ik_connect_account(account, ctx, wanted, why) : IK_REFUSED;

    if (rv != IK_REFUSED || id)
        return rv;
    *account = apr_pcalloc(ctx->p, sizeof **account);
    return APR_SUCCESS;
}

apr_status_t ik_own_metadata(const char **xml, const ik_ctx_t *ctx, const char *account, ik_refusal_t *why)
{
    const ik_settings_t *settings = ctx->settings;
    ik_sp_metadata_t ours = { .keys = settings->spkeys, .sign = settings->sign_metadata };
    const char *id = ik_random_id(ctx->p, ID_BYTES);
    ik_account_t *found;
    apr_status_t rv = find(&found, ctx, account, why);

    if (rv != APR_SUCCESS)
        return rv;
    ours.entity_id = ik_ctx_entity_id(ctx, found);
    ours.acs = ik_ctx_acs(ctx, found);
    ours.slo = apr_pstrcat(ctx->p, settings->origin.text, settings->logout_path, NULL);
    ours.sign_requests = found->options.sign_requests && settings->spkeys->keys->nelts;
    ours.id = id ? apr_pstrcat(ctx->p, "_", id, NULL) : NULL;
    return ours.id ? ik_sp_metadata_build(xml, &ours, ctx->p) : APR_EGENERAL;
}
