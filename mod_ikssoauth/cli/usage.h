/* SPDX-License-Identifier: Apache-2.0 */
/* How ikssoctl is called, made from the tables of commands and options. */
#ifndef IK_CLI_USAGE_H
#define IK_CLI_USAGE_H

#include "cli/command.h"

/* Everything: commands, options, exit codes. */
const char *ik_usage(apr_pool_t *p);

/*
 * Finds the command that options->words begin with. NULL with *problem, a sentence, if there is none, or if it
 * does not take these arguments or options. *args is the index of the first word after those of the command.
 */
const ik_command_t *ik_usage_match(const ik_options_t *options, int *args, apr_pool_t *p, const char **problem);

#endif
