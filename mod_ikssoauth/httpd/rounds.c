/* SPDX-License-Identifier: Apache-2.0 */
/* Notices a sign-in that goes round in circles. */
#include "httpd/rounds.h"

#include <apr_strings.h>

#include "httpd/cookie.h"
#include "sso/whose.h"

static int rounds_of(const ik_visit_t *visit)
{
    const char *value = visit->cookies.value[IK_COOKIE_ROUNDS];

    return value && value[0] >= '1' && value[0] <= '9' && !value[1] ? value[0] - '0' : 0;
}

int ik_rounds_count(request_rec *r, const ik_visit_t *visit)
{
    int rounds = rounds_of(visit) + 1;

    if (rounds > IK_ROUNDS_MAX) {
        ik_cookie_clear(r, IK_COOKIE_ROUNDS);
        return 1;
    }
    ik_cookie_set(r, IK_COOKIE_ROUNDS, apr_psprintf(r->pool, "%d", rounds));
    return 0;
}

int ik_rounds_is_one(request_rec *r, ik_visit_t *visit)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    const ik_identity_t *who;

    return visit->cookies.value[IK_COOKIE_WHOSE] && !ik_visit_identity(visit)
           && ik_whose_open(&who, &ctx, visit->cookies.value[IK_COOKIE_WHOSE]);
}

void ik_rounds_end(request_rec *r, const ik_visit_t *visit)
{
    if (visit->cookies.value[IK_COOKIE_ROUNDS])
        ik_cookie_clear(r, IK_COOKIE_ROUNDS);
}
