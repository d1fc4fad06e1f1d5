/* SPDX-License-Identifier: Apache-2.0 */
/* Notes the ids and times that a message states, to explain them. For checklist.c. */
#include "sso/checking.h"

static void add(const ik_checking_t *c, const char *name, apr_time_t at)
{
    if (at != IK_TIME_ABSENT)
        APR_ARRAY_PUSH(c->in->seen->times, ik_time_seen_t) = (ik_time_seen_t){ name, at };
}

static void add_confirmations(const ik_checking_t *c)
{
    const apr_array_header_t *all = c->message->assertion->confirmations;

    for (int i = 0; i < all->nelts && i < IK_CHECKLIST_VALUES_MAX; i++) {
        const ik_confirmation_t *confirmation = APR_ARRAY_IDX(all, i, const ik_confirmation_t *);

        add(c, "NotOnOrAfter of the SubjectConfirmationData", confirmation->not_on_or_after);
        if (!c->in->seen->answers)
            c->in->seen->answers = ik_checking_shorten(confirmation->in_response_to, c->ctx->p);
    }
}

void ik_checking_see(const ik_checking_t *c)
{
    const ik_assertion_t *a = c->message->assertion;
    ik_seen_t *seen = c->in->seen;

    seen->times = apr_array_make(c->ctx->p, 8, sizeof(ik_time_seen_t));
    seen->id = a->id;
    seen->issuer = a->issuer;
    seen->issued = a->issued == IK_TIME_ABSENT ? 0 : a->issued;
    seen->answers = ik_checking_shorten(c->message->in_response_to, c->ctx->p);
    add(c, "IssueInstant", a->issued);
    add(c, "AuthnInstant", a->authenticated);
    add(c, "NotBefore of the Conditions", a->not_before);
    add(c, "NotOnOrAfter of the Conditions", a->not_on_or_after);
    add_confirmations(c);
    add(c, "SessionNotOnOrAfter", a->session_ends);
}
