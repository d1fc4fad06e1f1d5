/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/trust_cache.c: built once per version, bounded, and never freed under a reader. */
#include "../fixture.h"

#include <apr_thread_proc.h>

#include "saml/own.h"
#include "sso/trust_cache.h"

static ik_account_t account_of(apr_pool_t *p, const char *id, apr_int64_t version)
{
    return (ik_account_t){ .id = id, .version = version, .metadata = fixture_read(p, "responses/accounts/acme.xml", NULL) };
}

static const ik_trust_t *get(ik_trust_cache_t *cache, const ik_account_t *account, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    const ik_trust_t *trust;

    assert_int_equal(ik_trust_cache_get(&trust, cache, account, p, &why), APR_SUCCESS);
    return trust;
}

static void builds_once_per_version(void **state)
{
    ik_account_t first = account_of(*state, "acme", 1), second = account_of(*state, "acme", 2);
    ik_trust_cache_t *cache;
    const ik_trust_t *trust;

    assert_int_equal(ik_trust_cache_create(&cache, *state), APR_SUCCESS);
    trust = get(cache, &first, *state);
    assert_ptr_equal(get(cache, &first, *state), trust);
    assert_ptr_not_equal(get(cache, &second, *state), trust);
    assert_string_equal(trust->idp->entity_id, "https://idp.acme.test/metadata");
}

static void refuses_an_account_without_usable_metadata(void **state)
{
    ik_account_t off = { .id = "off" }, broken = { .id = "broken", .metadata = "<html/>" };
    ik_refusal_t why = { .p = *state };
    ik_trust_cache_t *cache;
    const ik_trust_t *trust;

    assert_int_equal(ik_trust_cache_create(&cache, *state), APR_SUCCESS);
    assert_int_equal(ik_trust_cache_get(&trust, cache, &off, *state, &why), IK_REFUSED);
    assert_int_equal(why.reason, IK_REASON_SSO_DISABLED);
    assert_int_equal(ik_trust_cache_get(&trust, cache, &broken, *state, &why), IK_REFUSED);
}

/* More accounts than the cache holds, while an early one is still in use. */
static void forgets_the_least_used_and_keeps_what_is_held(void **state)
{
    ik_account_t account = account_of(*state, "held", 1);
    ik_trust_cache_t *cache;
    const ik_trust_t *held;
    apr_pool_t *p;
    int i;

    assert_int_equal(ik_trust_cache_create(&cache, *state), APR_SUCCESS);
    held = get(cache, &account, *state);
    for (i = 0; i < IK_TRUST_CACHE_MAX + 8; i++) {
        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        account.id = apr_psprintf(p, "account-%d", i);
        get(cache, &account, p);
        apr_pool_destroy(p);
    }
    account.id = "held";
    assert_ptr_not_equal(get(cache, &account, *state), held);
    assert_string_equal(held->idp->entity_id, "https://idp.acme.test/metadata");
}

typedef struct reader_t {
    ik_trust_cache_t *cache;
    ik_account_t accounts[4];
    int wrong;
} reader_t;

static void *APR_THREAD_FUNC read_often(apr_thread_t *thread, void *arg)
{
    reader_t *reader = arg;
    ik_refusal_t why = { 0 };
    const ik_trust_t *trust;
    apr_pool_t *p;
    int i;

    (void)thread;
    for (i = 0; i < 500; i++) {
        if (apr_pool_create_unmanaged_ex(&p, NULL, NULL) != APR_SUCCESS)
            break;
        why.p = p;
        if (ik_trust_cache_get(&trust, reader->cache, &reader->accounts[i % 4], p, &why) != APR_SUCCESS
            || trust->keys->nelts != 1)
            reader->wrong++;
        apr_pool_destroy(p);
    }
    return NULL;
}

static void serves_threads_that_change_versions(void **state)
{
    apr_thread_t *threads[4];
    reader_t readers[4];
    apr_status_t rv;
    int i, j;

    assert_int_equal(ik_trust_cache_create(&readers[0].cache, *state), APR_SUCCESS);
    for (i = 0; i < 4; i++) {
        readers[i].cache = readers[0].cache;
        readers[i].wrong = 0;
        for (j = 0; j < 4; j++)
            readers[i].accounts[j] = account_of(*state, j < 2 ? "a" : "b", i + j);
        assert_int_equal(apr_thread_create(&threads[i], NULL, read_often, &readers[i], *state), APR_SUCCESS);
    }
    for (i = 0; i < 4; i++) {
        apr_thread_join(&rv, threads[i]);
        assert_int_equal(readers[i].wrong, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(builds_once_per_version),
        pool_test(refuses_an_account_without_usable_metadata),
        pool_test(forgets_the_least_used_and_keeps_what_is_held),
        pool_test(serves_threads_that_change_versions),
    };

    return ik_saml_start() == APR_SUCCESS ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
