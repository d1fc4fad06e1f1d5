/* SPDX-License-Identifier: Apache-2.0 */
/* Leads messages of any kind through the pipeline, and aborts when a believed one lacks what later steps rely on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/sso/world.h"

#include "saml/response.h"
#include "store/account.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static apr_pool_t *top;
static world_t *world;
static ik_db_t *db;

static void must(int condition)
{
    if (!condition)
        abort();
}

/* APR's pools are mapped, where the leak checker does not look for pointers: what they own must go before it counts. */
static void close_world(void)
{
    apr_pool_destroy(top);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    must(apr_initialize() == APR_SUCCESS && apr_pool_create(&top, NULL) == APR_SUCCESS);
    world = world_make(top);
    must(world && ik_store_acquire(&db, world->ctx.store, top) == APR_SUCCESS);
    must(atexit(close_world) == 0);
    return 0;
}

static const ik_trust_t *trust_of(const char *account, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    const ik_trust_t *trust;
    ik_account_t *found;

    if (ik_store_account_get(&found, db, account, p) != APR_SUCCESS
        || ik_trust_cache_get(&trust, world->ctx.trusts, found, p, &why) != APR_SUCCESS)
        return NULL;
    return trust;
}

/* A believed assertion has what every later step relies on. */
static void check_believed(const ik_verified_t *verified)
{
    const ik_assertion_t *a = verified->assertion;

    must(a->id && *a->id && a->confirmations && a->audiences && a->attributes && a->session_index);
}

static apr_status_t open_assertion(ik_response_t *response, apr_pool_t *p, ik_refusal_t *why)
{
    const ik_trust_t *gate = trust_of("acme", p);

    must(gate != NULL);
    if (ik_response_needs_unlock(response) && ik_response_unlock(response, gate, 1, why) != APR_SUCCESS)
        return IK_REFUSED;
    return ik_response_open(response, world->settings.spkeys, why);
}

static void lead(const uint8_t *bytes, size_t len, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    ik_response_t *response;
    ik_verified_t *verified;
    const ik_trust_t *trust;
    const char *account;

    if (ik_response_parse(&response, (const char *)bytes, len, p, &why) != APR_SUCCESS
        || open_assertion(response, p, &why) != APR_SUCCESS
        || ik_response_account(&account, response, world->settings.claim_account, &why) != APR_SUCCESS)
        return;
    trust = trust_of(account, p);
    if (trust && ik_response_verify(&verified, response, trust, 1, &why) == APR_SUCCESS)
        check_believed(verified);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *p;

    must(apr_pool_create(&p, world->p) == APR_SUCCESS);
    lead(bytes, len, p);
    apr_pool_destroy(p);
    return 0;
}
