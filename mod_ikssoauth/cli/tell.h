/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the audit log of what was done to files: the database that keeps the line may not even be there. */
#ifndef IK_CLI_TELL_H
#define IK_CLI_TELL_H

#include "cli/command.h"
#include "model/event.h"

/*
 * Leaves the line, in the database that the options name. What is done is done: where that fails, cli->message, which is set, says
 * so as well, unless there is no database at all.
 */
void ik_cli_tell(ik_cli_t *cli, const ik_event_t *event);

#endif
