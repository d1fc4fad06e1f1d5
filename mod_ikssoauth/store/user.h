/* SPDX-License-Identifier: Apache-2.0 */
/* Users in the database: rows (account, e-mail). */
#ifndef IK_STORE_USER_H
#define IK_STORE_USER_H

#include <apr_tables.h>

#include "model/user.h"
#include "model/user_page.h"
#include "store/db.h"

/* The user, in p. APR_NOTFOUND. email must be normalised. */
apr_status_t ik_store_user_get(ik_user_t **user, ik_db_t *db, const char *account, const char *email, apr_pool_t *p);

/*
 * Inserts the user, or updates name, role, last_login, received and attributes (NULL: none) of the one that is there, and
 * nothing else of it. attributes_version becomes at least the one given, and greater than it was if the attributes change.
 */
apr_status_t ik_store_user_save(const ik_user_t *user, ik_db_t *db, apr_pool_t *p);

/* Allows or forbids the user to sign in. APR_NOTFOUND. */
apr_status_t ik_store_user_enable(ik_db_t *db, const char *account, const char *email, int enabled, apr_pool_t *p);

/*
 * The users of an account in order of e-mail, handed to each(arg, user) one by one; stops when it returns an error.
 * A user is gone after the call it is handed to.
 */
typedef apr_status_t ik_user_each_t(void *arg, const ik_user_t *user);
apr_status_t ik_store_user_each(ik_db_t *db, const char *account, ik_user_each_t *each, void *arg, apr_pool_t *p);

/*
 * Up to limit users of an account, those who signed in last first, with received: handed to each(arg, user) one by one, as
 * ik_store_user_each does.
 */
apr_status_t ik_store_user_received_each(ik_db_t *db, const char *account, int limit, ik_user_each_t *each, void *arg,
                                         apr_pool_t *p);

/*
 * One page of the users of an account, in p. The search runs over all of them (some 100 ms for 100,000), pages without
 * one cost the same wherever they are. query->search is at most IK_USER_SEARCH_MAX bytes.
 */
apr_status_t ik_store_user_page(ik_user_page_t **page, ik_db_t *db, const char *account, const ik_user_query_t *query,
                                apr_pool_t *p);

/* Deletes. APR_NOTFOUND. */
apr_status_t ik_store_user_delete(ik_db_t *db, const char *account, const char *email, apr_pool_t *p);

#endif
