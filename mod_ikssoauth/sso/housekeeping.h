/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what is over, and how long ago each kind says (store/), in small batches, so that the database does not grow. */
#ifndef IK_SSO_HOUSEKEEPING_H
#define IK_SSO_HOUSEKEEPING_H

#include "sso/context.h"

#define IK_HOUSEKEEPING_EVERY apr_time_from_sec(30)     /* of a database, by one process of all its machines */
#define IK_HOUSEKEEPING_BATCH 500                       /* rows per transaction: logins wait behind one for some ms */

typedef struct ik_housekept_t {
    int assertions, revocations, held, drafts, invites, traces, warnings;   /* rows removed */
    int entries;                            /* of this machine's table */
} ik_housekept_t;

/*
 * Tidies this machine's table, and the database if it is this caller's turn there, and looks at certificates; in at most a
 * second or two, the rest is left to the next turn. APR_SUCCESS, or a failure: nothing is lost, the next turn goes on. *problem (unless problem
 * is NULL) is what the database said then, in ctx->p; "" otherwise.
 */
apr_status_t ik_housekeeping(ik_housekept_t *done, const ik_ctx_t *ctx, const char **problem);

#endif
