/* SPDX-License-Identifier: Apache-2.0 */
/* Tells backends who is signed in: variables, headers, REMOTE_USER. */
#ifndef IK_HTTPD_IDENTITY_H
#define IK_HTTPD_IDENTITY_H

#include <httpd.h>

/*
 * Hook, safe to run at any stage and any number of times: makes the variables and headers of r say what holds for the
 * configuration r has now: the identity where AuthType ikssoauth is in force and somebody is signed in, else nothing.
 */
int ik_identity_tell(request_rec *r);       /* access_checker, fixups, handler: DECLINED */

#endif
