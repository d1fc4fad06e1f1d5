/* SPDX-License-Identifier: Apache-2.0 */
/* What the buttons of the form of role rules do. For settings_deeds.c. */
#ifndef IK_HTTPD_DEEDS_RULES_H
#define IK_HTTPD_DEEDS_RULES_H

#include "httpd/managing.h"

/* Shows whom the rules that were typed would change; saves them; tries them with a sign-in. */
int ik_deed_try_rules(const ik_managing_t *m);
int ik_deed_save_rules(const ik_managing_t *m);
int ik_deed_test_rules(const ik_managing_t *m);

#endif
