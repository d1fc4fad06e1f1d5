/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and checks the token in a form: form, session and time, sealed so that nobody else can make one. */
#include "sso/form_token.h"

#include <string.h>

#include "sso/sealed.h"

static const ik_sealed_kind_t kind = { "form", IK_FORM_TOKEN_LIFETIME, 512 };

const char *ik_form_token(const ik_ctx_t *ctx, const char *session, const char *form)
{
    ik_pack_t record = ik_sealed_begin(ctx);
    const char *token;
    apr_status_t rv = ik_pack_text(&record, form);

    if (rv == APR_SUCCESS)
        rv = ik_pack_text(&record, session);
    if (rv == APR_SUCCESS)
        rv = ik_sealed_end(&token, ctx, &kind, &record);
    return rv == APR_SUCCESS ? token : NULL;
}

int ik_form_token_is_valid(const ik_ctx_t *ctx, const char *session, const char *form, const char *token)
{
    const char *its_form, *its_session;
    ik_unpack_t from;

    if (ik_sealed_open(&from, NULL, ctx, &kind, token) != APR_SUCCESS)
        return 0;
    its_form = ik_unpack_text(&from, ctx->p);
    its_session = ik_unpack_text(&from, ctx->p);
    return ik_unpack_done(&from) && strcmp(its_form, form) == 0 && strcmp(its_session, session) == 0;
}
