/* SPDX-License-Identifier: Apache-2.0 */
/* Fields one after another in a byte string: how a record travels inside a sealed cookie. */
#ifndef IK_BASE_PACK_H
#define IK_BASE_PACK_H

#include <apr_pools.h>

/* A growing byte string. Start with {p}; its bytes live in p. */
typedef struct ik_pack_t {
    apr_pool_t *p;
    unsigned char *bytes;
    apr_size_t len, size;
} ik_pack_t;

/* A position in a byte string that somebody else owns. After any failed read every further read fails too. */
typedef struct ik_unpack_t {
    const unsigned char *bytes;
    apr_size_t len, at;
    int failed;
} ik_unpack_t;

/* Appends a text (NULL as ""): two bytes of length, big-endian, then its bytes. APR_ERANGE above 65,535 bytes. */
apr_status_t ik_pack_text(ik_pack_t *to, const char *text);

/* Appends eight bytes, big-endian. */
void ik_pack_int(ik_pack_t *to, apr_int64_t value);

/* The next text, NUL-terminated in p; "" and failed set where there is none or where it holds a NUL. */
const char *ik_unpack_text(ik_unpack_t *from, apr_pool_t *p);

/* The next integer; 0 and failed set where there is none. */
apr_int64_t ik_unpack_int(ik_unpack_t *from);

/* 1 if every read succeeded and nothing is left over. */
int ik_unpack_done(const ik_unpack_t *from);

#endif
