/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, users and import reports as values to show. */
#ifndef IK_CLI_DESCRIBE_H
#define IK_CLI_DESCRIBE_H

#include "cli/command.h"
#include "sso/invite.h"

/* Ends a use case: the outcome and the sentence of a refusal or failure. */
ik_exit_t ik_describe_outcome(ik_cli_t *cli, apr_status_t rv, const ik_accounts_result_t *result);

/* Everything about an account; report is of its metadata, or NULL. */
void ik_describe_account(ik_object_t *to, const ik_account_t *account, const ik_metadata_report_t *report,
                         apr_time_t now);

/* What there is to roll back to; NULL: nothing. */
void ik_describe_previous(ik_object_t *to, const ik_previous_t *previous);

/* Where its metadata is fetched from; NULL: nowhere. */
void ik_describe_source(ik_object_t *to, const ik_source_t *source);

/* Invitations that can still do something: ik_invite_t *. */
void ik_describe_invites(ik_object_t *to, const apr_array_header_t *invites, apr_time_t now);

/* A row of a list of accounts (source may be NULL), or of users. */
const ik_object_t *ik_describe_account_row(const ik_account_t *account, const ik_source_t *source, apr_time_t now,
                                           apr_pool_t *p);
const ik_object_t *ik_describe_user_row(const ik_user_t *user, apr_pool_t *p);

/* What has become of sessions, for the end of a sentence: "ended at once", or how long machines take. */
const char *ik_describe_end(const ik_cli_t *cli);

void ik_describe_user(ik_object_t *to, const ik_user_t *user);

/* The identity provider, and the notes; nothing for NULL. */
void ik_describe_report(ik_object_t *to, const ik_metadata_report_t *report, apr_time_t now);

#endif
