/* SPDX-License-Identifier: Apache-2.0 */
/* Notices a sign-in that goes round in circles. */
#include "httpd/rounds.h"

#include <apr_strings.h>

#include "httpd/cookie.h"
#include "sso/whose.h"

#define JUST_NOW apr_time_from_sec(120)     /* as long as the cookie is kept */

static int is_kind(const char *value, ik_round_t kind)
{
    return value && value[0] == (char)kind;
}

/* "s2", "b1": the kind, and how often. */
static int rounds_of(const ik_visit_t *visit, ik_round_t kind)
{
    const char *value = visit->cookies.value[IK_COOKIE_ROUNDS];

    return is_kind(value, kind) && value[1] >= '1' && value[1] <= '9' && !value[2] ? value[1] - '0' : 0;
}

int ik_rounds_count(request_rec *r, const ik_visit_t *visit, ik_round_t kind)
{
    int rounds = rounds_of(visit, kind) + 1;

    if (rounds > IK_ROUNDS_MAX) {
        ik_cookie_clear(r, IK_COOKIE_ROUNDS);
        return 1;
    }
    ik_cookie_set(r, IK_COOKIE_ROUNDS, apr_psprintf(r->pool, "%c%d", (char)kind, rounds));
    return 0;
}

void ik_rounds_answered(request_rec *r, const ik_visit_t *visit)
{
    if (is_kind(visit->cookies.value[IK_COOKIE_ROUNDS], IK_ROUND_BOUNCE))
        ik_cookie_clear(r, IK_COOKIE_ROUNDS);
}

int ik_rounds_is_one(request_rec *r, ik_visit_t *visit)
{
    ik_ctx_t ctx = ik_host_ctx(visit->host, r, r->pool);
    const ik_identity_t *who;

    return visit->cookies.value[IK_COOKIE_WHOSE] && !ik_visit_identity(visit)
           && ik_whose_open(&who, &ctx, visit->cookies.value[IK_COOKIE_WHOSE]) && ctx.now - who->issued < JUST_NOW;
}

void ik_rounds_end(request_rec *r, const ik_visit_t *visit)
{
    if (visit->cookies.value[IK_COOKIE_ROUNDS])
        ik_cookie_clear(r, IK_COOKIE_ROUNDS);
}
