/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of page, with one value in all places where a page takes one. */
#ifndef IK_TESTS_HTML_PAGES_H
#define IK_TESTS_HTML_PAGES_H

#include "html/page.h"

typedef enum {
    REFUSAL, FAILURE, SIGN_IN, ASKS_ACCOUNT, FIRST_SIGN_IN, SLOW_DOWN, WAIT, POST, SWITCH, COOKIES, SIGN_OUT, SIGNED_OUT,
    KINDS
} page_kind_t;

static inline const char *page_of(apr_pool_t *p, page_kind_t kind, const ik_brand_t *brand, const char *v)
{
    const ik_hidden_t fields[] = { { v, v }, { "empty", "" }, { NULL, NULL } };

    switch (kind) {
    case REFUSAL: return ik_html_refusal(p, brand, ik_reason_row(IK_REASON_EXPIRED), v, "/dashboard");
    case FAILURE: return ik_html_failure(p, brand, v, v);
    case SIGN_IN: return ik_html_sign_in(p, brand, &(ik_sign_in_t){ "/sso", v, v, 0, v, v, v });
    case ASKS_ACCOUNT: return ik_html_sign_in(p, brand, &(ik_sign_in_t){ "/sso", v, v, 1, v, v, v });
    case FIRST_SIGN_IN: return ik_html_first_sign_in(p, brand, "/sso");
    case SLOW_DOWN: return ik_html_slow_down(p, brand, 30, "/sso");
    case WAIT: return ik_html_wait(p, brand, "/sso", fields);
    case POST: return ik_html_post(p, brand, &(ik_post_t){ "https://idp.test/sso", fields, v, v, v });
    case SWITCH: return ik_html_switch(p, brand, &(ik_switch_t){ v, v, v, v, "/consume", v, v });
    case COOKIES: return ik_html_cookies(p, brand, v, "/sso");
    case SIGN_OUT: return ik_html_sign_out(p, brand, &(ik_sign_out_t){ v, "/logout", v, v, "/dashboard" });
    default: return ik_html_signed_out(p, brand, "/sso", IK_SIGNED_OUT_EVERYWHERE);
    }
}

/* How many scripts a page of this kind has. */
static inline int scripts_of(page_kind_t kind)
{
    return kind == SIGN_IN || kind == ASKS_ACCOUNT || kind == WAIT || kind == POST;
}

/* 1 if the policy of a page of this kind is ik_html_csp_form. */
static inline int has_form(page_kind_t kind)
{
    return scripts_of(kind) || kind == SWITCH || kind == SIGN_OUT;
}

#endif
