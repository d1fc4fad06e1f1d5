/* SPDX-License-Identifier: Apache-2.0 */
/* The page for somebody who has just signed out. */
#include <apr_strings.h>

#include "html/layout.h"

/* By how far the sign-out went. */
static const char *const advice[] = {
    [IK_SIGNED_OUT_HERE] = "You may still be signed in at your company’s sign-in page. If others use this computer, sign "
                           "out there too.",
    [IK_SIGNED_OUT_EVERYWHERE] = "You are signed out at your company’s sign-in page as well.",
    [IK_SIGNED_OUT_NOT_THERE] = "Your company’s sign-in page could not sign you out. If others use this computer, sign "
                                "out there too.",
};

const char *ik_html_signed_out(apr_pool_t *p, const ik_brand_t *brand, const char *login, ik_signed_out_t how)
{
    ik_action_t way_on = { "Sign in again", ik_layout_own_path(login) };
    ik_action_t nothing = { NULL, NULL };
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_DONE, "You are signed out");
    ik_layout_lead(w, apr_pstrcat(p, "Nobody is signed in to ", brand->name, " in this browser.", NULL));
    ik_layout_advice(w, advice[how]);
    ik_layout_actions(w, &way_on, &nothing);
    return ik_layout_end(w);
}
