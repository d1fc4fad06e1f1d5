/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata of this service provider, as an account spells it. */
#ifndef IK_SSO_OWN_METADATA_H
#define IK_SSO_OWN_METADATA_H

#include "model/refusal.h"
#include "sso/context.h"

/*
 * *xml in ctx->p. account: an id, or NULL: that of the host, if it has one (IkSSOAccount) and it is there, else as
 * most accounts have it. APR_SUCCESS; IK_REFUSED with unknown_account; or a failure.
 */
apr_status_t ik_own_metadata(const char **xml, const ik_ctx_t *ctx, const char *account, ik_refusal_t *why);

#endif
