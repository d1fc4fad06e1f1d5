/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a verified message is meant for us, for this account, and for now: a pure function (R9, R10). */
#include "saml/conditions.h"

#include <string.h>

#include "base/text.h"
#include "saml/names.h"
#include "saml/time.h"

typedef struct check_t {
    const ik_verified_t *message;
    const ik_expect_t *expect;
    apr_time_t now;
    ik_refusal_t *why;
} check_t;

static const char *shown(const char *value)
{
    return value ? value : "(absent)";
}

static int equal(const char *value, const char *expected)
{
    return value && strcmp(value, expected) == 0;
}

/* Absent is a mismatch. */
static apr_status_t check_equal(const check_t *c, ik_reason_t reason, const char *what, const char *value,
                                const char *expected)
{
    if (equal(value, expected))
        return APR_SUCCESS;
    return ik_refuse(c->why, reason, "%s is \"%s\", expected \"%s\"", what, shown(value), expected);
}

/* A time in the past is over, allowing for the skew of clocks; absent is over too. */
static apr_status_t check_end(const check_t *c, const char *what, apr_time_t end)
{
    if (end == IK_TIME_ABSENT)
        return ik_refuse(c->why, IK_REASON_EXPIRED, "%s is absent", what);
    if (c->now < end + c->expect->skew)
        return APR_SUCCESS;
    return ik_refuse(c->why, IK_REASON_EXPIRED, "%s %s is over, it is %s here", what,
                     ik_saml_time_text(c->why->p, end), ik_saml_time_text(c->why->p, c->now));
}

/* A time in the future has not begun, allowing for the skew of clocks; absent has begun. */
static apr_status_t check_begin(const check_t *c, const char *what, apr_time_t begin)
{
    if (begin == IK_TIME_ABSENT || c->now >= begin - c->expect->skew)
        return APR_SUCCESS;
    return ik_refuse(c->why, IK_REASON_NOT_YET_VALID, "%s %s is still to come, it is %s here", what,
                     ik_saml_time_text(c->why->p, begin), ik_saml_time_text(c->why->p, c->now));
}

/*
 * Identity providers make an assertion for the login under way, whatever end they give it. One that is good for a year would
 * have to be remembered for a year, so only its first day counts: what is forgotten after that is refused by this (R11).
 */
static apr_status_t check_age(const check_t *c)
{
    const apr_time_t issued = c->message->assertion->issued;

    if (issued == IK_TIME_ABSENT)
        return ik_refuse(c->why, IK_REASON_EXPIRED, "IssueInstant is absent");
    if (c->now < issued + IK_ASSERTION_AGE_MAX + c->expect->skew)
        return APR_SUCCESS;
    return ik_refuse(c->why, IK_REASON_EXPIRED, "IssueInstant %s is more than a day ago, it is %s here",
                     ik_saml_time_text(c->why->p, issued), ik_saml_time_text(c->why->p, c->now));
}

static apr_status_t check_issuer(const check_t *c)
{
    apr_status_t rv = check_equal(c, IK_REASON_ISSUER_MISMATCH, "the Issuer of the Response",
                                  c->message->response_issuer, c->expect->idp);

    return rv != APR_SUCCESS ? rv : check_equal(c, IK_REASON_ISSUER_MISMATCH, "the Issuer of the Assertion",
                                                c->message->assertion->issuer, c->expect->idp);
}

/* Required of a signed message (Bindings 3.5.5.2), and never to be wrong. */
static apr_status_t check_destination(const check_t *c)
{
    if (!c->message->destination && !c->message->response_signed)
        return APR_SUCCESS;
    return check_equal(c, IK_REASON_DESTINATION_MISMATCH, "the Destination", c->message->destination, c->expect->acs);
}

/* Every restriction must name us; there must be one (Core 2.5.1.4, Profiles 4.1.4.2). */
static apr_status_t check_audience(const check_t *c)
{
    const apr_array_header_t *restrictions = c->message->assertion->audiences, *audiences;
    int i;

    if (restrictions->nelts == 0)
        return ik_refuse(c->why, IK_REASON_AUDIENCE_MISMATCH, "the assertion names no Audience, expected \"%s\"",
                         c->expect->entity_id);
    for (i = 0; i < restrictions->nelts; i++) {
        audiences = APR_ARRAY_IDX(restrictions, i, const apr_array_header_t *);
        if (!ik_text_in(audiences, c->expect->entity_id))
            return ik_refuse(c->why, IK_REASON_AUDIENCE_MISMATCH, "the Audience is \"%s\", expected \"%s\"",
                             ik_text_join(c->why->p, audiences, "\", \""), c->expect->entity_id);
    }
    return APR_SUCCESS;
}

static apr_status_t check_request(const check_t *c, const char *in_response_to)
{
    if (c->expect->any_request)
        return APR_SUCCESS;
    if (!c->expect->request && (!in_response_to || equal(c->expect->dummy, in_response_to)))
        return APR_SUCCESS;
    if (!c->expect->request)
        return ik_refuse(c->why, IK_REASON_REQUEST_UNKNOWN,
                         "InResponseTo \"%s\" names no sign-in that was started here", in_response_to);
    return check_equal(c, IK_REASON_REQUEST_UNKNOWN, "InResponseTo", in_response_to, c->expect->request);
}

