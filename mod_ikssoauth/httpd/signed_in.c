/* SPDX-License-Identifier: Apache-2.0 */
/* Sets and clears the cookies of somebody who is signed in: always together. */
#include "httpd/signed_in.h"

#include "httpd/cookie.h"
#include "sso/whose.h"

void ik_signed_in_companion(request_rec *r, const ik_host_t *host, const ik_identity_t *identity)
{
    ik_ctx_t ctx = ik_host_ctx(host, r, r->pool);
    const char *whose = ik_whose_seal(&ctx, identity);

    if (whose)
        ik_cookie_set(r, IK_COOKIE_WHOSE, whose);
}

void ik_signed_in(request_rec *r, const ik_host_t *host, const ik_identity_t *identity, const char *value)
{
    ik_cookie_set(r, IK_COOKIE_SESSION, value);
    ik_signed_in_companion(r, host, identity);
    ik_cookie_set(r, IK_COOKIE_ACCOUNT, identity->account);
}

void ik_signed_out(request_rec *r)
{
    ik_cookie_clear(r, IK_COOKIE_SESSION);
    ik_cookie_clear(r, IK_COOKIE_WHOSE);
}
