/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: reading it is reading what ikssoctl can do. */
#include "cli/commands.h"

#define DESCRIBING (IK_OPT_NAME | IK_OPT_METADATA | IK_OPT_ENTITY_ID | IK_OPT_DOMAIN | IK_OPT_OPTION)

const ik_command_t ik_commands[] = {
    { "init", "", IK_NEEDS_NOTHING, IK_OPT_OWNER, ik_cmd_init,
      "create or upgrade the database and the key file, with the owner httpd needs" },
    { "account add", "ID", IK_NEEDS_STORE, DESCRIBING, ik_cmd_account_add, "add an account" },
    { "account list", "", IK_NEEDS_STORE, 0, ik_cmd_account_list, "list all accounts" },
    { "account show", "ID", IK_NEEDS_STORE, 0, ik_cmd_account_show,
      "show an account, its identity provider, and what to type there" },
    { "account set", "ID", IK_NEEDS_STORE, DESCRIBING | IK_OPT_METADATA_URL, ik_cmd_account_set,
      "change an account; an empty value returns to the default" },
    { "account disable", "ID", IK_NEEDS_STORE, 0, ik_cmd_account_disable,
      "end all sessions of an account and let nobody of it sign in" },
    { "account enable", "ID", IK_NEEDS_STORE, 0, ik_cmd_account_enable, "let people of the account sign in again" },
    { "account delete", "ID", IK_NEEDS_STORE, 0, ik_cmd_account_delete,
      "delete an account with its users and their sessions" },
    { "account metadata", "ID FILE|--delete", IK_NEEDS_STORE, IK_OPT_DELETE, ik_cmd_account_metadata,
      "save the identity provider's metadata, or delete it: single sign-on is off and all sessions end" },
    { "account refresh", "ID", IK_NEEDS_STORE, 0, ik_cmd_account_refresh,
      "fetch the metadata now from the URL that was set for the account" },
    { "account rollback", "ID", IK_NEEDS_STORE, 0, ik_cmd_account_rollback,
      "let the settings before the last change count again" },
    { "account invite", "ID", IK_NEEDS_STORE, IK_OPT_EXPIRES | IK_OPT_URL | IK_OPT_REVOKE, ik_cmd_account_invite,
      "print a link that opens the account's settings page once, or revoke all of them" },
    { "metadata check", "FILE", IK_NEEDS_NOTHING, 0, ik_cmd_metadata_check,
      "say how metadata would be imported, without saving it" },
    { "user list", "ID", IK_NEEDS_STORE, 0, ik_cmd_user_list, "list the users of an account" },
    { "user show", "ID EMAIL", IK_NEEDS_STORE, 0, ik_cmd_user_show, "show a user" },
    { "user disable", "ID EMAIL", IK_NEEDS_STORE, 0, ik_cmd_user_disable,
      "end all sessions of a user and let the user sign in no more" },
    { "user enable", "ID EMAIL", IK_NEEDS_STORE, 0, ik_cmd_user_enable, "let a user sign in again" },
    { "user delete", "ID EMAIL", IK_NEEDS_STORE, 0, ik_cmd_user_delete, "delete a user and end all sessions of it" },
    { "session revoke", "ID [EMAIL]", IK_NEEDS_STORE, 0, ik_cmd_session_revoke,
      "end all sessions of an account, or of one user; people may sign in again" },
    { "key list", "", IK_NEEDS_NOTHING, 0, ik_cmd_key_list,
      "list the keys that open session cookies, and from when on each seals them" },
    { "key rotate", "", IK_NEEDS_NOTHING, IK_OPT_AFTER, ik_cmd_key_rotate,
      "add a key, which opens cookies at once and seals them from now on, or after a time" },
    { "key retire", "KEYID", IK_NEEDS_NOTHING, 0, ik_cmd_key_retire, "remove a key: what it sealed no longer opens" },
    { "explain", "[TRACE]", IK_NEEDS_STORE, IK_OPT_RESPONSE | IK_OPT_ACCOUNT | IK_OPT_URL, ik_cmd_explain,
      "say why a sign-in was refused, by its trace, or what a login would say of a captured response, check by check" },
    { "status", "", IK_NEEDS_STORE, 0, ik_cmd_status, "show how much the database holds" },
    { NULL, NULL, IK_NEEDS_NOTHING, 0, NULL, NULL }
};
