/* SPDX-License-Identifier: Apache-2.0 */
/* The functions behind the rows of the table of commands. */
#ifndef IK_CLI_COMMANDS_H
#define IK_CLI_COMMANDS_H

#include "cli/command.h"

ik_exit_t ik_cmd_init(ik_cli_t *cli);

ik_exit_t ik_cmd_account_add(ik_cli_t *cli);
ik_exit_t ik_cmd_account_list(ik_cli_t *cli);
ik_exit_t ik_cmd_account_show(ik_cli_t *cli);
ik_exit_t ik_cmd_account_set(ik_cli_t *cli);
ik_exit_t ik_cmd_account_disable(ik_cli_t *cli);
ik_exit_t ik_cmd_account_enable(ik_cli_t *cli);
ik_exit_t ik_cmd_account_delete(ik_cli_t *cli);
ik_exit_t ik_cmd_account_metadata(ik_cli_t *cli);
ik_exit_t ik_cmd_account_refresh(ik_cli_t *cli);
ik_exit_t ik_cmd_account_rules(ik_cli_t *cli);
ik_exit_t ik_cmd_account_rollback(ik_cli_t *cli);
ik_exit_t ik_cmd_account_invite(ik_cli_t *cli);
ik_exit_t ik_cmd_metadata_check(ik_cli_t *cli);

ik_exit_t ik_cmd_user_list(ik_cli_t *cli);
ik_exit_t ik_cmd_user_show(ik_cli_t *cli);
ik_exit_t ik_cmd_user_disable(ik_cli_t *cli);
ik_exit_t ik_cmd_user_enable(ik_cli_t *cli);
ik_exit_t ik_cmd_user_delete(ik_cli_t *cli);

ik_exit_t ik_cmd_session_revoke(ik_cli_t *cli);

ik_exit_t ik_cmd_explain(ik_cli_t *cli);

ik_exit_t ik_cmd_key_list(ik_cli_t *cli);
ik_exit_t ik_cmd_key_rotate(ik_cli_t *cli);
ik_exit_t ik_cmd_key_retire(ik_cli_t *cli);

ik_exit_t ik_cmd_sp_key_list(ik_cli_t *cli);
ik_exit_t ik_cmd_sp_key_publish_next(ik_cli_t *cli);
ik_exit_t ik_cmd_sp_key_use(ik_cli_t *cli);
ik_exit_t ik_cmd_sp_key_retire(ik_cli_t *cli);

ik_exit_t ik_cmd_explain_response(ik_cli_t *cli);

ik_exit_t ik_cmd_status(ik_cli_t *cli);
ik_exit_t ik_cmd_doctor(ik_cli_t *cli);

#endif
