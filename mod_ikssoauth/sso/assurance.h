/* SPDX-License-Identifier: Apache-2.0 */
/* How sure a path wants to be of who somebody is: a recent authentication, or one of certain kinds. */
#ifndef IK_SSO_ASSURANCE_H
#define IK_SSO_ASSURANCE_H

#include "model/identity.h"
#include "sso/context.h"

typedef struct ik_assurance_t {
    apr_int64_t age;                        /* seconds since authentication at most; 0: any */
    const apr_array_header_t *contexts;     /* const char *: AuthnContextClassRef, one of; NULL: any */
} ik_assurance_t;

/* NULL if identity is sure enough at ctx->now; else why not, for the log. The clock skew is granted. */
const char *ik_assurance_problem(const ik_ctx_t *ctx, const ik_identity_t *identity, const ik_assurance_t *wanted);

/*
 * A sealed wish for a step-up login of that account with that assurance, landing on target: a parameter of the login
 * page's URL, good for ten minutes. NULL if it cannot be sealed. In ctx->p.
 */
const char *ik_assurance_seal(const ik_ctx_t *ctx, const char *account, const ik_assurance_t *wanted,
                              const char *target);

/* APR_SUCCESS with *account, *wanted and *target in ctx->p; APR_EINVAL for what is not sealed here, or too old. */
apr_status_t ik_assurance_open(const char **account, ik_assurance_t *wanted, const char **target, const ik_ctx_t *ctx,
                               const char *sealed);

#endif
