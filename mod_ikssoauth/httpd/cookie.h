/* SPDX-License-Identifier: Apache-2.0 */
/* Our cookies, one row each, among a request's headers and a response's. */
#ifndef IK_HTTPD_COOKIE_H
#define IK_HTTPD_COOKIE_H

#include <httpd.h>

/* One per row of the table in cookie.c. */
typedef enum {
    IK_COOKIE_SESSION, IK_COOKIE_WHOSE, IK_COOKIE_ARRIVAL, IK_COOKIE_ACCOUNT, IK_COOKIE_ROUNDS, IK_COOKIE_HELD,
    IK_COOKIE_GUEST,
    IK_COOKIE_COUNT
} ik_cookie_t;

/* A pending login's: its name ends with the handle. */
typedef struct ik_login_cookie_t {
    const char *handle, *value;
} ik_login_cookie_t;

#define IK_LOGIN_COOKIES_READ 16    /* more than we set; what is beyond is left unread */

/* What a browser sent. NULL: not, or more than once: browsers send one, so somebody else wrote the other. */
typedef struct ik_cookies_t {
    const char *value[IK_COOKIE_COUNT];
    apr_array_header_t *logins;     /* ik_login_cookie_t */
} ik_cookies_t;

/* Takes all of ours out of headers, so that no backend and no log sees a credential. In p. */
void ik_cookies_take(ik_cookies_t *cookies, apr_table_t *headers, apr_pool_t *p);

/* 1 if there is not one of them. */
int ik_cookies_empty(const ik_cookies_t *cookies);

/*
 * Makes the response of r set a cookie, or remove it; one of that name that was set before is not sent. Keeps shared
 * caches from storing the response.
 */
void ik_cookie_set(request_rec *r, ik_cookie_t which, const char *value);
void ik_cookie_clear(request_rec *r, ik_cookie_t which);
void ik_cookie_set_login(request_rec *r, const char *handle, const char *value);
void ik_cookie_clear_login(request_rec *r, const char *handle);

#endif
