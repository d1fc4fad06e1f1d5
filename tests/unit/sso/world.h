/* SPDX-License-Identifier: Apache-2.0 */
/* The world that tests/fixtures/responses/ was made for: its accounts in a database, its keys, its time. */
#ifndef IK_TESTS_WORLD_H
#define IK_TESTS_WORLD_H

#include "sso/context.h"

typedef struct world_t {
    apr_pool_t *p;
    const char *fixtures;       /* the directory */
    const char *database;       /* a directory of its own, removed with the world */
    ik_settings_t settings;
    ik_ctx_t ctx;               /* its pool is p: copy it with another pool for each use */
} world_t;

/* Builds it in p. NULL, with a message on stderr, when it cannot. */
world_t *world_make(apr_pool_t *p);

/* Likewise, of another directory of tests/fixtures/ that has the same files. */
world_t *world_make_of(const char *fixtures, apr_pool_t *p);

/* Hands every file of a directory of the fixtures to each(arg, name, bytes, len); returns how many there were. */
int world_each(const world_t *world, const char *directory,
               void (*each)(void *arg, const char *name, const char *bytes, apr_size_t len), void *arg);

/* The names of the directories that hold responses: reasons, and "accepted". An array of const char * in p. */
apr_array_header_t *world_reasons(const world_t *world, apr_pool_t *p);

/* A whole file, in p, with a NUL after it; NULL if it cannot be read. */
const char *world_read(const char *path, apr_size_t *len, apr_pool_t *p);

#endif
