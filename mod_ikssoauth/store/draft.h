/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of accounts that are tried, and those that were replaced. */
#ifndef IK_STORE_DRAFT_H
#define IK_STORE_DRAFT_H

#include "model/draft.h"
#include "store/db.h"

#define IK_DRAFT_LIFETIME apr_time_from_sec(24 * 3600)
#define IK_DRAFTS_MAX 10        /* of one account; the oldest go */

/* Keeps a draft (id, account, digest, made), untested. Only inside a transaction (else APR_EINVAL). */
apr_status_t ik_store_draft_put(const ik_draft_t *draft, ik_db_t *db, apr_pool_t *p);

/*
 * The draft of that id and that account, in p; draft->account has id, name, metadata, idp_entity_id, entity_id, domains,
 * options and rules. APR_NOTFOUND, also for one older than IK_DRAFT_LIFETIME.
 */
apr_status_t ik_store_draft_get(ik_draft_t **draft, ik_db_t *db, const char *account, const char *id, apr_time_t now,
                                apr_pool_t *p);

/* The newest draft of the account with that digest whose test is over; without account. APR_NOTFOUND. */
apr_status_t ik_store_draft_tested(ik_draft_t **draft, ik_db_t *db, const char *account, const char *digest,
                                   apr_time_t now, apr_pool_t *p);

/* Writes down what the test showed, once: APR_EEXIST if that was done before; APR_NOTFOUND. */
apr_status_t ik_store_draft_finish(ik_db_t *db, const char *account, const char *id, ik_draft_state_t state,
                                   const char *report, apr_pool_t *p);

/* Removes up to limit drafts that are older than IK_DRAFT_LIFETIME; *gone is how many. */
apr_status_t ik_store_draft_expire(int *gone, ik_db_t *db, apr_time_t now, int limit, apr_pool_t *p);

/* Keeps, or replaces, what was in force before the last change of the account. */
apr_status_t ik_store_previous_put(ik_db_t *db, const char *account, const ik_previous_t *previous, apr_pool_t *p);

/* APR_NOTFOUND if there is nothing to go back to. */
apr_status_t ik_store_previous_get(ik_previous_t **previous, ik_db_t *db, const char *account, apr_pool_t *p);

/* Forgets it. APR_SUCCESS also if there is none. */
apr_status_t ik_store_previous_forget(ik_db_t *db, const char *account, apr_pool_t *p);

#endif
