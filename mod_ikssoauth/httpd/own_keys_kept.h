/* SPDX-License-Identifier: Apache-2.0 */
/* Our own key pairs of a directory (IkSSOCertificateDir), which outlive restarts. */
#ifndef IK_HTTPD_OWN_KEYS_KEPT_H
#define IK_HTTPD_OWN_KEYS_KEPT_H

#include <httpd.h>

#include "sso/own_keys.h"

/*
 * Opens the directory, in the parent before it has children; *own is valid until the next configuration. One that is refused at a
 * restart leaves the pairs in force that the server has served with, and is logged (IK0173). NULL, or why it cannot be used, in ptemp.
 */
const char *ik_own_keys_keep(ik_own_keys_t **own, const char *path, server_rec *s, apr_pool_t *ptemp);

#endif
