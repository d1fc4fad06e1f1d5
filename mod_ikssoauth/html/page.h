/* SPDX-License-Identifier: Apache-2.0 */
/* The pages people see: values in, a whole escaped HTML document out. Pure functions. */
#ifndef IK_HTML_PAGE_H
#define IK_HTML_PAGE_H

#include "model/refusal.h"

typedef struct ik_brand_t {
    const char *name;       /* IkSSOBrand, or the host */
    const char *support;    /* IkSSOSupport: an e-mail address or an https URL, or NULL */
} ik_brand_t;

/* The Content-Security-Policy of every other page. */
extern const char *const ik_html_csp;

/*
 * Why a request was refused: the public sentence, who can mend it, the trace id (or NULL), a way on
 * (retry: a path of this host, or NULL; anything else is left out). In p.
 */
const char *ik_html_refusal(apr_pool_t *p, const ik_brand_t *brand, const ik_reason_row_t *reason, const char *trace,
                            const char *retry);

/* We could not answer just now (503): the sentence says what that means for the reader. */
const char *ik_html_failure(apr_pool_t *p, const ik_brand_t *brand, const char *sentence, const char *trace);

/*
 * The policy of pages with a form that leads away from here (sign_in, sign_out, wait, post, switch): it admits our
 * scripts by their hashes, and any web address as the form's destination. 'self' would not do: Chromium holds every
 * redirect that follows a form against form-action, our own 303 to an identity provider and all that come after it.
 * Where those lead is not known when the page is written, and an identity provider may be reached by http.
 */
extern const char *const ik_html_csp_form;

/*
 * That of a page (post) which answers an identity provider that signs people out everywhere: it has a frame for each
 * service. All that the page can do is to hand over an answer that is signed already. Browsers heed frame-ancestors
 * instead of X-Frame-Options.
 */
extern const char *const ik_html_csp_answer;

/* A form on our own pages: where it goes, and hidden fields. */
typedef struct ik_hidden_t {
    const char *name, *value;       /* NULL value: left out */
} ik_hidden_t;

/*
 * The sign-in page: e-mail address, button, support. It posts email, account (only if asked), target and fragment to
 * action; its script puts location.hash into the hidden field "fragment".
 */
typedef struct ik_sign_in_t {
    const char *action;             /* a path of this host */
    const char *email;              /* what to fill in, or NULL */
    const char *target;             /* as it was asked for, or NULL */
    int asks_account;               /* the address is known in several accounts: ask for the id too */
    const char *account;            /* what to fill in there, or NULL */
    const char *problem;            /* what was wrong with what was typed, or NULL */
    const char *said;               /* what has just been done, as a sentence, or NULL */
} ik_sign_in_t;
const char *ik_html_sign_in(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_in_t *form);

/* An address that is not known: the first sign-in starts at the company's app page. again: the sign-in page's path. */
const char *ik_html_first_sign_in(apr_pool_t *p, const ik_brand_t *brand, const char *again);

/* Too many tries: wait that many seconds (429). */
const char *ik_html_slow_down(apr_pool_t *p, const ik_brand_t *brand, int seconds, const char *again);

/*
 * On the way to sign in: posts the hidden fields (ends with a NULL name) and "fragment" to action, a path of this host,
 * by its script; a button without.
 */
const char *ik_html_wait(apr_pool_t *p, const ik_brand_t *brand, const char *action, const ik_hidden_t *fields);

/*
 * Posts the fields to action, an absolute URL (a message of ours, or a form that was held): by its script, or a button
 * called label. lead says what happens. Without a form if action is no http or https URL.
 */
typedef struct ik_post_t {
    const char *action;
    const ik_hidden_t *fields;      /* ends with a NULL name; values may be empty */
    const char *heading, *lead, *label;
} ik_post_t;
const char *ik_html_post(apr_pool_t *p, const ik_brand_t *brand, const ik_post_t *form);

/* Somebody is signed in, and somebody else has just arrived: two buttons post token with choice=switch or =stay. */
typedef struct ik_switch_t {
    const char *present, *present_account;      /* e-mail and account of who is signed in */
    const char *arriving, *arriving_account;
    const char *action, *field, *token;
} ik_switch_t;
const char *ik_html_switch(apr_pool_t *p, const ik_brand_t *brand, const ik_switch_t *form);

/* Sign-in goes round in circles since cookies do not come back: what to do about it. trace: NULL if nothing was refused;
 * again is a path of this host. */
const char *ik_html_cookies(apr_pool_t *p, const ik_brand_t *brand, const char *trace, const char *again);

/* Asks somebody who is signed in, by their e-mail address, whether to sign out: a form that posts token as field. */
typedef struct ik_sign_out_t {
    const char *email, *action, *field, *token;
    const char *way_back;       /* a path of this host */
} ik_sign_out_t;

const char *ik_html_sign_out(apr_pool_t *p, const ik_brand_t *brand, const ik_sign_out_t *form);

/* Nobody is signed in any more; login is the path that leads back in. */
typedef enum {
    IK_SIGNED_OUT_HERE,         /* the identity provider may still have a session: say so */
    IK_SIGNED_OUT_EVERYWHERE,   /* it has told that its session has ended too */
    IK_SIGNED_OUT_NOT_THERE     /* it has told that it could not end it */
} ik_signed_out_t;
const char *ik_html_signed_out(apr_pool_t *p, const ik_brand_t *brand, const char *login, ik_signed_out_t how);

#endif
