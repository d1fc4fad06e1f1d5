/* SPDX-License-Identifier: Apache-2.0 */
/* What makes a form ours (CSRF): a sealed token that names the session and the form it was made for. */
#ifndef IK_SSO_FORM_TOKEN_H
#define IK_SSO_FORM_TOKEN_H

#include "sso/context.h"

#define IK_FORM_TOKEN_FIELD "token"
#define IK_FORM_TOKEN_LIFETIME apr_time_from_sec(12 * 3600)

/* A token for that form ("logout", …) of the session with that id, in ctx->p; NULL if it cannot be sealed. */
const char *ik_form_token(const ik_ctx_t *ctx, const char *session, const char *form);

/* 1 if token (may be NULL) is one of this session and form, and not older than IK_FORM_TOKEN_LIFETIME. */
int ik_form_token_is_valid(const ik_ctx_t *ctx, const char *session, const char *form, const char *token);

#endif
