/* SPDX-License-Identifier: Apache-2.0 */
/* The table of refusal reasons, and the one way to say one. */
#include "model/refusal.h"

#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#define REASON_ROW(NAME, id, status, actor, sentence) { id, status, actor, sentence },
static const ik_reason_row_t rows[] = { IK_REASONS(REASON_ROW) };

static const char *const actors[] = {
    [IK_ACT_NOBODY] = "",
    [IK_ACT_USER] = "You can try this again yourself. If it keeps happening, ask your administrator.",
    [IK_ACT_ACCOUNT_ADMIN] = "Ask the administrator of your company's account.",
    [IK_ACT_IDP_ADMIN] = "Ask the administrator of your company's identity provider.",
    [IK_ACT_OPERATOR] = "Ask our support.",
};

static const char *const actor_names[] = {
    [IK_ACT_NOBODY] = "nobody",
    [IK_ACT_USER] = "user",
    [IK_ACT_ACCOUNT_ADMIN] = "account administrator",
    [IK_ACT_IDP_ADMIN] = "IdP administrator",
    [IK_ACT_OPERATOR] = "operator",
};

const ik_reason_row_t *ik_reason_row(ik_reason_t reason)
{
    /* a reason that is none is a mistake of ours; to the browser it is one more refusal */
    return &rows[(unsigned)reason < IK_REASON_COUNT ? reason : IK_REASON_MALFORMED];
}

ik_reason_t ik_reason_find(const char *id)
{
    int reason = 0;

    while (reason < IK_REASON_COUNT && !(id && strcmp(rows[reason].id, id) == 0))
        reason++;
    return (ik_reason_t)reason;
}

const char *ik_actor_sentence(ik_actor_t actor)
{
    return (unsigned)actor < sizeof(actors) / sizeof(actors[0]) ? actors[actor] : "";
}

const char *ik_actor_name(ik_actor_t actor)
{
    return actor_names[(unsigned)actor < sizeof(actor_names) / sizeof(actor_names[0]) ? actor : IK_ACT_NOBODY];
}

apr_status_t ik_refuse(ik_refusal_t *why, ik_reason_t reason, const char *format, ...)
{
    va_list args;

    why->reason = reason;
    va_start(args, format);
    why->detail = apr_pvsprintf(why->p, format, args);
    va_end(args);
    return IK_REFUSED;
}
