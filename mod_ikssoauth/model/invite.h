/* SPDX-License-Identifier: Apache-2.0 */
/* An invitation to the settings page of one account, for somebody who cannot sign in yet. */
#ifndef IK_MODEL_INVITE_H
#define IK_MODEL_INVITE_H

#include <apr_time.h>

typedef struct ik_invite_t {
    const char *id;             /* a digest of the token in the link, in hexadecimal: opens nothing */
    const char *account;
    const char *author;         /* e-mail of whoever made it; "" for the operator */
    apr_time_t made, expires;   /* until then it can be redeemed */
    apr_time_t used;            /* 0: not yet */
    apr_time_t revoked;         /* 0: not */
} ik_invite_t;

typedef enum {
    IK_INVITE_OPEN, IK_INVITE_USED, IK_INVITE_EXPIRED, IK_INVITE_REVOKED,
    IK_INVITE_DISABLED,         /* its account is; it is what it was once the account is enabled again */
    IK_INVITE_UNKNOWN           /* mistyped, cut off, or gone for long */
} ik_invite_state_t;

/* What the invitation is worth at now; never IK_INVITE_DISABLED or _UNKNOWN. What its account is like is for the caller to look at. */
ik_invite_state_t ik_invite_state(const ik_invite_t *invite, apr_time_t now);

#endif
