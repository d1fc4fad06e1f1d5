/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the settings of an account, and keeps what they replace. For accounts.c and draft.c. */
#ifndef IK_SSO_ACCOUNT_SAVE_H
#define IK_SSO_ACCOUNT_SAVE_H

#include "sso/account_task.h"

/*
 * A digest of what can be tried and rolled back: entity ID, domains, options, rules and metadata, whose line ends do not
 * count, since browsers change them. In hexadecimal, in p; NULL if OpenSSL fails.
 */
const char *ik_account_digest(const ik_account_t *account, apr_pool_t *p);

/* Refuses with "entity_id_taken"; whose it is nobody is told (security rule 3.6). Returns IK_REFUSED. */
apr_status_t ik_account_refuse_taken(ik_account_task_t *task, const ik_account_t *account);

/* The same, if the account's entity ID is another account's; else APR_SUCCESS, or a failure. */
apr_status_t ik_account_check_taken(ik_account_task_t *task, ik_db_t *db, const ik_account_t *account);

/* Refuses with "changed_meanwhile": since what, and what to do again. Returns IK_REFUSED. */
apr_status_t ik_account_refuse_changed(ik_accounts_result_t *result, apr_pool_t *p, const char *since, const char *again);

/*
 * *seen stands for the settings of account, as ik_accounts_result_t has it; *source is where its metadata is fetched from,
 * in ctx->p, or NULL. APR_SUCCESS, or a failure.
 */
apr_status_t ik_account_look(apr_int64_t *seen, ik_source_t **source, const ik_ctx_t *ctx, ik_db_t *db,
                             const ik_account_t *account);

/*
 * Refuses the task's change if it was made for other settings than those of before, and account (before with the change)
 * has others again; else APR_SUCCESS, or a failure.
 */
apr_status_t ik_account_check_seen(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before,
                                   const ik_account_t *account);

/*
 * Writes account, which is held and was before. What was in force is kept if it had metadata and something of it
 * changes; when its certificates end is noted; where its metadata was fetched from is forgotten if it is another now; the sessions end if people have to sign
 * in at another identity provider from now on. Fills account of the task's result, and adds to the notes of its report (if
 * there is one) that the identity provider is shared. Has the audit log told of other keys.
 * APR_SUCCESS; IK_REFUSED with "entity_id_taken"; any other status is a failure.
 */
apr_status_t ik_account_save(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before, ik_account_t *account);

/*
 * Has the audit log told of what ik_account_save has written: the identity provider, and which settings are others
 * than before. If sessions have ended with that, it is told too.
 */
void ik_account_tell_saved(ik_account_task_t *task, ik_event_id_t id, const ik_account_t *before,
                           const ik_account_t *account);

/*
 * Has the audit log told (idp_keys_changed) if other signing keys count now than those of before, or where before has
 * no metadata, than those that were deleted. The first metadata of an account, and none any more, are no such change. For
 * who writes metadata without ik_account_save. APR_SUCCESS, or a failure.
 */
apr_status_t ik_account_tell_keys(ik_account_task_t *task, ik_db_t *db, const ik_account_t *before, const ik_account_t *account);

/* Notes that the identity provider of the account is another one's too, if it is. APR_SUCCESS, or a failure. */
apr_status_t ik_account_note_sharing(ik_account_task_t *task, ik_db_t *db, const ik_account_t *account);

/* What is kept of an account, replaced at 0; and the way back: account, which is not written yet, with what was kept. */
ik_previous_t ik_account_settings(const ik_account_t *account);
void ik_account_restore(ik_account_t *account, const ik_previous_t *settings);

#endif
