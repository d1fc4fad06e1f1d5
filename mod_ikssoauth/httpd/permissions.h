/* SPDX-License-Identifier: Apache-2.0 */
/* Whether nobody but root and the user that httpd serves as can change, and no stranger can read, what we rely on. */
#ifndef IK_HTTPD_PERMISSIONS_H
#define IK_HTTPD_PERMISSIONS_H

#include <apr_pools.h>

/*
 * As ik_permissions_keys and ik_permissions_database (base/permissions.h) and ik_own_keys_permissions (sso/own_keys.h), which say
 * what they return.
 */
const char *ik_permissions_check_keys(const char *file, apr_pool_t *p);
const char *ik_permissions_check_database(const char *file, apr_pool_t *p);
const char *ik_permissions_check_own_keys(const char *directory, apr_pool_t *p);

#endif
