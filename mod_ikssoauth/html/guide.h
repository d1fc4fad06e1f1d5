/* SPDX-License-Identifier: Apache-2.0 */
/* How to set up an identity provider, as data: a table of steps for each product, for pages and for docs/idp alike. */
#ifndef IK_HTML_GUIDE_H
#define IK_HTML_GUIDE_H

#include "html/admin.h"
#include "html/writer.h"

/*
 * All texts are templates (html/guide_text.h): {acs} and the like stand for values. In sentences, *…* is what stands on
 * the screens of the product, and `…` what is typed.
 */
typedef struct ik_guide_value_t {
    const char *label;      /* what the field is called there */
    const char *value;      /* what to fill in, or to choose */
    int copy;               /* 1: it is typed as it is, so that a button copies it */
} ik_guide_value_t;

typedef struct ik_guide_step_t {
    const char *what;                   /* a few words */
    const char *how;                    /* sentences */
    const ik_guide_value_t *values;     /* ends with a NULL label; or NULL */
    const char *code;                   /* to be pasted as a whole; or NULL */
    const char *each, *end;             /* behind code: a piece for each {role}, and a last one; or NULL */
    const char *note;                   /* sentences: what often goes wrong; or NULL */
} ik_guide_step_t;

typedef struct ik_guide_t {
    const char *product;                /* "okta": as saml/product.h names it */
    const char *name;                   /* for people */
    const char *intro;                  /* sentences */
    const ik_guide_step_t *steps;       /* ends with a NULL what */
} ik_guide_t;

extern const ik_guide_t ik_guide_adfs, ik_guide_entra, ik_guide_google, ik_guide_jumpcloud, ik_guide_keycloak, ik_guide_okta,
    ik_guide_onelogin, ik_guide_other, ik_guide_ping, ik_guide_simplesamlphp;

/* All of them in the order of their names, "other" last; ends with NULL. */
extern const ik_guide_t *const ik_guides[];

/* What follows in every guide: pasting the metadata, testing, the first sign-in. Ends with a NULL what. */
extern const ik_guide_step_t ik_guide_last_steps[];

/* The guide for a product, or NULL. */
const ik_guide_t *ik_guide_of(const char *product);

/* List items with the way to each guide but shown (NULL: to all); the caller opens and closes the list. */
void ik_guide_write_links(ik_writer_t *w, const char *settings_path, const ik_guide_t *shown);

#endif
