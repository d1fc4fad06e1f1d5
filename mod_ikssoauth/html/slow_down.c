/* SPDX-License-Identifier: Apache-2.0 */
/* The page for somebody who tried too often: when to try again. */
#include <apr_strings.h>

#include "html/layout.h"

static const char *when(apr_pool_t *p, int seconds)
{
    if (seconds <= 1)
        return "Please try again in a moment.";
    if (seconds <= 90)
        return apr_psprintf(p, "Please try again in %d seconds.", seconds);
    return apr_psprintf(p, "Please try again in %d minutes.", (seconds - 1) / 60 + 1);
}

const char *ik_html_slow_down(apr_pool_t *p, const ik_brand_t *brand, int seconds, const char *again)
{
    const ik_action_t way_on = { "Try again", ik_layout_own_path(again) };
    const ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_PAUSE, "One moment, please");
    ik_layout_lead(w, "There were many tries to sign in from your network or with this address just now.");
    ik_layout_advice(w, when(p, seconds));
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}
