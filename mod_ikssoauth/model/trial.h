/* SPDX-License-Identifier: Apache-2.0 */
/* Role rules that are tried on the people who signed in last, before they are saved. */
#ifndef IK_MODEL_TRIAL_H
#define IK_MODEL_TRIAL_H

#include <apr_tables.h>

/* Somebody who would not keep their role. */
typedef struct ik_trial_row_t {
    const char *email, *name;
    const char *before;             /* the role of the last login */
    const char *after;              /* that of the next one; NULL: it is refused */
    const char *detail;             /* which rule gives it; or why none does */
} ik_trial_row_t;

typedef struct ik_trial_t {
    int people;                     /* who were looked at */
    int unknown;                    /* of whom nobody can tell: what came with their last login is not kept */
    int all;                        /* 1: those are all people of the account */
    apr_array_header_t *changes;    /* ik_trial_row_t, who signed in last comes first */
} ik_trial_t;

#endif
