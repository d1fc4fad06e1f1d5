/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches one document from the internet for somebody who must not see our own network through it (R19). */
#ifndef IK_FETCH_FETCH_H
#define IK_FETCH_FETCH_H

#include <apr_pools.h>

#define IK_FETCH_SECONDS 20             /* for all of it */
#define IK_FETCH_CONNECT_SECONDS 5      /* until a connection stands, with TLS */
#define IK_FETCH_REDIRECTS 3

typedef struct ik_fetch_t {
    const char *url;
    const char *etag;                   /* of the document that is there already; NULL or "": none */
    int (*is_over)(void *arg);          /* asked about every second; 1: nobody waits any more. NULL: never */
    void *arg;                          /* of is_over */
} ik_fetch_t;

typedef struct ik_fetched_t {
    int unchanged;                      /* 1: it is still the document of that etag, and bytes is NULL */
    const char *bytes;                  /* at most 768 KiB, NUL-terminated */
    apr_size_t len;
    const char *etag;                   /* "" if none */
    apr_int64_t max_age;                /* of Cache-Control, in seconds; 0: not to be kept; -1: not stated */
    const char *problem;                /* of what was refused: a sentence that is fit for whoever has chosen the URL */
    const char *cause;                  /* and one that is for the operator alone; NULL: the problem says it all */
} ik_fetched_t;

/*
 * APR_SUCCESS; IK_REFUSED with problem: the URL, where it leads, or how it is answered. APR_ENOMEM if libcurl cannot begin.
 * Everything is in p. Any thread.
 *
 * https only, the certificate held against the system's authorities (libcurl's default place) and the name; TLS 1.2 and
 * later. The very address that is connected to is judged (fetch/address.h), on every connection, so a name that changes
 * its mind gains nothing. Redirects are followed one by one, at most IK_FETCH_REDIRECTS, each judged like the first, and
 * lead to port 443 or the port they come from. No proxy, cookie, password or compression, whatever the environment says.
 *
 * The problem does not tell a name that nobody knows from one that leads to an address of our own; the cause does.
 */
apr_status_t ik_fetch(ik_fetched_t *fetched, const ik_fetch_t *wanted, apr_pool_t *p);

#endif
