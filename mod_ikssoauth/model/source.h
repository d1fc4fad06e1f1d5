/* SPDX-License-Identifier: Apache-2.0 */
/* Where an account's metadata is fetched from, again and again. */
#ifndef IK_MODEL_SOURCE_H
#define IK_MODEL_SOURCE_H

#include <apr_time.h>

typedef struct ik_source_t {
    const char *account;
    const char *url;                /* https */
    const char *etag;               /* of the last answer; "" if none */
    apr_time_t next;                /* when it is fetched again */
    apr_time_t fetched;             /* the last time it was answered with metadata that can be used, or not changed; 0: never */
    const char *failure;            /* why the last attempt failed, a sentence for the account's people; "" if it did not */
    const char *cause;              /* the same for the operator alone, who may know more (fetch/fetch.h) */
    apr_time_t failing_since;       /* 0: it is not */
} ik_source_t;

#endif
