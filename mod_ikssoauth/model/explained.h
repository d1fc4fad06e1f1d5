/* SPDX-License-Identifier: Apache-2.0 */
/* A captured response, explained: what a login would say of it now, and what it would have said when it was new. */
#ifndef IK_MODEL_EXPLAINED_H
#define IK_MODEL_EXPLAINED_H

#include "model/check.h"
#include "model/fix.h"

typedef struct ik_explained_t {
    const char *account;
    const char *form;                   /* what the response was found in: "XML", "a HAR file" (saml/captured.h) */
    const ik_checklist_t *list;         /* each check, as of now */
    apr_array_header_t *besides;        /* ik_checked_t, all failed: what a login would refuse besides the checks of the message */
    int accepted;                       /* 1: nothing failed, a login would succeed now */
    apr_time_t issued;                  /* when the message was made; 0: not known */
    const ik_checklist_t *then;         /* the checks as if it had come then, for the first time; NULL: its age changes nothing */
    int accepted_then;                  /* likewise; what accepted is where its age changes nothing */
    const char *answers;                /* the request that it answers (InResponseTo); NULL: none */
    apr_array_header_t *times;          /* const char *: each time that it states, and how long ago that was */
    const char *product;                /* of the account's identity provider; NULL: no metadata */
    ik_fix_values_t values;             /* for the fixes */
} ik_explained_t;

#endif
