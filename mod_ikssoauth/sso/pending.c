/* SPDX-License-Identifier: Apache-2.0 */
/* Names pending logins, and keeps them sealed in the browser. */
#include "sso/pending.h"

#include <string.h>

#include <apr_strings.h>

#include "seal/random.h"
#include "sso/assurance_pack.h"
#include "sso/sealed.h"

#define RANDOM_BYTES 16                     /* 22 characters of base64url */
#define REQUEST_PREFIX "_ik"                /* an xs:ID starts with no digit; Entra insists (idp-quirks) */
#define PREFIX_LEN (sizeof(REQUEST_PREFIX) - 1)

static const ik_sealed_kind_t kind = { "login", IK_PENDING_LIFETIME, IK_PENDING_COOKIE_MAX };

apr_status_t ik_pending_name(ik_pending_t *pending, const ik_ctx_t *ctx)
{
    const char *request = ik_random_id(ctx->p, RANDOM_BYTES);

    pending->handle = ik_random_id(ctx->p, RANDOM_BYTES);
    if (!request || !pending->handle)
        return APR_EGENERAL;
    pending->request = apr_pstrcat(ctx->p, REQUEST_PREFIX, request, NULL);
    return APR_SUCCESS;
}

static int is_base64url(const char *s)
{
    return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(s);
}

int ik_pending_is_handle(const char *handle)
{
    return strlen(handle) == IK_PENDING_HANDLE_LEN && is_base64url(handle);
}

int ik_pending_is_ours(const char *id)
{
    return strncmp(id, REQUEST_PREFIX, PREFIX_LEN) == 0 && strlen(id) == PREFIX_LEN + IK_PENDING_HANDLE_LEN
           && is_base64url(id + PREFIX_LEN);
}

apr_status_t ik_pending_seal(const char **value, const ik_ctx_t *ctx, const ik_pending_t *pending)
{
    const char *const texts[] = { pending->handle, pending->request, pending->account, pending->idp, pending->target,
                                  pending->draft };
    ik_pack_t record = ik_sealed_begin(ctx);
    apr_status_t rv = APR_SUCCESS;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && rv == APR_SUCCESS; i++)
        rv = ik_pack_text(&record, texts[i]);
    ik_pack_int(&record, pending->force_authn);
    if (rv == APR_SUCCESS)
        rv = ik_assurance_pack(&record, &pending->wanted);
    return rv == APR_SUCCESS ? ik_sealed_end(value, ctx, &kind, &record) : rv;
}

apr_status_t ik_pending_open(ik_pending_t **pending, const ik_ctx_t *ctx, const char *handle, const char *value)
{
    ik_pending_t *p = apr_pcalloc(ctx->p, sizeof(*p));
    ik_unpack_t from;
    apr_status_t rv = ik_sealed_open(&from, &p->made, ctx, &kind, value);

    if (rv != APR_SUCCESS)
        return rv;
    p->handle = ik_unpack_text(&from, ctx->p);
    p->request = ik_unpack_text(&from, ctx->p);
    p->account = ik_unpack_text(&from, ctx->p);
    p->idp = ik_unpack_text(&from, ctx->p);
    p->target = ik_unpack_text(&from, ctx->p);
    p->draft = ik_unpack_text(&from, ctx->p);
    p->force_authn = ik_unpack_int(&from) != 0;
    ik_assurance_unpack(&p->wanted, &from, ctx->p);
    /* Sealed for another handle: one cookie's value under another's name. */
    if (!ik_unpack_done(&from) || strcmp(p->handle, handle) != 0)
        return APR_EINVAL;
    *pending = p;
    return APR_SUCCESS;
}

const ik_pending_t *ik_pending_of_request(const apr_array_header_t *browser, const char *request)
{
    for (int i = 0; browser && i < browser->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(browser, i, const ik_pending_t *)->request, request) == 0)
            return APR_ARRAY_IDX(browser, i, const ik_pending_t *);
    return NULL;
}

const ik_pending_t *ik_pending_of_handle(const apr_array_header_t *browser, const char *handle)
{
    for (int i = 0; browser && i < browser->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(browser, i, const ik_pending_t *)->handle, handle) == 0)
            return APR_ARRAY_IDX(browser, i, const ik_pending_t *);
    return NULL;
}
