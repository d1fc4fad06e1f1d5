/* SPDX-License-Identifier: Apache-2.0 */
/* Makes, and finds again, what all processes of this machine's server share about one database. */
#include "httpd/tables.h"

#include <stdatomic.h>

#include <apr_strings.h>

#include "shm/segment.h"

/* How often each job must still succeed until it works again; 0 if it does. */
struct ik_failing_t {
    atomic_int left[IK_TURN_COUNT];
};

static apr_status_t make(ik_tables_t *tables, apr_pool_t *p)
{
    void *base;
    apr_status_t rv = ik_segment_create(&base, sizeof(*tables->failing), p);

    if (rv == APR_SUCCESS) {
        tables->failing = base;
        rv = ik_turns_create(&tables->turns, p);
    }
    if (rv == APR_SUCCESS)
        rv = ik_limits_create(&tables->limits, p);
    if (rv == APR_SUCCESS)
        rv = ik_traces_create(&tables->traces, p);
    if (rv == APR_SUCCESS)
        rv = ik_revocations_create(&tables->revocations, IK_REVOCATIONS_SLOTS, p);
    return rv;
}

apr_status_t ik_tables_of(const ik_tables_t **tables, const char *spec, process_rec *process)
{
    const char *key = apr_pstrcat(process->pool, "ikssoauth:tables:", spec, NULL);
    ik_tables_t *made;
    void *found = NULL;
    apr_status_t rv;

    apr_pool_userdata_get(&found, key, process->pool);
    *tables = found;
    if (found)
        return APR_SUCCESS;
    made = apr_pcalloc(process->pool, sizeof(*made));
    rv = make(made, process->pool);
    if (rv != APR_SUCCESS)
        return rv;
    *tables = made;
    return apr_pool_userdata_setn(made, key, NULL, process->pool);
}

int ik_tables_note(const ik_tables_t *tables, ik_turn_t job, int failed, int steady)
{
    atomic_int *left = &tables->failing->left[job];
    int before = atomic_load(left);

    if (failed)
        return atomic_exchange(left, steady) == 0;
    while (before > 0 && !atomic_compare_exchange_weak(left, &before, before - 1))
        ;
    return before == 1;
}
