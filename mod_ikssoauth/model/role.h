/* SPDX-License-Identifier: Apache-2.0 */
/* The roles a user can have. */
#ifndef IK_MODEL_ROLE_H
#define IK_MODEL_ROLE_H

#include <apr_pools.h>
#include <apr_tables.h>

/* The role that looks after an account (design 1.10). */
#define IK_ROLE_ADMINISTRATOR "account_administrator"

/* The six roles of ImageKit's dashboard, as an array of const char * in p: the default of IkSSORoles. */
apr_array_header_t *ik_role_defaults(apr_pool_t *p);

/* 1 if word may name a role: 1 to 64 of A-Z a-z 0-9 _ - . : */
int ik_role_is_valid(const char *word);

#endif
