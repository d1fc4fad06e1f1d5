/* SPDX-License-Identifier: Apache-2.0 */
/* The pending login (design 4.5): what a browser remembers, sealed, of a request that it was sent away with. */
#ifndef IK_SSO_PENDING_H
#define IK_SSO_PENDING_H

#include "sso/assurance.h"

#define IK_PENDING_LIFETIME apr_time_from_sec(600)
#define IK_PENDING_MAX 5                /* at a time in one browser, */
#define IK_PENDING_BYTES_MAX 3000       /* with values of so many characters in all: httpd reads 8,190 of all cookies */
#define IK_PENDING_COOKIE_MAX 2000      /* characters of one */
#define IK_PENDING_HANDLE_LEN 22        /* characters of A-Z a-z 0-9 - _ : names the cookie, and is the RelayState */

typedef struct ik_pending_t {
    const char *handle;
    const char *request;        /* the ID of our AuthnRequest */
    const char *account, *idp;  /* its account, and the entity ID of the identity provider it went to */
    const char *target;         /* absolute URL, allowed by R14 */
    int force_authn;            /* the authentication must be fresh: not before made */
    ik_assurance_t wanted;      /* what the answer has to fulfil */
    const char *draft;          /* a test sign-in (sso/draft.h): the id of what is tried; "" for a login */
    apr_time_t made;
} ik_pending_t;

/* A fresh request ID and handle; APR_EGENERAL without random bytes. */
apr_status_t ik_pending_name(ik_pending_t *pending, const ik_ctx_t *ctx);

/* 1 if handle has the shape of one; a browser may send anything in its place. */
int ik_pending_is_handle(const char *handle);

/* 1 if id has the shape of our request IDs, whoever made it up: what a dummy never has. */
int ik_pending_is_ours(const char *id);

/* The value of its cookie, in ctx->p. APR_SUCCESS; APR_ERANGE: does not fit into a cookie; APR_EGENERAL. */
apr_status_t ik_pending_seal(const char **value, const ik_ctx_t *ctx, const ik_pending_t *pending);

/*
 * Opens the cookie named by handle. APR_SUCCESS with *pending in ctx->p; APR_EINVAL: not sealed here for that handle,
 * or too old.
 */
apr_status_t ik_pending_open(ik_pending_t **pending, const ik_ctx_t *ctx, const char *handle, const char *value);

/* Of the pending logins (const ik_pending_t *; the list may be NULL) of a browser the one with that request, or handle. */
const ik_pending_t *ik_pending_of_request(const apr_array_header_t *browser, const char *request);
const ik_pending_t *ik_pending_of_handle(const apr_array_header_t *browser, const char *handle);

#endif
