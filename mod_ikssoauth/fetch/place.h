/* SPDX-License-Identifier: Apache-2.0 */
/* URLs that may be fetched, judged by the parser that is connected with (one parser, R1). */
#ifndef IK_FETCH_PLACE_H
#define IK_FETCH_PLACE_H

#include <apr_pools.h>

#define IK_PLACE_MAX 2048       /* bytes of a URL */

typedef struct ik_place_t {
    const char *host;           /* lower case; a literal of IPv6 in brackets */
    int port;
} ik_place_t;

/*
 * NULL and *place (in p), or a sentence that says why nothing is fetched from there: anything but https, no host, a name
 * and password, a fragment, white space or other bytes than printable ASCII, a port below 1024 that is not 443, or more
 * than IK_PLACE_MAX bytes. The sentence is safe to show to whoever has written the URL.
 */
const char *ik_place_read(ik_place_t *place, const char *url, apr_pool_t *p);

#endif
