/* SPDX-License-Identifier: Apache-2.0 */
/* One page of the users of an account, and which users it is to show. */
#ifndef IK_MODEL_USER_PAGE_H
#define IK_MODEL_USER_PAGE_H

#include <apr_tables.h>

#include "model/user.h"

#define IK_USER_PAGE_MAX 50         /* users on a page */
#define IK_USER_SEARCH_MAX 254      /* bytes of what is searched for */

typedef struct ik_user_query_t {
    const char *search;             /* part of address or name, in whatever (ASCII) case; "" for all */
    const char *after, *before;     /* addresses: the page that follows, or precedes, this user; at most one; else NULL */
} ik_user_query_t;

typedef struct ik_user_page_t {
    apr_array_header_t *users;      /* ik_user_t *, in order of address, at most IK_USER_PAGE_MAX; no attributes */
    apr_int64_t found;              /* users that search finds, on all pages */
    apr_int64_t total;              /* users of the account */
    int more_before, more_after;    /* 1 if there is a page on that side */
} ik_user_page_t;

#endif
