/* SPDX-License-Identifier: Apache-2.0 */
/* The table of checks. */
#include "model/check.h"

#define ROW(NAME, id, label) [IK_CHECK_##NAME] = { id, label },

static const ik_check_row_t rows[IK_CHECK_COUNT] = { IK_CHECKS(ROW) };

const ik_check_row_t *ik_check_row(ik_check_id_t id)
{
    return &rows[id];
}
