/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a session costs a request: CPU microseconds of one ik_session_open, for the cookies that come. Every figure is
 * printed, and the median of each row; the cases take turns, so that a busy moment does not fall on one of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "sso/session.h"

#define OLD_KEY "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define NEW_KEY "fedcba98 1700000001 Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA\n"

#define START apr_time_from_sec(1800000000)
#define ROUNDS 9
#define CALLS 20000

typedef struct case_t {
    const char *name;
    const char *value;
    apr_time_t now;
    ik_session_state_t expected;
    int renewed;
    double micros[ROUNDS];
} case_t;

static void need(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "bench_session: %s\n", what);
    exit(1);
}

static const ik_keyring_t *ring_of(const char *text, apr_pool_t *p)
{
    const char *problem = "";
    ik_keyring_t *ring;

    need(ik_keyring_parse(&ring, text, strlen(text), "bench", p, &problem) == APR_SUCCESS, problem);
    return ring;
}

static const char *repeated(char c, apr_size_t n, apr_pool_t *p)
{
    char *text = apr_pcalloc(p, n + 1);

    memset(text, c, n);
    return text;
}

static ik_identity_t usual(void)
{
    return (ik_identity_t){
        .session = "AAAAAAAAAAAAAAAAAAAAAA", .account = "acme", .email = "zoe.example@acme.example",
        .name = "Zoe Example", .role = "media_library_full_access",
        .idp = "https://idp.example/app/exk1a2b3c4d5e6f7g8h9/sso/saml", .name_id = "zoe.example@acme.example",
        .session_index = "_3d5f9c4e8b7a6f5e4d3c2b1a0f9e8d7c", .index = "73f153cac5f1dee21e752db7f84a956e",
        .context = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        .authenticated = START, .issued = START, .seen = START, .expires = START + apr_time_from_sec(43200),
    };
}

static ik_identity_t largest(apr_pool_t *p)
{
    ik_identity_t identity = usual();

    identity.account = repeated('a', 64, p);
    identity.name_id = repeated('M', 254, p);
    identity.email = repeated('m', 254, p);
    identity.name = repeated('n', 1024, p);
    identity.role = repeated('r', 64, p);
    identity.idp = repeated('i', 1024, p);
    identity.session_index = repeated('s', 256, p);
    identity.context = repeated('c', IK_CONTEXT_MAX, p);
    return identity;
}

static const char *seal(const ik_ctx_t *ctx, ik_identity_t identity)
{
    const char *value;

    need(ik_session_seal(&value, ctx, &identity) == APR_SUCCESS, "cannot seal");
    return value;
}

static double cpu_micros(void)
{
    struct timespec spent;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (double)spent.tv_sec * 1e6 + (double)spent.tv_nsec / 1e3;
}

static double measure(ik_ctx_t *ctx, const case_t *row)
{
    double from = cpu_micros();
    int i;

    ctx->now = row->now;
    for (i = 0; i < CALLS; i++) {
        const ik_identity_t *identity;
        const char *renewed;

        need(ik_session_open(&identity, &renewed, ctx, row->value) == row->expected, row->name);
        need((renewed != NULL) == row->renewed, row->name);
        apr_pool_clear(ctx->p);
    }
    return (cpu_micros() - from) / CALLS;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(case_t *row)
{
    int i;

    printf("%-18s %5d bytes  raw", row->name, (int)strlen(row->value));
    for (i = 0; i < ROUNDS; i++)
        printf(" %6.3f", row->micros[i]);
    qsort(row->micros, ROUNDS, sizeof row->micros[0], ascending);
    printf("  median %6.3f\n", row->micros[ROUNDS / 2]);
}

static void run(apr_pool_t *p)
{
    static const ik_settings_t settings = {
        .origin = { .text = "https://imagekit.io" }, .session_lifetime = 43200, .session_idle = 3600, .clock_skew = 180,
    };
    ik_ctx_t ctx = { .p = p, .now = START, .settings = &settings, .keys = ring_of(OLD_KEY NEW_KEY, p) };
    ik_ctx_t before = { .p = p, .now = START, .settings = &settings, .keys = ring_of(OLD_KEY, p) };
    const char *value = seal(&ctx, usual());
    case_t rows[] = {
        { "no cookie", "", START, IK_SESSION_NONE, 0, { 0 } },
        { "foreign cookie", repeated('A', strlen(value), p), START, IK_SESSION_UNREADABLE, 0, { 0 } },
        { "usual", value, START, IK_SESSION_OK, 0, { 0 } },
        { "usual, renewed", value, START + apr_time_from_sec(60), IK_SESSION_OK, 1, { 0 } },
        { "usual, old key", seal(&before, usual()), START, IK_SESSION_OK, 1, { 0 } },
        { "largest", seal(&ctx, largest(p)), START, IK_SESSION_OK, 0, { 0 } },
        { "largest, renewed", seal(&ctx, largest(p)), START + apr_time_from_sec(60), IK_SESSION_OK, 1, { 0 } },
    };
    apr_size_t i, round;

    apr_pool_create(&ctx.p, p);
    for (round = 0; round < ROUNDS; round++)
        for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
            rows[i].micros[round] = measure(&ctx, &rows[i]);
    printf("CPU microseconds per ik_session_open, %d rounds of %d calls\n", ROUNDS, CALLS);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        print(&rows[i]);
}

int main(void)
{
    apr_pool_t *p = NULL;

    need(apr_initialize() == APR_SUCCESS && apr_pool_create(&p, NULL) == APR_SUCCESS, "cannot start APR");
    run(p);
    apr_pool_destroy(p);
    apr_terminate();
    return 0;
}
