/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of the settings endpoint, filled in. */
#ifndef IK_HTTPD_SETTINGS_PAGE_H
#define IK_HTTPD_SETTINGS_PAGE_H

#include "httpd/managing.h"
#include "model/draft.h"

/* What a form has brought about, to be shown with the page. */
typedef struct ik_settings_news_t {
    const ik_settings_form_t *form;     /* what was typed, with what is wrong with it; NULL: what is saved */
    int status;                         /* 0: 200 */
    const char *link;                   /* of an invitation that was just made */
    const ik_checklist_t *failed;       /* the test of what was typed has failed: asks whether to save it anyway, */
    const char *anyway;                 /* and this is its digest */
    const ik_rules_form_t *rules;       /* role rules that were typed; NULL: those that are saved */
    const ik_trial_t *trial;            /* whom they would change */
} ik_settings_news_t;

/* The settings page; news may be NULL. */
int ik_settings_show(const ik_managing_t *m, const ik_settings_news_t *news);

/* What a test sign-in has shown. */
int ik_settings_show_draft(const ik_managing_t *m, const char *draft);

/* Instructions for a product. */
int ik_settings_show_guide(const ik_managing_t *m, const char *product);

#endif
