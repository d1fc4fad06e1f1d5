/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the pending login that a response answers. */
#include "sso/solicited.h"

#include <string.h>

#include "base/text.h"
#include "saml/names.h"
#include "saml/time.h"

/* The InResponseTo of the first bearer confirmation that has one; else that of the Response. NULL: none. */
static const char *answered(const ik_verified_t *message)
{
    const apr_array_header_t *all = message->assertion->confirmations;
    int i;

    for (i = 0; i < all->nelts; i++) {
        const ik_confirmation_t *confirmation = APR_ARRAY_IDX(all, i, const ik_confirmation_t *);

        if (confirmation->in_response_to && confirmation->method && strcmp(confirmation->method, IK_CM_BEARER) == 0)
            return confirmation->in_response_to;
    }
    return message->in_response_to;
}

/* NULL if pending is what the response may answer, else what is not. */
static const char *difference(const ik_pending_t *pending, const char *issuer, const ik_account_t *account)
{
    if (*pending->draft)
        return "was a test sign-in, which opens no session";
    if (strcmp(pending->account, account->id) != 0)
        return "was made for another account";
    if (!issuer || strcmp(pending->idp, issuer) != 0)
        return "was made of another identity provider";
    return NULL;
}

ik_answer_t ik_solicited(const ik_verified_t *message, const ik_account_t *account, const apr_array_header_t *browser,
                         apr_time_t now)
{
    const char *request = answered(message), *problem;
    const ik_pending_t *pending;

    if (!request)
        return (ik_answer_t){ .kind = IK_UNSOLICITED };
    pending = ik_pending_of_request(browser, request);
    if (!pending && ik_option_tolerates(account->options.dummy_request, now) && !ik_pending_is_ours(request))
        return (ik_answer_t){ .kind = IK_UNSOLICITED, .dummy = request };
    problem = pending ? difference(pending, message->assertion->issuer, account)
              : "is no sign-in that this browser started";
    if (problem)
        return (ik_answer_t){ .kind = IK_ANSWERS_OTHER, .request = request, .problem = problem };
    return (ik_answer_t){ .kind = IK_SOLICITED, .pending = pending, .request = request };
}

/* Most identity providers write times in whole seconds, cut off. */
static int is_fresh(const ik_assertion_t *assertion, const ik_pending_t *pending, apr_time_t skew)
{
    return assertion->authenticated >= apr_time_from_sec(apr_time_sec(pending->made)) - skew;
}

apr_status_t ik_solicited_check(const ik_pending_t *pending, const ik_assertion_t *assertion, apr_time_t skew,
                                ik_refusal_t *why)
{
    const apr_array_header_t *contexts = pending->wanted.contexts;

    if (pending->force_authn && !is_fresh(assertion, pending, skew))
        return ik_refuse(why, IK_REASON_NOT_ALLOWED, "asked at %s for a fresh authentication, got that of %s",
                         ik_saml_time_text(why->p, pending->made), ik_saml_time_text(why->p, assertion->authenticated));
    if (contexts && contexts->nelts && !ik_text_in(contexts, assertion->context))
        return ik_refuse(why, IK_REASON_NOT_ALLOWED, "asked for an authentication by one of \"%s\", got \"%s\"",
                         ik_text_join(why->p, contexts, " "), assertion->context);
    return APR_SUCCESS;
}
