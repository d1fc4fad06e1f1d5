/* SPDX-License-Identifier: Apache-2.0 */
/* The pages for somebody whom the sign-in page cannot send anywhere. They do not tell what is known of an address. */
#include <apr_strings.h>

#include "html/layout.h"

typedef struct step_t {
    const char *what, *how;
} step_t;

static void step(ik_writer_t *w, const step_t *s)
{
    ik_writer_markup(w, "<li><strong>");
    ik_writer_text(w, s->what);
    ik_writer_markup(w, "</strong> <span>");
    ik_writer_text(w, s->how);
    ik_writer_markup(w, "</span></li>\n");
}

const char *ik_html_first_sign_in(apr_pool_t *p, const ik_brand_t *brand, const char *again)
{
    const step_t steps[] = {
        { "Open your company’s app page", "For example Okta, OneLogin, Microsoft My Apps or Google Workspace." },
        { apr_pstrcat(p, "Choose ", brand->name, NULL), "You may be asked for your company password there." },
        { "You are here, signed in", "From then on you can also start on our sign-in page." },
    };
    const ik_action_t way_on = { "Try another address", ik_layout_own_path(again) };
    const ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_KEY, "Is this your first time here?");
    ik_layout_lead(w, "The first sign-in starts at your company, not here.");
    ik_writer_markup(w, "<ol>\n");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        step(w, &steps[i]);
    ik_writer_markup(w, "</ol>\n");
    ik_layout_advice(w, apr_pstrcat(p, brand->name, " is not on that page? Ask the people who look after IT "
                                    "at your company to add it for you.", NULL));
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}

static const char *wait_for(apr_pool_t *p, int seconds)
{
    if (seconds <= 60)
        return apr_psprintf(p, "Please wait %d second%s, then try again.", seconds, seconds == 1 ? "" : "s");
    return apr_psprintf(p, "Please wait %d minutes, then try again.", (seconds + 59) / 60);
}

const char *ik_html_slow_down(apr_pool_t *p, const ik_brand_t *brand, int seconds, const char *again)
{
    const ik_action_t way_on = { "Try again", ik_layout_own_path(again) };
    const ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_PAUSE, "That was a bit fast");
    ik_layout_lead(w, "There were many sign-ins from your network or for this address just now.");
    ik_layout_advice(w, wait_for(p, seconds));
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}

const char *ik_html_cookies(apr_pool_t *p, const ik_brand_t *brand, const char *again)
{
    const step_t steps[] = {
        { "Allow cookies for this site", "In your browser’s settings, under privacy. We only use them to sign you in." },
        { "Leave private browsing", "Some browsers drop cookies there, and so do some extensions." },
        { "Check the address", "It has to be the same, starting with https, all the way." },
    };
    const ik_action_t way_on = { "Sign in again", ik_layout_own_path(again) };
    const ik_action_t support = ik_layout_support(p, brand, NULL);
    ik_writer_t *w = ik_writer_make(p);

    ik_layout_begin(w, brand, IK_LAYOUT_WARNING, "Your browser does not keep us signed in");
    ik_layout_lead(w, "Your company signed you in, but the cookie that remembers it did not come back from your browser.");
    ik_writer_markup(w, "<ol>\n");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        step(w, &steps[i]);
    ik_writer_markup(w, "</ol>\n");
    ik_layout_actions(w, &way_on, &support);
    return ik_layout_end(w);
}
