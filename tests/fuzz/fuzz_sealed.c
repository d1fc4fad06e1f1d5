/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds what a browser brings back sealed besides its session: pending logins, whose session it has, arrivals, demands.
 * No mutation gets past a seal, so an input that starts with '!' is what the seal holds: the letter behind it says of
 * which kind (l, w, a, s), and the rest is sealed as such first.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "seal/seal.h"
#include "sso/arrival.h"
#include "sso/pending.h"
#include "sso/whose.h"

#define KEYS "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define ORIGIN "https://imagekit.io"
#define HANDLE "AAAAAAAAAAAAAAAAAAAAAA"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static const ik_settings_t settings = { .origin = { .text = ORIGIN }, .clock_skew = 180 };

static void must(int holds)
{
    if (!holds)
        abort();
}

static int opens_login(const ik_ctx_t *ctx, const char *text)
{
    ik_pending_t *pending, *again;
    const char *value;

    if (ik_pending_open(&pending, ctx, HANDLE, text) != APR_SUCCESS)
        return 0;
    must(strcmp(pending->handle, HANDLE) == 0 && pending->wanted.age >= 0);
    must(ik_pending_seal(&value, ctx, pending) == APR_SUCCESS);
    must(ik_pending_open(&again, ctx, HANDLE, value) == APR_SUCCESS && again->made == ctx->now);
    must(strcmp(again->request, pending->request) == 0 && strcmp(again->account, pending->account) == 0);
    must(strcmp(again->idp, pending->idp) == 0 && strcmp(again->target, pending->target) == 0);
    must(again->force_authn == pending->force_authn && again->wanted.age == pending->wanted.age);
    must(ik_pending_open(&again, ctx, "B" HANDLE, value) != APR_SUCCESS);
    return 1;
}

static int opens_whose(const ik_ctx_t *ctx, const char *text)
{
    const ik_identity_t *who, *again;

    if (!ik_whose_open(&who, ctx, text))
        return 0;
    must(who->expires > ctx->now);
    must(ik_whose_open(&again, ctx, ik_whose_seal(ctx, who)) && ik_whose_same_user(who, again));
    must(strcmp(again->session, who->session) == 0 && again->position == who->position);
    return 1;
}

/* A session of an older format may be too long for a cookie in the present one. */
static int opens_arrival(const ik_ctx_t *ctx, const char *text)
{
    const ik_identity_t *who, *again;
    const char *target, *value;
    apr_status_t rv;

    if (ik_arrival_open(&who, &target, ctx, text) != APR_SUCCESS)
        return 0;
    rv = ik_arrival_seal(&value, ctx, who, target);
    must(rv == APR_SUCCESS || rv == APR_ERANGE);
    if (rv == APR_SUCCESS)
        must(ik_arrival_open(&again, &target, ctx, value) == APR_SUCCESS && ik_whose_same_user(who, again));
    return 1;
}

static int opens_step(const ik_ctx_t *ctx, const char *text)
{
    const char *account, *target, *value;
    ik_assurance_t wanted;

    if (ik_assurance_open(&account, &wanted, &target, ctx, text) != APR_SUCCESS)
        return 0;
    value = ik_assurance_seal(ctx, account, &wanted, target);
    must(value && ik_assurance_open(&account, &wanted, &target, ctx, value) == APR_SUCCESS);
    return 1;
}

static const struct kind_t {
    char letter;
    const char *purpose;
    int (*opens)(const ik_ctx_t *ctx, const char *text);
} kinds[] = {
    { 'l', "login", opens_login }, { 'w', "whose", opens_whose },
    { 'a', "arrival", opens_arrival }, { 's', "step", opens_step },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *seal(const ik_ctx_t *ctx, const char *purpose, const unsigned char *bytes, size_t len)
{
    const ik_seal_scope_t scope = { .purpose = purpose, .host = ORIGIN };
    const char *text;

    return ik_seal(&text, ctx->keys, ctx->now, &scope, bytes, len, ctx->p) == APR_SUCCESS ? text : "";
}

static const char *text_of(const ik_ctx_t *ctx, const unsigned char *bytes, size_t len)
{
    size_t i;

    for (i = 0; len >= 2 && *bytes == '!' && i < KINDS; i++)
        if (bytes[1] == kinds[i].letter)
            return seal(ctx, kinds[i].purpose, bytes + 2, len - 2);
    return apr_pstrmemdup(ctx->p, (const char *)bytes, len);
}

/* What is good for one purpose is good for no other. */
static void check(const ik_ctx_t *ctx, const char *text)
{
    int opened = 0;
    size_t i;

    for (i = 0; i < KINDS; i++)
        opened += kinds[i].opens(ctx, text);
    must(opened <= 1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return apr_initialize() == APR_SUCCESS ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
    ik_ctx_t ctx = { .now = apr_time_from_sec(1800000060), .settings = &settings };
    ik_keyring_t *ring;
    const char *problem;

    apr_pool_create(&ctx.p, NULL);
    must(ik_keyring_parse(&ring, KEYS, strlen(KEYS), "fuzz", ctx.p, &problem) == APR_SUCCESS);
    ctx.keys = ring;
    check(&ctx, text_of(&ctx, bytes, len));
    apr_pool_destroy(ctx.p);
    return 0;
}
