/* SPDX-License-Identifier: Apache-2.0 */
/* A trace: what is remembered of a refused login, so that somebody can mend it. Holds no credential (R20). */
#ifndef IK_MODEL_TRACE_H
#define IK_MODEL_TRACE_H

#include <apr_time.h>

#include "model/refusal.h"

#define IK_TRACE_ID_LEN 22
#define IK_TRACE_DETAIL_MAX 1000    /* bytes; likewise of issuer. What is longer is cut at a character's border */

typedef struct ik_trace_t {
    const char *id;             /* as on the page and in the log */
    const char *account;        /* as the message names it, if that is an account; "": not known */
    apr_time_t at;
    ik_reason_t reason;
    const char *endpoint;       /* its name: "consume", "login", "logout" … */
    const char *issuer;         /* as it came, "" if none */
    const char *detail;         /* what came and what was expected */
    const char *client;         /* address */
    int verified;               /* the account's own identity provider has signed it, and it came for the first time */
} ik_trace_t;

#endif
