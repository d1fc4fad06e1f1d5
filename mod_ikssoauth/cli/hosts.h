/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual hosts that have started with the database: which of them somebody means, and what is set there. */
#ifndef IK_CLI_HOSTS_H
#define IK_CLI_HOSTS_H

#include "cli/command.h"
#include "sso/host_settings.h"

/*
 * The settings of the host that --url names; without --url those of the one that started last. files: as
 * ik_host_settings_read. *is_only: 1 if no other host can be meant. APR_SUCCESS; APR_NOTFOUND: there is no such host; any
 * other status: the database could not be asked.
 */
apr_status_t ik_hosts_settings(ik_settings_t *settings, apr_array_header_t **files, int *is_only, const ik_cli_t *cli);

/* Ends a command that needs what ik_hosts_settings has not found, with a sentence that says what to do. */
ik_exit_t ik_hosts_fail(ik_cli_t *cli, apr_status_t rv);

#endif
