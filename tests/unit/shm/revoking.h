/* SPDX-License-Identifier: Apache-2.0 */
/* A table of revocations for unit tests, and what to ask it. */
#ifndef IK_TESTS_REVOKING_H
#define IK_TESTS_REVOKING_H

#include "../pool.h"

#include "model/clock.h"
#include "shm/revocations.h"

#define NOW APR_TIME_C(1800000000000000)
#define LATER (NOW + APR_TIME_C(3600000000))
#define FORGOTTEN(expires) ((expires) + IK_FORGET_AFTER)    /* when that is */

static inline ik_revocations_t *table_of(apr_size_t slots, apr_pool_t *p)
{
    ik_revocations_t *table;

    assert_int_equal(ik_revocations_create(&table, slots, p), APR_SUCCESS);
    ik_revocations_advance(table, 0);
    return table;
}

static inline ik_revocation_t revocation(ik_revocation_kind_t kind, const char *account, const char *subject,
                                         apr_int64_t position)
{
    return (ik_revocation_t){ kind, account, subject, position, LATER };
}

static inline apr_status_t enter(ik_revocations_t *table, ik_revocation_kind_t kind, const char *account,
                                 const char *subject, apr_int64_t position)
{
    ik_revocation_t entry = revocation(kind, account, subject, position);

    return ik_revocations_enter(table, &entry, NOW);
}

static inline ik_revoked_t check(const ik_revocations_t *table, const char *account, const char *email,
                                 const char *session, apr_int64_t position)
{
    ik_identity_t identity = { .session = session, .account = account, .email = email, .position = position };

    return ik_revocations_check(table, &identity);
}

static inline apr_size_t entries_of(const ik_revocations_t *table)
{
    apr_size_t entries, slots;
    apr_int64_t floor;

    ik_revocations_count(table, &entries, &slots, &floor);
    return entries;
}

static inline void assert_in_order(const ik_revocations_t *table)
{
    const char *wrong = ik_revocations_validate(table);

    if (wrong)
        fail_msg("%s", wrong);
}

#endif
