/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds the value of the session cookie, with a fixed key. Since no mutation gets past the seal, an input that starts
 * with '!' is what the seal holds instead: it is sealed first, so that reading a record is tried as well.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "seal/seal.h"
#include "sso/session.h"

#define KEYS "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define ORIGIN "https://imagekit.io"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static const ik_settings_t settings = {
    .origin = { .text = ORIGIN }, .session_lifetime = 43200, .session_idle = 3600, .clock_skew = 180,
};

static const ik_keyring_t *keys(apr_pool_t *p)
{
    ik_keyring_t *ring;
    const char *problem;

    if (ik_keyring_parse(&ring, KEYS, strlen(KEYS), "fuzz", p, &problem) != APR_SUCCESS)
        abort();
    return ring;
}

static const char *value_of(const ik_ctx_t *ctx, const unsigned char *bytes, size_t len)
{
    const ik_seal_scope_t scope = { .purpose = "session", .host = ORIGIN };
    const char *value;

    if (len == 0 || *bytes != '!')
        return apr_pstrmemdup(ctx->p, (const char *)bytes, len);
    if (ik_seal(&value, ctx->keys, ctx->now, &scope, bytes + 1, len - 1, ctx->p) != APR_SUCCESS)
        return "";
    return value;
}

/* What must hold for every input: no identity without IK_SESSION_OK, and a renewed value opens to the same person. */
static void check(const ik_ctx_t *ctx, const char *value)
{
    const ik_identity_t *identity, *again;
    const char *renewed, *nothing;

    if (ik_session_open(&identity, &renewed, ctx, value) != IK_SESSION_OK) {
        if (identity || renewed)
            abort();
        return;
    }
    if (!*identity->session || !*identity->account || !*identity->email || !*identity->role || !*identity->idp)
        abort();
    if (!renewed)
        return;
    if (ik_session_open(&again, &nothing, ctx, renewed) != IK_SESSION_OK || nothing)
        abort();
    if (strcmp(again->email, identity->email) != 0 || strcmp(again->account, identity->account) != 0
        || again->expires != identity->expires || again->position != identity->position)
        abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return apr_initialize() == APR_SUCCESS ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
    ik_ctx_t ctx = { .now = apr_time_from_sec(1800000060), .settings = &settings };

    apr_pool_create(&ctx.p, NULL);
    ctx.keys = keys(ctx.p);
    check(&ctx, value_of(&ctx, bytes, len));
    apr_pool_destroy(ctx.p);
    return 0;
}
