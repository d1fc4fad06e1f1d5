/* SPDX-License-Identifier: Apache-2.0 */
/* Asks about files with the user that httpd serves as. */
#include "httpd/permissions.h"

#include <unistd.h>
#include <unixd.h>

#include "base/permissions.h"
#include "sso/own_keys.h"

/* In the parent the one that is configured; in a child, which is that user already, or without root, this one. */
static uid_t server_user(void)
{
    return geteuid() == 0 ? ap_unixd_config.user_id : geteuid();
}

static gid_t server_group(void)
{
    return geteuid() == 0 ? ap_unixd_config.group_id : getegid();
}

const char *ik_permissions_check_keys(const char *file, apr_pool_t *p)
{
    return ik_permissions_keys(file, server_user(), p);
}

const char *ik_permissions_check_database(const char *file, apr_pool_t *p)
{
    return ik_permissions_database(file, server_user(), p);
}

const char *ik_permissions_check_own_keys(const char *directory, apr_pool_t *p)
{
    return ik_own_keys_permissions(directory, server_user(), server_group(), p);
}
