/* SPDX-License-Identifier: Apache-2.0 */
/* What the forms of the settings page do. */
#ifndef IK_HTTPD_SETTINGS_DEEDS_H
#define IK_HTTPD_SETTINGS_DEEDS_H

#include "httpd/managing.h"

/* Does what m->fields ask for, if they are a form of ours, and answers. */
int ik_settings_take_form(const ik_managing_t *m);

#endif
