/* SPDX-License-Identifier: Apache-2.0 */
/* What most unit tests start with: cmocka with the headers it wants, and a pool per test as *state. */
#ifndef IK_TESTS_POOL_H
#define IK_TESTS_POOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_pools.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* A test that finds a fresh pool in *state. */
#define pool_test(name) cmocka_unit_test_setup_teardown(name, pool_setup, pool_teardown)

static inline int pool_setup(void **state)
{
    apr_pool_t *p;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS)
        return -1;
    *state = p;
    return 0;
}

static inline int pool_teardown(void **state)
{
    apr_pool_destroy(*state);
    apr_terminate();
    return 0;
}

#endif
