/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator does with accounts and their users: the same for the command line and the settings page. */
#ifndef IK_SSO_ACCOUNTS_H
#define IK_SSO_ACCOUNTS_H

#include "model/account.h"
#include "model/draft.h"
#include "model/source.h"
#include "model/user.h"
#include "model/user_page.h"
#include "saml/metadata.h"
#include "sso/context.h"

#define IK_ACCOUNT_NAME_MAX 256     /* bytes */
#define IK_ACCOUNT_DOMAINS_MAX 100

/* What to change in an account; NULL leaves a field as it is. */
typedef struct ik_account_change_t {
    const char *name;
    const char *entity_id;              /* "": back to the default (design 1.2) */
    const apr_array_header_t *domains;  /* const char *; empty, or one "": every domain */
    const apr_array_header_t *options;  /* const char *, "name=value" (model/option.h); the others stay as they are */
    const char *rules;                  /* of roles, as model/rule.h writes them; "": none */
    const char *metadata;               /* of metadata_len bytes, as it was pasted */
    apr_size_t metadata_len;
    apr_int64_t seen;                   /* of ik_accounts_get, before: refused if it is other by now; 0: whatever it is */
} ik_account_change_t;

/* How it went. Everything is in ctx->p. */
typedef struct ik_accounts_result_t {
    ik_account_t *account;              /* as it is now; NULL after a refusal */
    ik_metadata_report_t *report;       /* of the metadata that was given or is there; NULL if none */
    const ik_previous_t *previous;      /* of ik_accounts_get: what rolling back leads to; NULL: nothing */
    const ik_source_t *source;          /* of ik_accounts_get and ik_refresh_…: where its metadata is fetched from; NULL: nowhere */
    apr_int64_t seen;                   /* of ik_accounts_get: stands for the settings as they are now, below */
    const ik_key_use_t *key_use;        /* of ik_accounts_get: what verified the last login; NULL: none is known */
    int source_forgotten;               /* 1 if it was fetched from a URL until now, and is not any more */
    const char *digest;                 /* of ik_draft_outcome: of the settings that were asked about (model/draft.h) */
    int sessions_ended;                 /* 1 if what was done ended those of the account or user */
    /* Of a refusal, for programs: "not_found", "exists", "id_invalid", "name_invalid", "entity_id_invalid",
       "entity_id_taken", "domain_invalid", "option_invalid", "rules_invalid", "metadata_refused", "changed_meanwhile". */
    const char *code;
    const char *problem;                /* of a refusal or failure: a sentence that says what to do */
    const char *cause;                  /* of a refusal, for the operator alone: a sentence that says more; NULL: the problem says it all */
} ik_accounts_result_t;

/*
 * Each function: APR_SUCCESS; IK_REFUSED with code and problem; any other status is a failure, with problem.
 * What was saved survives the loss of power, and acts on every process with its next use of the account.
 *
 * "changed_meanwhile": somebody has decided something since the settings were looked at. What was looked at is told by seen,
 * a positive number: the version of the account; or, while its metadata is fetched from a URL, one made of all that people
 * decide (entity ID, domains, options, rules, the URL), so that what is fetched anew meanwhile counts as nobody's decision.
 * Nothing of it is lost then: such metadata is in no form, and stays as it is.
 */

apr_status_t ik_accounts_get(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id);

/* Adds an account, switched on. */
apr_status_t ik_accounts_add(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const ik_account_change_t *change);

/*
 * Metadata that cannot be used is refused and changes nothing; result->report says what is unusual about the rest. Other
 * metadata than before is fetched from no URL any more (sso/refresh.h); likewise of the two functions that follow.
 * "changed_meanwhile": what people see of the account is not change->seen, nor is it what change asks for already.
 */
apr_status_t ik_accounts_set(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                             const ik_account_change_t *change);

/*
 * What was in force before ik_accounts_set and ik_accounts_forget_metadata is kept (metadata, entity ID, domains,
 * options and rules; of what is without metadata, nothing): this makes it count again, and keeps what it replaces in its place.
 * Sessions end as with ik_accounts_set. Refused: "no_previous", "entity_id_taken", "metadata_refused"; "changed_meanwhile"
 * if the settings are not those that were looked at (0: whatever they are).
 */
apr_status_t ik_accounts_roll_back(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                   apr_int64_t seen);

/* Removes the metadata: single sign-on is off, the account and its users stay. */
apr_status_t ik_accounts_forget_metadata(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id);

apr_status_t ik_accounts_enable(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, int enabled);

/* Deletes the account with its users. */
apr_status_t ik_accounts_delete(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id);

/* The import report of metadata, without saving it: a problem is a refusal. */
apr_status_t ik_accounts_check(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *metadata, apr_size_t len);

/* The user of that e-mail address; codes besides: "email_invalid", "user_not_found". */
apr_status_t ik_accounts_user(ik_user_t **user, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                              const char *email);
apr_status_t ik_accounts_user_delete(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                     const char *email);

/* Lets the user sign in, or not; who is shut out has no session left. */
apr_status_t ik_accounts_user_enable(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                     const char *email, int enabled);

/* Ends all sessions of a user, or of the account (email NULL). Neither is changed: people may sign in again. */
apr_status_t ik_accounts_end_sessions(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                                      const char *email);

/* Lists, as arrays in ctx->p: ik_account_t * (without metadata), and ik_user_t * of one account. */
apr_status_t ik_accounts_list(apr_array_header_t **accounts, ik_accounts_result_t *result, const ik_ctx_t *ctx);
apr_status_t ik_accounts_users(apr_array_header_t **users, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                               const char *id);

/*
 * One page of them, in ctx->p. What is searched for is shortened to whole characters of at most IK_USER_SEARCH_MAX bytes;
 * an "after" or "before" that is no address counts as none.
 */
apr_status_t ik_accounts_user_page(ik_user_page_t **page, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                   const char *id, const ik_user_query_t *query);

#endif
