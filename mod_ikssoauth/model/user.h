/* SPDX-License-Identifier: Apache-2.0 */
/* A user: one e-mail address within one account. */
#ifndef IK_MODEL_USER_H
#define IK_MODEL_USER_H

#include <apr_time.h>

typedef struct ik_user_t {
    const char *account;
    const char *email;          /* lower case */
    const char *name;
    const char *role;
    int enabled;
    apr_time_t first_login, last_login;
    const char *received;       /* what a role may come from (sso/received.h); NULL in lists: not read */
    const char *attributes;     /* the stored form of model/attribute.h; "" for none; NULL in lists: not read */
    apr_int64_t attributes_version;     /* grows when they change; 0 if there never were any */
} ik_user_t;

#endif
