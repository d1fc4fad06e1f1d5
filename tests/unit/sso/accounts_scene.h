/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of an administrator's doings start with: a context on a database, accounts, and changes of them. */
#ifndef IK_TESTS_SSO_ACCOUNTS_SCENE_H
#define IK_TESTS_SSO_ACCOUNTS_SCENE_H

#include <string.h>

#include <apr_strings.h>

#include "../fixture.h"
#include "../store/database.h"
#include "refusals.h"
#include "sso/accounts.h"

#define NOW 1800000000000000
#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

static inline ik_ctx_t context(const database_t *database)
{
    return (ik_ctx_t){ .p = database->p, .now = NOW, .store = database->store };
}

static inline ik_account_change_t with_metadata(const database_t *database, const char *name)
{
    ik_account_change_t change = { 0 };

    name = apr_pstrcat(database->p, "metadata/", name, NULL);
    change.metadata = fixture_read(database->p, name, &change.metadata_len);
    return change;
}

static inline void add(const database_t *database, const char *id, const ik_account_change_t *change)
{
    const ik_ctx_t ctx = context(database);
    const ik_account_change_t nothing = { 0 };
    ik_accounts_result_t result;

    if (ik_accounts_add(&result, &ctx, id, change ? change : &nothing) != APR_SUCCESS)
        fail_msg("%s: %s", id, result.problem);
}

/* The account with the metadata of that file. */
static inline void add_with(const database_t *database, const char *id, const char *metadata)
{
    const ik_account_change_t change = with_metadata(database, metadata);

    add(database, id, &change);
}

#endif
