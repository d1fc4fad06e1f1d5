/* SPDX-License-Identifier: Apache-2.0 */
/* An account: one customer of the dashboard, with the identity provider its people sign in at. */
#ifndef IK_MODEL_ACCOUNT_H
#define IK_MODEL_ACCOUNT_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "model/option.h"

typedef struct ik_account_t {
    const char *id;                 /* the "ImageKit ID" */
    const char *name;               /* for people; may be "" */
    const char *entity_id;          /* its own SP entity ID (Audience, Recipient, Destination), or NULL: the default */
    int enabled;
    apr_int64_t version;            /* grows with every change of the row, so that caches notice */
    const char *metadata;           /* the IdP's metadata as it was saved, or NULL: single sign-on is off */
    const char *idp_entity_id;      /* out of metadata; NULL with it */
    apr_array_header_t *domains;    /* const char *, lower case; empty: any e-mail domain */
    ik_account_options_t options;
    const char *rules;              /* of roles, in the stored form of model/rule.h; "" for none, NULL in lists */
    apr_time_t created, changed;
    apr_time_t first_end, last_end; /* in lists: when the first and the last of its signing certificates end; 0: not known */
} ik_account_t;

/* 1 if id may name an account: 1 to 64 of A-Z a-z 0-9 . _ - and not starting with '.' or '-'. */
int ik_account_id_is_valid(const char *id);

/* 1 if uri may be an account's own entity ID: 1 to 1,024 printable ASCII characters starting with "https://". */
int ik_account_entity_id_is_valid(const char *uri);

#endif
