/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that say no: why, who can mend it, what to quote when asking, and the way on. */
#include <string.h>

#include "html/layout.h"

typedef struct wording_t {
    const char *id;         /* of the reason; NULL: every other */
    const char *heading;
    const char *way_on;     /* label of the link to retry */
} wording_t;

static const wording_t wordings[] = {
    { "expired", "That took a little too long", "Sign in again" },
    { "request_unknown", "Let’s start over", "Sign in again" },
    { "replayed", "Let’s start over", "Sign in again" },
    { "unsolicited_forbidden", "Please start here", "Sign in here" },
    { "csrf", "This form has expired", "Load the page again" },
    { "not_signed_in", "Please sign in", "Sign in" },
    { "not_allowed", "You don’t have access to this page", "Go back" },
    { "user_disabled", "You don’t have access", "Try again" },
    { "account_disabled", "This account is switched off", "Try again" },
    { NULL, "We couldn’t sign you in", "Try again" },
};

static const wording_t *wording_of(const char *id)
{
    const wording_t *row = wordings;

    while (row->id && strcmp(row->id, id) != 0)
        row++;
    return row;
}

const char *ik_html_refusal(apr_pool_t *p, const ik_brand_t *brand, const ik_reason_row_t *reason, const char *trace,
                            const char *retry)
{
    const wording_t *wording = wording_of(reason->id);
    ik_action_t way_on = { wording->way_on, ik_layout_own_path(retry) };
    ik_action_t support = ik_layout_support(p, brand, trace);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_WARNING, wording->heading);
    ik_layout_lead(w, reason->sentence);
    ik_layout_advice(w, ik_actor_sentence(reason->actor));
    ik_layout_reference(w, trace);
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}

const char *ik_html_failure(apr_pool_t *p, const ik_brand_t *brand, const char *sentence, const char *trace)
{
    ik_action_t way_on = { "Go to the home page", "/" };
    ik_action_t support = ik_layout_support(p, brand, trace);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_PAUSE, "We’ll be right back");
    ik_layout_lead(w, sentence);
    ik_layout_advice(w, "Something on our side is not working. You have done nothing wrong, and nothing is lost. "
                        "If it lasts, get in touch with us.");
    ik_layout_reference(w, trace);
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}
