/* SPDX-License-Identifier: Apache-2.0 */
/* What an account may have otherwise than usual: one row per option, the same for command line, page and database. */
#ifndef IK_MODEL_OPTION_H
#define IK_MODEL_OPTION_H

#include <apr_pools.h>
#include <apr_time.h>

/* What becomes of a response that nobody here asked for (R10). */
typedef enum { IK_UNSOLICITED_ACCEPT, IK_UNSOLICITED_BOUNCE, IK_UNSOLICITED_REFUSE } ik_unsolicited_t;

/* All zero: as usual. */
typedef struct ik_account_options_t {
    int unsolicited;        /* ik_unsolicited_t. "unsolicited": accept, bounce, refuse */
    int sign_requests;      /* "sign-requests": auto (when the metadata wants it), always */
    int force_authn;        /* "force-authn": off, on */
    int local_logout;       /* "logout-at-idp": on (0), off (1) */
    /* Tolerances end by themselves: 0, or the last day (in UTC, counted from 1970-01-01) on which they hold. */
    int dummy_request;      /* "dummy-request": an InResponseTo that is none of ours counts as none */
    int sha1;               /* "sha1": signatures with SHA-1 are verified (R5) */
} ik_account_options_t;

typedef struct ik_option_row_t {
    const char *name;               /* "unsolicited" */
    const char *const *values;      /* in the order of the numbers that stand for them; ends with NULL. NULL: a tolerance */
    const char *label;              /* a few words, for a form */
    const char *help;               /* a line for people: what it is for */
    apr_size_t offset;              /* of the int in ik_account_options_t */
} ik_option_row_t;

extern const ik_option_row_t ik_option_rows[];  /* ends with a NULL name */

#define IK_TOLERANCE_DAYS_MAX 366   /* how far ahead the end of a tolerance may be when it is set */

/*
 * Sets the option of that name. A tolerance takes "off" or its last day, "YYYY-MM-DD". NULL; or a sentence in p that
 * says what is wrong with name or value.
 */
const char *ik_option_set(ik_account_options_t *options, const char *name, const char *value, apr_pool_t *p);

/* The word for what the row's option is set to; the last day of a tolerance as "YYYY-MM-DD", in p. */
const char *ik_option_value(const ik_account_options_t *options, const ik_option_row_t *row, apr_pool_t *p);

/* 1 if the tolerance holds at now. */
int ik_option_tolerates(int last_day, apr_time_t now);

/* 1 if now is so far before the row's last day that it must not be set to it (IK_TOLERANCE_DAYS_MAX); 0 for other rows. */
int ik_option_is_too_far(const ik_account_options_t *options, const ik_option_row_t *row, apr_time_t now);

/* The stored form: "name=value" of each option that is not as usual, with spaces between; "" if all are. In p. */
const char *ik_option_text(const ik_account_options_t *options, apr_pool_t *p);

/* Reads the stored form; what a newer program may have written and is not known here is left out. */
void ik_option_read(ik_account_options_t *options, const char *text, apr_pool_t *p);

#endif
