/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody's web server answers, as it comes in: a few headers, and a body that ends soon enough. */
#ifndef IK_FETCH_ANSWER_H
#define IK_FETCH_ANSWER_H

#include <apr_pools.h>

#define IK_ANSWER_BYTES_MAX (768 * 1024)        /* of the body: as much as metadata may have */
#define IK_ANSWER_HEADERS_MAX (64 * 1024)       /* of all headers */
#define IK_ANSWER_ETAG_MAX 512

typedef struct ik_answer_t {
    apr_pool_t *p;
    const char *etag;                   /* "" if there is none, or one that cannot be sent back */
    apr_int64_t max_age;                /* of Cache-Control, in seconds; 0: not to be kept; -1: not stated */
    char *bytes;                        /* of the body, NUL-terminated */
    apr_size_t len;
    apr_size_t headers;                 /* bytes of them */
    const char *problem;                /* a sentence once something was refused: the rest is not wanted */
} ik_answer_t;

ik_answer_t *ik_answer_make(apr_pool_t *p);

/*
 * Takes a header line, with its end or without. 1, or 0 with problem: too many headers; Content-Encoding or
 * Transfer-Encoding that compress, which was not asked for. A status line begins a new answer, as after "100 Continue".
 */
int ik_answer_header(ik_answer_t *answer, const char *line, apr_size_t len);

/* Takes a part of the body. 1, or 0 with problem: more than IK_ANSWER_BYTES_MAX. */
int ik_answer_body(ik_answer_t *answer, const char *bytes, apr_size_t len);

#endif
