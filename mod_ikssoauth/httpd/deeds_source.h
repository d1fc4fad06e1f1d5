/* SPDX-License-Identifier: Apache-2.0 */
/* What the buttons of "Metadata by URL" do. For settings_deeds.c. */
#ifndef IK_HTTPD_DEEDS_SOURCE_H
#define IK_HTTPD_DEEDS_SOURCE_H

#include "httpd/managing.h"

/* Each answers the request. The first two fetch, in this request: once per 10 seconds and account, within 20 seconds. */
int ik_deed_save_url(const ik_managing_t *m);
int ik_deed_fetch_now(const ik_managing_t *m);
int ik_deed_forget_url(const ik_managing_t *m);

#endif
