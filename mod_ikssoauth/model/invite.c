/* SPDX-License-Identifier: Apache-2.0 */
/* What an invitation is worth. */
#include "model/invite.h"

ik_invite_state_t ik_invite_state(const ik_invite_t *invite, apr_time_t now)
{
    if (invite->revoked)
        return IK_INVITE_REVOKED;
    if (invite->used)
        return IK_INVITE_USED;
    return invite->expires > now ? IK_INVITE_OPEN : IK_INVITE_EXPIRED;
}
