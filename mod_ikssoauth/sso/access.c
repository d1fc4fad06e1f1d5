/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: decisions about an identity, free of HTTP. */
#include "sso/access.h"

#include <string.h>

#include "base/text.h"
#include "model/role.h"

const char *ik_access_session_problem(const ik_settings_t *settings, const ik_identity_t *identity)
{
    if (settings->only_account && strcmp(settings->only_account, identity->account) != 0)
        return "the session belongs to another account than this host";
    if (!ik_text_in(settings->roles, identity->role))
        return "the role of the session is no longer accepted";
    return NULL;
}

int ik_access_has_role(const ik_identity_t *identity, const apr_array_header_t *roles)
{
    return ik_text_in(roles, identity->role);
}

int ik_access_is_administrator(const ik_identity_t *identity)
{
    return strcmp(identity->role, IK_ROLE_ADMINISTRATOR) == 0;
}

int ik_access_has_account(const ik_identity_t *identity, const apr_array_header_t *accounts)
{
    return ik_text_in(accounts, identity->account);
}
