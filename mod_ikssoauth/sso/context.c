/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses that follow from the settings of a virtual host. */
#include "sso/context.h"

#include <string.h>

#include <apr_strings.h>

const char *ik_ctx_consume_url(const ik_ctx_t *ctx)
{
    return apr_pstrcat(ctx->p, ctx->settings->origin.text, ctx->settings->consume_path, NULL);
}

const char *ik_ctx_entity_id(const ik_ctx_t *ctx, const ik_account_t *account)
{
    return account->entity_id ? account->entity_id : ik_ctx_consume_url(ctx);
}

const char *ik_ctx_acs(const ik_ctx_t *ctx, const ik_account_t *account)
{
    const char *consume = ik_ctx_consume_url(ctx);
    apr_size_t len = strlen(consume);

    if (account->entity_id && strncmp(account->entity_id, consume, len) == 0 && account->entity_id[len] == '#')
        return account->entity_id;
    return consume;
}
