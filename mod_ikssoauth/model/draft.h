/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of an account that do not count: those that are tried before they are saved, and those that were replaced. */
#ifndef IK_MODEL_DRAFT_H
#define IK_MODEL_DRAFT_H

#include "model/account.h"
#include "model/check.h"

/* How far the test sign-in of a draft has come. The numbers are stored. */
typedef enum { IK_DRAFT_UNTESTED = 0, IK_DRAFT_PASSED = 1, IK_DRAFT_FAILED = 2 } ik_draft_state_t;

typedef struct ik_draft_t {
    const char *id;                     /* 22 characters of A-Z a-z 0-9 - _ */
    const ik_account_t *account;        /* as it would be: metadata, idp_entity_id, entity_id, domains, options, rules count */
    const char *digest;                 /* of those: two drafts with the same settings have the same one */
    ik_draft_state_t state;
    const char *report;                 /* what the test showed, in the stored form; "" before */
    apr_time_t made;
} ik_draft_t;

/* What was in force before the last change. */
typedef struct ik_previous_t {
    const char *entity_id, *metadata, *idp_entity_id;   /* metadata is never NULL; entity_id may be */
    apr_array_header_t *domains;                        /* const char * */
    ik_account_options_t options;
    const char *rules;                                  /* as in ik_account_t */
    apr_time_t replaced;
} ik_previous_t;

#endif
