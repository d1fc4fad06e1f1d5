/* SPDX-License-Identifier: Apache-2.0 */
/* The life of identity providers' signing certificates: when they end is kept beside the accounts, and told in time. */
#ifndef IK_SSO_CERTIFICATES_H
#define IK_SSO_CERTIFICATES_H

#include "sso/context.h"

#define IK_CERTIFICATES_EVERY apr_time_from_sec(3600)   /* somebody looks, of all machines of a database */

/*
 * Notes when the signing certificates of the account's metadata end (none without metadata), as part of the transaction
 * that saves it: whoever writes metadata calls this.
 */
apr_status_t ik_certificates_keep(const ik_ctx_t *ctx, ik_db_t *db, const ik_account_t *account);

/*
 * If nobody has for IK_CERTIFICATES_EVERY: tells in the audit log (certificate_expires) and in the log of each certificate of
 * an enabled account that has at most 30, 7 or 1 days left, once for each of these numbers, the smallest that applies, among
 * all machines; and reads metadata that was saved before its certificates were kept. For whoever has the turn to keep house
 * (sso/housekeeping.h). In a second or so, the rest is left to the next turn. *told is how many. APR_SUCCESS, or a failure
 * with *said, what the database said, in ctx->p: nothing is lost. An expired certificate is not told of: that was done.
 */
apr_status_t ik_certificates_look(int *told, const ik_ctx_t *ctx, const char **said);

#endif
