/* SPDX-License-Identifier: Apache-2.0 */
/* The form of the settings: from what is saved to what stands in it, and from what was typed to a change. */
#ifndef IK_HTTPD_SETTINGS_FORM_H
#define IK_HTTPD_SETTINGS_FORM_H

#include "httpd/managing.h"

/* What is saved (saved is of ik_accounts_get), in the request's pool; without the metadata if that is fetched. */
ik_settings_form_t ik_settings_form_of(const ik_managing_t *m, const ik_accounts_result_t *saved);

/* What was typed. */
ik_settings_form_t ik_settings_form_typed(const ik_managing_t *m);

/* The change that was typed. What the form has no field for stays as it is. */
ik_account_change_t ik_settings_form_change(const ik_managing_t *m);

/*
 * What somebody saw (ik_accounts_result_t), as a form carries it: 0 if it carries none (value NULL), -1 (which none is) if it
 * is no number. So that what others have saved since is not overwritten unseen.
 */
apr_int64_t ik_settings_seen(const char *value);

/* Puts the sentence of a refusal where it belongs: at its field, or above all. 0: the account is gone, and its page with it. */
int ik_settings_form_mark(ik_settings_form_t *form, const ik_accounts_result_t *result);

#endif
