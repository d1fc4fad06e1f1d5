/* SPDX-License-Identifier: Apache-2.0 */
/* The page for an address that is not known yet. It says the same of every address: it is no oracle. */
#include <apr_strings.h>

#include "html/layout.h"

const char *ik_html_first_sign_in(apr_pool_t *p, const ik_brand_t *brand, const char *again)
{
    const ik_step_t steps[] = {
        { "Open your company’s app page", "For example Okta, OneLogin, Microsoft My Apps or Google Workspace." },
        { apr_pstrcat(p, "Choose ", brand->name, NULL), "It is missing? Your company’s IT team can add it for you." },
        { "You are here, signed in", "Next time you can start on our sign-in page." },
    };
    const ik_action_t way_on = { "Try another e-mail", ik_layout_own_path(again) };
    const ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, "Is this your first time here?");
    ik_layout_lead(w, "If your company uses single sign-on here, your first sign-in starts at its app page.");
    ik_layout_steps(w, steps, sizeof(steps) / sizeof(steps[0]));
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}
