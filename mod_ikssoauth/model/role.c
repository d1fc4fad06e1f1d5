/* SPDX-License-Identifier: Apache-2.0 */
/* Names the dashboard's six roles and says what a role may be called. */
#include "model/role.h"

#include <string.h>

#define ROLE_MAX 64
#define ROLE_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:"

static const char *const roles[] = {
    IK_ROLE_ADMINISTRATOR,
    "developer",
    "media_library_full_access",
    "media_library_view_only_access",
    "media_library_restricted_access",
    "finance",
};

apr_array_header_t *ik_role_defaults(apr_pool_t *p)
{
    const apr_size_t n = sizeof(roles) / sizeof(roles[0]);
    apr_array_header_t *list = apr_array_make(p, (int)n, sizeof(const char *));
    apr_size_t i;

    for (i = 0; i < n; i++)
        APR_ARRAY_PUSH(list, const char *) = roles[i];
    return list;
}

int ik_role_is_valid(const char *word)
{
    apr_size_t len = word ? strspn(word, ROLE_CHARACTERS) : 0;

    return len > 0 && len <= ROLE_MAX && word[len] == '\0';
}
