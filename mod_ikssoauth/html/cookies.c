/* SPDX-License-Identifier: Apache-2.0 */
/* The page that ends a sign-in which goes round in circles: the browser does not give our cookies back. */
#include "html/layout.h"

const char *ik_html_cookies(apr_pool_t *p, const ik_brand_t *brand, const char *trace, const char *again)
{
    static const ik_step_t steps[] = {
        { "Allow cookies for this site", "In your browser’s privacy settings. We use them only to sign you in." },
        { "Try an ordinary window", "Private windows and some extensions throw cookies away." },
        { "Open this page by itself", "Inside another site’s page browsers block our cookies." },
    };
    const ik_action_t way_on = { "Sign in again", ik_layout_own_path(again) };
    const ik_action_t support = ik_layout_support(p, brand, trace);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_WARNING, "Your browser blocks our cookies");
    ik_layout_lead(w, "Without them we cannot remember that your company has signed you in.");
    ik_layout_steps(w, steps, sizeof(steps) / sizeof(steps[0]));
    ik_layout_reference(w, trace);
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}
