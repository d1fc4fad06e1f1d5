/* SPDX-License-Identifier: Apache-2.0 */
/* Reads metadata of a service provider, such as ours as somebody else gets it. */
#ifndef IK_SAML_SP_READ_H
#define IK_SAML_SP_READ_H

#include <apr_pools.h>

typedef struct ik_sp_seen_t {
    const char *entity_id;      /* NULL where it is missing, as those below */
    const char *acs;            /* of the binding POST */
    const char *slo;            /* the first */
} ik_sp_seen_t;

/* 1 with *seen, in p; 0 if the bytes are no metadata of a service provider. */
int ik_sp_read(ik_sp_seen_t *seen, const char *bytes, apr_size_t len, apr_pool_t *p);

#endif
