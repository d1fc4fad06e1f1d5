/* SPDX-License-Identifier: Apache-2.0 */
/* Small records that travel through a browser and come back unread and unchanged, for a while. */
#ifndef IK_SSO_SEALED_H
#define IK_SSO_SEALED_H

#include "base/pack.h"
#include "sso/context.h"

/* What a record is for: a record of one purpose opens for no other, on no other host. */
typedef struct ik_sealed_kind_t {
    const char *purpose;
    apr_time_t lifetime;        /* since it was sealed */
    apr_size_t max;             /* characters of the sealed text; what is longer is neither made nor decoded */
} ik_sealed_kind_t;

/* Begins a record: the time goes first. */
ik_pack_t ik_sealed_begin(const ik_ctx_t *ctx);

/* Seals it. APR_SUCCESS with *text in ctx->p; APR_ERANGE: longer than kind->max; APR_EGENERAL. */
apr_status_t ik_sealed_end(const char **text, const ik_ctx_t *ctx, const ik_sealed_kind_t *kind,
                           const ik_pack_t *record);

/*
 * Opens text (may be NULL). APR_SUCCESS with *from behind the time, and the time in *made (may be NULL); APR_EINVAL:
 * not sealed here for this, or older than its lifetime. The caller reads the fields and asks ik_unpack_done.
 */
apr_status_t ik_sealed_open(ik_unpack_t *from, apr_time_t *made, const ik_ctx_t *ctx, const ik_sealed_kind_t *kind,
                            const char *text);

#endif
