/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs a command: for the audit log. */
#ifndef IK_CLI_OPERATOR_H
#define IK_CLI_OPERATOR_H

#include <apr_pools.h>

#include "model/event.h"

/* The login name of who runs this, in p: of root, the one that sudo was called by. Without a name, the number of the user. */
const ik_by_t *ik_operator(apr_pool_t *p);

#endif
