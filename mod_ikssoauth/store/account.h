/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts in the database. */
#ifndef IK_STORE_ACCOUNT_H
#define IK_STORE_ACCOUNT_H

#include "model/account.h"
#include "store/db.h"

/* The account with that id, in p. APR_NOTFOUND if there is none; any other error is a failure. */
apr_status_t ik_store_account_get(ik_account_t **account, ik_db_t *db, const char *id, apr_pool_t *p);

/* The account whose own entity ID is uri. APR_NOTFOUND. */
apr_status_t ik_store_account_by_entity_id(ik_account_t **account, ik_db_t *db, const char *uri, apr_pool_t *p);

/* Up to limit accounts whose identity provider has that entity ID: an array of ik_account_t * in p, in order of id. */
apr_status_t ik_store_account_by_idp(apr_array_header_t **accounts, ik_db_t *db, const char *idp, int limit,
                                     apr_pool_t *p);

/*
 * Up to limit accounts that the (lower case) domain leads to: likewise. Of those, whether people can sign in
 * there is for the caller to look at.
 */
apr_status_t ik_store_account_by_domain(apr_array_header_t **accounts, ik_db_t *db, const char *domain, int limit,
                                        apr_pool_t *p);

/* Up to limit accounts in which that e-mail address (normalised) is an enabled user: likewise. */
apr_status_t ik_store_account_by_user(apr_array_header_t **accounts, ik_db_t *db, const char *email, int limit,
                                      apr_pool_t *p);

/*
 * The version of an account, 0 if it is disabled, held until the transaction that db is in ends: nobody else changes or
 * holds the account before, so logins to it and changes of it and its users come one after another. APR_NOTFOUND.
 */
apr_status_t ik_store_account_hold(apr_int64_t *version, ik_db_t *db, const char *id, apr_pool_t *p);

/* The same, with what is remembered of the key that verified its last login (store/idp_key.h), for one statement's price. */
typedef struct ik_account_held_t {
    apr_int64_t version;
    const char *key;            /* fingerprint of its certificate, in p; NULL: none is remembered */
    apr_time_t key_at;
} ik_account_held_t;
apr_status_t ik_store_account_hold_all(ik_account_held_t *held, ik_db_t *db, const char *id, apr_pool_t *p);

/*
 * All accounts in order of id (metadata and rules left NULL; first_end and last_end set), handed to each(arg, account) one by one; stops when it
 * returns an error. An account is gone after the call it is handed to.
 */
typedef apr_status_t ik_account_each_t(void *arg, const ik_account_t *account);
apr_status_t ik_store_account_each(ik_db_t *db, ik_account_each_t *each, void *arg, apr_pool_t *p);

/*
 * ik_store_account_by_domain finds the account by the domains on its list, and by no others; by this one no more. Whom a
 * domain leads to is the operator's to say: a change of the account alone leaves it as it is.
 */
apr_status_t ik_store_account_route(ik_db_t *db, const ik_account_t *account, apr_pool_t *p);
apr_status_t ik_store_account_unroute(ik_db_t *db, const char *id, const char *domain, apr_pool_t *p);

/* Inserts, and routes its domains. APR_EEXIST if the id, or the entity ID of another account, is taken. Sets version, created, changed. */
apr_status_t ik_store_account_insert(ik_account_t *account, ik_db_t *db, apr_time_t now, apr_pool_t *p);

/*
 * Writes every field but id and created, and raises version. APR_NOTFOUND; APR_EEXIST if another account has the
 * entity ID. What is read and written back needs one transaction around both.
 */
apr_status_t ik_store_account_update(ik_account_t *account, ik_db_t *db, apr_time_t now, apr_pool_t *p);

/* Deletes the account, its users and its traces. APR_NOTFOUND. */
apr_status_t ik_store_account_delete(ik_db_t *db, const char *id, apr_pool_t *p);

#endif
