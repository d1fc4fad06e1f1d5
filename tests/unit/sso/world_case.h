/* SPDX-License-Identifier: Apache-2.0 */
/* What tests in a world (world.h) start with: a pool, a world, and its messages. */
#ifndef IK_TESTS_WORLD_CASE_H
#define IK_TESTS_WORLD_CASE_H

#include "../pool.h"
#include "world.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "sso/accounts.h"

/* apr_dbd keeps its drivers until the process ends, so APR starts once for all tests (main), not once for each. */
static inline int new_pool(void **state)
{
    return apr_pool_create((apr_pool_t **)state, NULL) == APR_SUCCESS ? 0 : -1;
}

static inline int drop_pool(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

#define world_test(name) cmocka_unit_test_setup_teardown(name, new_pool, drop_pool)

static inline world_t *world_of(void **state)
{
    world_t *world = world_make(*state);

    assert_non_null(world);
    return world;
}

/* The XML of "reason/name". */
static inline const char *world_message(const world_t *world, const char *name)
{
    const char *path = apr_pstrcat(world->p, world->fixtures, "/", name, ".xml", NULL), *xml;
    apr_size_t len;

    xml = world_read(path, &len, world->p);
    assert_non_null(xml);
    return xml;
}

/* Sets options of an account, "name=value" with spaces between. */
static inline void set_option(const world_t *world, const char *account, const char *option)
{
    const ik_account_change_t change = { .options = ik_text_words(world->p, option) };
    ik_accounts_result_t result;

    assert_int_equal(ik_accounts_set(&result, &world->ctx, account, &change), APR_SUCCESS);
}

/* text with the first occurrence of from as to. */
static inline const char *altered(const char *text, const char *from, const char *to, apr_pool_t *p)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    return apr_pstrcat(p, apr_pstrmemdup(p, text, (apr_size_t)(at - text)), to, at + strlen(from), NULL);
}

#endif
