/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and reads the companion of the session cookie that says whose session there is. */
#include "sso/whose.h"

#include <string.h>

#include "sso/sealed.h"
#include "sso/session.h"

/* As long as a session may live: its own end, which is sealed too, comes first. */
static const ik_sealed_kind_t kind = { "whose", IK_SESSION_LIFETIME_MAX, IK_SESSION_COOKIE_MAX };

const char *ik_whose_seal(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    const char *const texts[] = { identity->session, identity->account, identity->email, identity->index };
    ik_pack_t record = ik_sealed_begin(ctx);
    const char *value = NULL;
    apr_status_t rv = APR_SUCCESS;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && rv == APR_SUCCESS; i++)
        rv = ik_pack_text(&record, texts[i]);
    ik_pack_int(&record, identity->expires);
    ik_pack_int(&record, identity->position);
    ik_pack_int(&record, identity->issued);
    if (rv == APR_SUCCESS)
        rv = ik_sealed_end(&value, ctx, &kind, &record);
    return rv == APR_SUCCESS ? value : NULL;
}

/* A session that may be alive is one: the person is asked once too often rather than once too seldom. */
static int may_be_alive(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    if (identity->expires <= ctx->now)
        return 0;
    return !ctx->revocations || ik_revocations_check(ctx->revocations, identity) != IK_REVOKED_YES;
}

int ik_whose_open(const ik_identity_t **identity, const ik_ctx_t *ctx, const char *value)
{
    ik_identity_t *who = apr_pcalloc(ctx->p, sizeof(*who));
    ik_unpack_t from;

    if (ik_sealed_open(&from, NULL, ctx, &kind, value) != APR_SUCCESS)
        return 0;
    who->name = who->role = who->idp = who->name_id = who->name_id_format = who->session_index = "";
    who->context = who->attributes = "";
    who->session = ik_unpack_text(&from, ctx->p);
    who->account = ik_unpack_text(&from, ctx->p);
    who->email = ik_unpack_text(&from, ctx->p);
    who->index = ik_unpack_text(&from, ctx->p);
    who->expires = ik_unpack_int(&from);
    who->position = ik_unpack_int(&from);
    who->issued = ik_unpack_int(&from);
    if (!ik_unpack_done(&from) || !may_be_alive(ctx, who))
        return 0;
    *identity = who;
    return 1;
}

int ik_whose_same_user(const ik_identity_t *a, const ik_identity_t *b)
{
    return strcmp(a->account, b->account) == 0 && strcmp(a->email, b->email) == 0;
}
