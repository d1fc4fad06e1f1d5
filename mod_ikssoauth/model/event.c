/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the audit log, and what an event starts from. */
#include "model/event.h"

#define ROW(NAME, word) [IK_EVENT_##NAME] = word,
static const char *const events[IK_EVENT_COUNT] = { IK_EVENTS(ROW) };

static const char *const bys[] = {
    [IK_BY_SERVER] = "server", [IK_BY_OPERATOR] = "operator", [IK_BY_ADMINISTRATOR] = "administrator",
    [IK_BY_GUEST] = "guest", [IK_BY_USER] = "user", [IK_BY_IDP] = "idp",
};

const char *ik_event_word(ik_event_id_t id)
{
    return events[id];
}

const char *ik_by_word(ik_by_kind_t kind)
{
    return bys[kind];
}

ik_event_t ik_event_of(ik_event_id_t id, const char *account)
{
    return (ik_event_t){ .id = id, .account = account, .days = -1, .count = -1 };
}
