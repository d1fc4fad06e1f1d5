/* SPDX-License-Identifier: Apache-2.0 */
/* Every check of a response by itself, to show people all that is wrong and not only the first. Opens no session. */
#ifndef IK_SSO_CHECKLIST_H
#define IK_SSO_CHECKLIST_H

#include "model/account.h"
#include "model/check.h"
#include "sso/context.h"
#include "store/db.h"

#define IK_CHECKLIST_CLAIMS_MAX 50      /* claims that are shown, */
#define IK_CHECKLIST_VALUES_MAX 20      /* values of one: the last says how many there are besides */
#define IK_CHECKLIST_TEXT_MAX 1024      /* bytes of a value, a name, a detail; what is longer ends with "…" */

/* A time that a message states. */
typedef struct ik_time_seen_t {
    const char *name;
    apr_time_t at;
} ik_time_seen_t;

/* What a message says of itself, proven or not. */
typedef struct ik_seen_t {
    const char *id, *issuer;            /* of the assertion; NULL: not readable, or absent */
    apr_time_t issued;                  /* likewise; 0 */
    const char *answers;                /* the first InResponseTo; NULL: none */
    apr_array_header_t *times;          /* ik_time_seen_t; NULL: not readable */
} ik_seen_t;

/* What a response is held against. */
typedef struct ik_checklist_in_t {
    const char *saml_response;      /* the base64 field of an HTTP-POST binding */
    const ik_account_t *account;    /* its settings, or those of a draft */
    const char *request;            /* the ID of the request that it has to answer; NULL: none is known, check nothing */
    apr_time_t asked;               /* when that was sent: for the option force-authn. 0: not known */
    int captured;                   /* 1: nobody knows the request, but what answers none is held against the account's option */
    ik_seen_t *seen;                /* filled; NULL: nobody wants to know */
    int everything;                 /* 1: whoever asks has our keys, and sees whatever they open */
} ik_checklist_in_t;

/*
 * *list in ctx->p. APR_SUCCESS whatever the response is like; any other status is a failure of ours. What a failed
 * signature leaves unproven is looked at nevertheless, as if it were proven: to explain, never to decide. Runs the very
 * functions that a login runs. db: for the user. Writes nothing.
 * What came encrypted is shown only if a key of the account's metadata has signed it and it names this account, unless
 * everything: our keys open the messages of all accounts, for whoever presents them (R17). Otherwise what is inside
 * leaves no trace in the list or in->seen, and its checks are skipped with a detail.
 */
apr_status_t ik_checklist_make(ik_checklist_t **list, const ik_ctx_t *ctx, ik_db_t *db, const ik_checklist_in_t *in);

/*
 * The stored form (base64url of a packed record), in p; NULL for a list with longer texts than ik_checklist_make gives.
 * ik_checklist_read gives it back in p, or NULL for what is none.
 */
const char *ik_checklist_text(const ik_checklist_t *list, apr_pool_t *p);
ik_checklist_t *ik_checklist_read(const char *text, apr_pool_t *p);

#endif
