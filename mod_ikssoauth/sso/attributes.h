/* SPDX-License-Identifier: Apache-2.0 */
/* Further attributes of a user: chosen at login, kept in the cookie if small, else in the user's row. */
#ifndef IK_SSO_ATTRIBUTES_H
#define IK_SSO_ATTRIBUTES_H

#include "model/attribute.h"
#include "model/identity.h"
#include "saml/assertion.h"
#include "sso/context.h"

#define IK_ATTRIBUTES_IN_COOKIE 1024    /* bytes of the stored form that a cookie takes along */
#define IK_ATTRIBUTES_MAX (64 * 1024)   /* bytes of the stored form; values that exceed them are left out */

/*
 * What ctx->settings->attributes chooses of a verified assertion, in ctx->p and in the stored form of
 * model/attribute.h; "" for none. A value that holds a control character or does not fit is left out and logged: it
 * never fails a login.
 */
const char *ik_attributes_choose(const ik_ctx_t *ctx, const ik_assertion_t *assertion);

/*
 * The attributes of somebody signed in, as ik_passed_t's in ctx->p: out of the cookie, or through ctx->attributes (a
 * bounded cache of this process) out of the user's row: never older than the login that began the session. APR_SUCCESS;
 * APR_NOTFOUND if the row is gone or older than that login: then the session is over, for nobody can tell whose it is;
 * or a failure when they are in the row only and the database cannot answer.
 */
apr_status_t ik_attributes_get(apr_array_header_t **attributes, const ik_ctx_t *ctx, const ik_identity_t *identity);

#endif
