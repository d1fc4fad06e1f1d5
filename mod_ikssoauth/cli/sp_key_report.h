/* SPDX-License-Identifier: Apache-2.0 */
/* What a step of a rotation of our own key pairs means for accounts: sentences for people, values for programs. */
#ifndef IK_CLI_SP_KEY_REPORT_H
#define IK_CLI_SP_KEY_REPORT_H

#include "cli/command.h"
#include "seal/keydir.h"
#include "sso/affected.h"

typedef struct ik_sp_key_report_t {
    apr_pool_t *p;
    const char *dir;                /* as commands are to name it: " --dir DIR", or "" for the usual one */
    ik_affected_list_t affected;
    const char *unknown;            /* why affected is not known, a sentence; NULL: it is */
    const char *affects, *todo, *skipped, *next;    /* sentences; NULL: nothing to say */
} ik_sp_key_report_t;

/* Asks the database whom a step affects. It is opened if there is one. */
void ik_sp_key_report_begin(ik_sp_key_report_t *report, ik_cli_t *cli);

/* What each step means. */
void ik_sp_key_report_first(ik_sp_key_report_t *report, const ik_keydir_pair_t *made);
void ik_sp_key_report_published(ik_sp_key_report_t *report, const ik_keydir_pair_t *made);
void ik_sp_key_report_used(ik_sp_key_report_t *report, const ik_keydir_pair_t *used, const ik_keydir_pair_t *before);
void ik_sp_key_report_retired(ik_sp_key_report_t *report, const ik_keydir_pair_t *was);

/* Writes it into the report and the answer of the command. */
void ik_sp_key_report_end(const ik_sp_key_report_t *report, ik_cli_t *cli);

#endif
