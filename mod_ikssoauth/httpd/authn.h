/* SPDX-License-Identifier: Apache-2.0 */
/* AuthType ikssoauth: who somebody is, and what somebody who is nobody gets. */
#ifndef IK_HTTPD_AUTHN_H
#define IK_HTTPD_AUTHN_H

#include <httpd.h>

/* Hook. */
int ik_authn_check(request_rec *r);     /* check_authn */

#endif