/* A bearer confirmation has an end and no begin (Profiles 4.1.4.2). */
static apr_status_t check_bearer_shape(const check_t *c, const ik_confirmation_t *bearer)
{
    const char *fault = !bearer->has_data ? "there is no SubjectConfirmationData"
                        : bearer->not_on_or_after == IK_TIME_ABSENT ? "SubjectConfirmationData has no NotOnOrAfter"
                        : bearer->not_before != IK_TIME_ABSENT ? "SubjectConfirmationData has a NotBefore" : NULL;

    return fault ? ik_refuse(c->why, IK_REASON_SUBJECT_CONFIRMATION_INVALID, "%s", fault) : APR_SUCCESS;
}

static apr_status_t check_bearer(const check_t *c, const ik_confirmation_t *bearer)
{
    apr_status_t rv = check_bearer_shape(c, bearer);

    if (rv == APR_SUCCESS)
        rv = check_equal(c, IK_REASON_RECIPIENT_MISMATCH, "the Recipient", bearer->recipient, c->expect->acs);
    if (rv == APR_SUCCESS)
        rv = check_end(c, "SubjectConfirmationData NotOnOrAfter", bearer->not_on_or_after);
    if (rv == APR_SUCCESS)
        rv = check_request(c, bearer->in_response_to);
    return rv;
}

typedef apr_status_t bearer_check_t(const check_t *c, const ik_confirmation_t *bearer);

/* One bearer confirmation that passes is enough (Core 2.4.1); if none does, the first one's fault is told. */
static apr_status_t check_bearers(const check_t *c, bearer_check_t *check)
{
    const apr_array_header_t *all = c->message->assertion->confirmations;
    const ik_confirmation_t *confirmation;
    ik_refusal_t first = { 0 };
    int i;

    for (i = 0; i < all->nelts; i++) {
        confirmation = APR_ARRAY_IDX(all, i, const ik_confirmation_t *);
        if (!equal(confirmation->method, IK_CM_BEARER))
            continue;
        if (check(c, confirmation) == APR_SUCCESS)
            return APR_SUCCESS;
        if (!first.detail)
            first = *c->why;
    }
    if (!first.detail)
        return ik_refuse(c->why, IK_REASON_SUBJECT_CONFIRMATION_INVALID, "no SubjectConfirmation of the method bearer");
    *c->why = first;
    return IK_REFUSED;
}

static apr_status_t check_confirmations(const check_t *c)
{
    return check_bearers(c, check_bearer);
}

/* Somebody signed in, at a time, in a session that is not over (Profiles 4.1.4.2). */
static apr_status_t check_authn(const check_t *c)
{
    const ik_assertion_t *a = c->message->assertion;
    apr_status_t rv;

    if (!a->has_authn || a->authenticated == IK_TIME_ABSENT)
        return ik_refuse(c->why, IK_REASON_STRUCTURE_FORBIDDEN, "no AuthnStatement with an AuthnInstant");
    rv = check_begin(c, "AuthnInstant", a->authenticated);
    if (rv == APR_SUCCESS && a->session_ends != IK_TIME_ABSENT)
        rv = check_end(c, "SessionNotOnOrAfter", a->session_ends);
    return rv;
}

static apr_status_t check_bearer_request(const check_t *c, const ik_confirmation_t *bearer)
{
    return check_request(c, bearer->in_response_to);
}

/* Where the confirmations have been checked before, only that of the Response is left to be wrong. */
static apr_status_t check_requests(const check_t *c)
{
    apr_status_t rv = check_bearers(c, check_bearer_request);

    return rv == APR_SUCCESS ? check_request(c, c->message->in_response_to) : rv;
}

static apr_status_t check_times(const check_t *c)
{
    const ik_assertion_t *a = c->message->assertion;
    apr_status_t rv = check_end(c, "Conditions NotOnOrAfter", a->not_on_or_after);

    if (rv == APR_SUCCESS)
        rv = check_begin(c, "Conditions NotBefore", a->not_before);
    if (rv == APR_SUCCESS)
        rv = check_begin(c, "IssueInstant", a->issued);
    return rv == APR_SUCCESS ? check_age(c) : rv;
}

apr_status_t ik_condition_check(ik_condition_t which, const ik_verified_t *message, const ik_expect_t *expect,
                                apr_time_t now, ik_refusal_t *why)
{
    static apr_status_t (*const checks[IK_CONDITION_COUNT])(const check_t *) = {
        [IK_CONDITION_ISSUER] = check_issuer,
        [IK_CONDITION_DESTINATION] = check_destination,
        [IK_CONDITION_AUDIENCE] = check_audience,
        [IK_CONDITION_TIMES] = check_times,
        [IK_CONDITION_CONFIRMATION] = check_confirmations,
        [IK_CONDITION_AUTHENTICATION] = check_authn,
        [IK_CONDITION_REQUEST] = check_requests
    };
    const check_t c = { message, expect, now, why };

    return checks[which](&c);
}

apr_time_t ik_conditions_until(const ik_assertion_t *assertion, apr_time_t skew)
{
    const apr_time_t oldest = assertion->issued + IK_ASSERTION_AGE_MAX;

    return (assertion->not_on_or_after < oldest ? assertion->not_on_or_after : oldest) + skew;
}

apr_status_t ik_conditions_check(apr_time_t *until, const ik_verified_t *message, const ik_expect_t *expect,
                                 apr_time_t now, ik_refusal_t *why)
{
    apr_status_t rv = APR_SUCCESS;
    int i;

    if (message->supposed)
        return ik_refuse(why, IK_REASON_SIGNATURE_INVALID, "no signature has been verified");
    for (i = 0; i < IK_CONDITION_COUNT && rv == APR_SUCCESS; i++)
        rv = ik_condition_check((ik_condition_t)i, message, expect, now, why);
    if (rv == APR_SUCCESS)
        *until = ik_conditions_until(message->assertion, expect->skew);
    return rv;
}
