/* SPDX-License-Identifier: Apache-2.0 */
/* The pages people see: values in, a whole escaped HTML document out. Pure functions, and no script in the pages. */
#ifndef IK_HTML_PAGE_H
#define IK_HTML_PAGE_H

#include "model/refusal.h"

typedef struct ik_brand_t {
    const char *name;       /* IkSSOBrand, or the host */
    const char *support;    /* IkSSOSupport: an e-mail address or an https URL, or NULL */
} ik_brand_t;

/* The Content-Security-Policy that every page is sent with. */
extern const char *const ik_html_csp;

/*
 * Why a request was refused: the public sentence, who can mend it, the trace id (or NULL), a way on
 * (retry: a path of this host, or NULL; anything else is left out). In p.
 */
const char *ik_html_refusal(apr_pool_t *p, const ik_brand_t *brand, const ik_reason_row_t *reason, const char *trace,
                            const char *retry);

/* We could not answer just now (503): the sentence says what that means for the reader. */
const char *ik_html_failure(apr_pool_t *p, const ik_brand_t *brand, const char *sentence, const char *trace);

/* Where people without a session land: how to sign in from the identity provider. */
const char *ik_html_sign_in(apr_pool_t *p, const ik_brand_t *brand);

/* Asks somebody who is signed in, by their e-mail address, whether to sign out: a form that posts token as field. */
typedef struct ik_sign_out_t {
    const char *email, *action, *field, *token;
    const char *way_back;       /* a path of this host */
} ik_sign_out_t;

const char *ik_html_sign_out(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_out_t *form);

/* Nobody is signed in any more; login is the path that leads back in. */
const char *ik_html_signed_out(apr_pool_t *p, const ik_brand_t *brand, const char *login);

#endif
