/* SPDX-License-Identifier: Apache-2.0 */
/* What has just been done, as a sentence for the top of an administrator's page. */
#ifndef IK_HTML_NOTICE_H
#define IK_HTML_NOTICE_H

/*
 * The sentence for a word ("saved", "deleted", "rolled-back", "tested", "invite-revoked", "left", "user-disabled",
 * "user-enabled", "user-deleted", "sessions-ended"); NULL for NULL and any other: it stands in an address that anybody may
 * have written.
 */
const char *ik_notice_sentence(const char *word);

#endif
