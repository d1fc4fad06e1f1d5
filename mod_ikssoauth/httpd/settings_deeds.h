/* SPDX-License-Identifier: Apache-2.0 */
/* What the forms of the settings page do. */
#ifndef IK_HTTPD_SETTINGS_DEEDS_H
#define IK_HTTPD_SETTINGS_DEEDS_H

#include "httpd/managing.h"
#include "model/draft.h"

/* Does what m->fields ask for, if they are a form of ours, and answers. */
int ik_settings_take_form(const ik_managing_t *m);

/* For the files of deeds: ends one that was done, or not, and starts the test sign-in of a draft. */
int ik_settings_finish(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result, const char *done);
int ik_settings_start(const ik_managing_t *m, const ik_draft_t *draft);

#endif
