/* SPDX-License-Identifier: Apache-2.0 */
/* A database as this server uses it: prepared once, shared by hosts, opened by every child. */
#include "httpd/backend.h"

#include <unistd.h>

#include <ap_mpm.h>
#include <apr_strings.h>
#include <http_core.h>

#include "httpd/database.h"
#include "httpd/log_sink.h"

#define CONNECTIONS_MAX 8   /* to the database, per process: a login holds one for well under a millisecond */
#define BESIDE 1            /* for what is done beside requests */

/*
 * httpd starts by reading its configuration twice; the first time, a problem still makes the command that starts it
 * fail. So everything is tried both times, and only the database, which takes a process, not again the second time.
 */
static int is_prepared(const char *spec, server_rec *s, apr_pool_t *p)
{
    const char *key = apr_pstrcat(p, "ikssoauth:prepared:", spec, NULL);
    int first = ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG;
    void *prepared = NULL;

    apr_pool_userdata_get(&prepared, key, s->process->pool);
    apr_pool_userdata_setn(first ? "" : NULL, apr_pstrdup(s->process->pool, key), NULL, s->process->pool);
    return !first && prepared;
}

int ik_is_restart(void)
{
    int generation = 0;

    return ap_mpm_query(AP_MPMQ_GENERATION, &generation) == APR_SUCCESS && generation > 0;
}

/*
 * httpd keeps no configuration to go back to: a refusal at a restart would end the whole server, for a reason that it
 * may have served with until now. That helps nobody against whom the refusal is meant, and sessions are judged by the
 * table, which has been read. A database that was not served with before is another matter.
 */
static int may_go_on(const ik_backend_t *backend)
{
    return ik_is_restart() && ik_revocations_position(backend->tables->revocations) >= 0;
}

const char *ik_backend_prepare(const ik_backend_t *backend, apr_pool_t *ptemp)
{
    const char *problem, *warning;

    if (is_prepared(backend->spec, backend->server, ptemp))
        return NULL;
    problem = ik_database_prepare(&warning, backend->spec, backend->tables->revocations, backend->hosts, backend->server, ptemp);
    if (problem && !may_go_on(backend))
        return problem;
    if (problem)
        ik_log_server(backend->server, IK_LOG_ERROR, "IK0172", 0, "IkSSODatabase: %s; httpd goes on for now. Mend it: "
                      "once it is stopped, it would not start with this", problem);
    if (warning)
        ik_log_server(backend->server, IK_LOG_WARNING, "IK0103", 0, "IkSSODatabase: %s", warning);
    return NULL;
}

const char *ik_backend_make(ik_backend_t **made, const char *spec, server_rec *s, apr_pool_t *p, apr_pool_t *ptemp)
{
    ik_backend_t *backend = apr_pcalloc(p, sizeof(*backend));
    apr_status_t rv = ik_tables_of(&backend->tables, spec, s->process);

    if (rv != APR_SUCCESS)
        return apr_psprintf(ptemp, "there is no shared memory for the table of revocations: %pm", &rv);
    backend->spec = spec;
    backend->hosts = apr_array_make(p, 1, sizeof(ik_known_host_t));
    backend->server = s;
    *made = backend;
    return NULL;
}

static int connections(void)
{
    int threads = 1;

    if (ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads) != APR_SUCCESS || threads < 1)
        threads = 1;
    return threads + BESIDE < CONNECTIONS_MAX ? threads + BESIDE : CONNECTIONS_MAX;
}

static apr_status_t leave(void *arg)
{
    ik_backend_t *backend = arg;

    atomic_fetch_sub(&backend->users, 1);
    return APR_SUCCESS;
}

void ik_backend_enter(ik_backend_t *backend, apr_pool_t *p)
{
    atomic_fetch_add(&backend->users, 1);
    apr_pool_cleanup_register(p, backend, leave, apr_pool_cleanup_null);
}

/*
 * Before any pool of a child that ends is cleaned up. A child of prefork may do so in the handler of a signal that has
 * interrupted a request, in a statement or with a lock held (the allocator's, too): what waits for it would wait for
 * ever, and what closes a connection would do so in the middle of its use. So a process without threads ends right
 * here, as it is; what it shares with others is in order at every moment, for it may be killed at any. Elsewhere what is
 * in use is left alone.
 */
static apr_status_t leave_if_used(void *arg)
{
    const ik_backend_t *backend = arg;

    if (atomic_load(&backend->users) == 0)
        return APR_SUCCESS;
    if (!backend->threaded)
        _exit(0);
    if (backend->store)
        ik_store_leave(backend->store);
    ik_trust_cache_leave(backend->trusts);
    ik_attribute_cache_leave(backend->attributes);
    return APR_SUCCESS;
}

static apr_status_t open_all(ik_backend_t *backend, apr_pool_t *p, const char **problem)
{
    apr_status_t rv = ik_trust_cache_create(&backend->trusts, p);

    if (rv == APR_SUCCESS)
        rv = ik_attribute_cache_create(&backend->attributes, IK_ATTRIBUTE_CACHE_MAX, p);
    if (rv != APR_SUCCESS)
        return rv;
    if (ap_mpm_query(AP_MPMQ_IS_THREADED, &backend->threaded) != APR_SUCCESS)
        backend->threaded = 0;
    apr_pool_pre_cleanup_register(p, backend, leave_if_used);
    return ik_store_open(&backend->store, backend->spec, connections(), p, problem);
}

void ik_backend_open(ik_backend_t *backend, apr_pool_t *p)
{
    const char *problem = NULL;
    apr_status_t rv;

    /* The parent's copy has none, so what is there was made for an earlier host. */
    if (backend->trusts)
        return;
    rv = open_all(backend, p, &problem);
    if (rv == APR_SUCCESS)
        return;
    backend->store = NULL;
    ik_log_server(backend->server, IK_LOG_ERROR, "IK0107", rv, "this process cannot serve logins: %s",
                  problem ? problem : "the database cannot be opened");
}

ik_ctx_t ik_backend_ctx(const ik_backend_t *backend, apr_pool_t *p)
{
    ik_ctx_t ctx = {
        .p = p,
        .now = apr_time_now(),
        .settings = backend->settings,
        .store = backend->store,
        .trusts = backend->trusts,
        .revocations = backend->tables->revocations,
        .attributes = backend->attributes,
        .traces = backend->tables->traces,
        .audit = backend->audit,
        .log = ik_log_sink_server(backend->server, p),
    };

    return ctx;
}
