/* SPDX-License-Identifier: Apache-2.0 */
/* The counters on mod_status' page. */
#ifndef IK_HTTPD_STATUS_H
#define IK_HTTPD_STATUS_H

#include <httpd.h>

/* Hook, optional: it runs only where mod_status is loaded. */
int ik_status_show(request_rec *r, int flags);

#endif
