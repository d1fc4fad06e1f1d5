/* SPDX-License-Identifier: Apache-2.0 */
/* Sets and clears the cookies of somebody who is signed in: always together. */
#include "httpd/signed_in.h"

#include "httpd/cookie.h"
#include "httpd/log_sink.h"
#include "sso/access.h"
#include "sso/invite.h"
#include "sso/whose.h"

void ik_signed_in_companion(request_rec *r, const ik_host_t *host, const ik_identity_t *identity)
{
    ik_ctx_t ctx = ik_host_ctx(host, r, r->pool);
    const char *whose = ik_whose_seal(&ctx, identity);

    if (whose)
        ik_cookie_set(r, IK_COOKIE_WHOSE, whose);
}

/* Whoever sits down at this browser next must not find the settings of an account open. */
static void end_guest(request_rec *r, const ik_host_t *host)
{
    const char *cookie = ik_step(r)->visit->cookies.value[IK_COOKIE_GUEST];
    ik_ctx_t ctx = ik_host_ctx(host, r, r->pool);
    apr_status_t rv = cookie && ctx.store ? ik_guest_leave(&ctx, cookie) : APR_SUCCESS;

    if (rv != APR_SUCCESS)
        ik_log_request(r, IK_LOG_WARNING, "IK0249", rv, "what an invitation opened could not be ended: copies of its cookie are "
                       "good for up to four hours");
    if (cookie)
        ik_cookie_clear(r, IK_COOKIE_GUEST);
}

void ik_signed_in(request_rec *r, const ik_host_t *host, const ik_identity_t *identity, const char *value)
{
    ik_cookie_set(r, IK_COOKIE_SESSION, value);
    ik_signed_in_companion(r, host, identity);
    ik_cookie_set(r, IK_COOKIE_ACCOUNT, identity->account);
    if (ik_access_is_administrator(identity))
        end_guest(r, host);
}

void ik_signed_out(request_rec *r)
{
    ik_cookie_clear(r, IK_COOKIE_SESSION);
    ik_cookie_clear(r, IK_COOKIE_WHOSE);
    end_guest(r, ik_host_of(r));
}
