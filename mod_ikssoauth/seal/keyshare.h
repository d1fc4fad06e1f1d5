/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a key file as it was read last, shared by the processes of a server: whoever meets the file broken, or
 * starts while it is, goes on with the keys that the others have.
 */
#ifndef IK_SEAL_KEYSHARE_H
#define IK_SEAL_KEYSHARE_H

#include "seal/keyfile.h"

typedef struct ik_keyshare_t ik_keyshare_t;     /* any process that came from the one that made it, any thread */

/* An empty share, gone with p. */
apr_status_t ik_keyshare_create(ik_keyshare_t **share, apr_pool_t *p);

/* This is what the file holds now. */
void ik_keyshare_put(ik_keyshare_t *share, const ik_keyfile_t *file);

/* What was put last, in p; the caller wipes it. APR_SUCCESS, or APR_NOTFOUND. */
apr_status_t ik_keyshare_get(ik_keyfile_t *file, const ik_keyshare_t *share, apr_pool_t *p);

#endif
