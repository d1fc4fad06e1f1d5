/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/attribute_cache.c: never an older version, never more than so many bytes, by any number of threads. */
#include "../pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "sso/attribute_cache.h"

#define NOW apr_time_from_sec(1800000000)
#define SECONDS(n) apr_time_from_sec(n)

static ik_attribute_cache_t *make(apr_size_t max, apr_pool_t *p)
{
    ik_attribute_cache_t *cache;

    assert_int_equal(ik_attribute_cache_create(&cache, max, p), APR_SUCCESS);
    return cache;
}

static const char *get_at(ik_attribute_cache_t *cache, const char *email, apr_int64_t version, apr_time_t now,
                          int *fresh, apr_pool_t *p)
{
    const char *text = ik_attribute_cache_get(fresh, cache, "acme", email, version, now, p);

    return text ? text : "(none)";
}

static const char *get(ik_attribute_cache_t *cache, const char *email, apr_int64_t version, apr_pool_t *p)
{
    int fresh;

    return get_at(cache, email, version, NOW, &fresh, p);
}

static void keeps_users_apart(void **state)
{
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);
    int fresh;

    ik_attribute_cache_put(cache, "acme", "ann@acme.test", 1, "A=1\n", NOW);
    ik_attribute_cache_put(cache, "acme", "bob@acme.test", 1, "A=2\n", NOW);
    ik_attribute_cache_put(cache, "other", "ann@acme.test", 1, "A=3\n", NOW);
    assert_string_equal(get(cache, "ann@acme.test", 1, *state), "A=1\n");
    assert_string_equal(get(cache, "bob@acme.test", 1, *state), "A=2\n");
    assert_string_equal(ik_attribute_cache_get(&fresh, cache, "other", "ann@acme.test", 1, NOW, *state), "A=3\n");
    assert_string_equal(get(cache, "eve@acme.test", 1, *state), "(none)");
    assert_null(ik_attribute_cache_get(&fresh, cache, "acme/ann", "acme.test", 1, NOW, *state));
}

static void gives_no_older_version(void **state)
{
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);

    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW);
    assert_string_equal(get(cache, "ann", 6, *state), "(none)");
    assert_string_equal(get(cache, "ann", 5, *state), "A=5\n");
    assert_string_equal(get(cache, "ann", 4, *state), "A=5\n");
}

static void keeps_the_later_version(void **state)
{
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);

    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW);
    ik_attribute_cache_put(cache, "acme", "ann", 4, "A=4\n", NOW + SECONDS(1));
    assert_string_equal(get(cache, "ann", 1, *state), "A=5\n");
    ik_attribute_cache_put(cache, "acme", "ann", 7, "A=7, which is longer\n", NOW);
    assert_string_equal(get(cache, "ann", 6, *state), "A=7, which is longer\n");
}

/* What was read when the cache asked again is right, whatever was there before: a backup was restored. */
static void takes_an_older_version_once_its_own_is_old(void **state)
{
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);

    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW);
    ik_attribute_cache_put(cache, "acme", "ann", 4, "A=4\n", NOW + SECONDS(59));
    assert_string_equal(get(cache, "ann", 1, *state), "A=5\n");
    ik_attribute_cache_put(cache, "acme", "ann", 4, "A=4\n", NOW + SECONDS(60));
    assert_string_equal(get(cache, "ann", 1, *state), "A=4\n");
    ik_attribute_cache_put(cache, "acme", "ann", 3, "A=3\n", NOW);     /* and a clock that was set back */
    assert_string_equal(get(cache, "ann", 1, *state), "A=3\n");
}

static void complains_now_and_then(void **state)
{
    static const struct {
        int seconds, may;
    } rows[] = { { 0, 1 }, { 0, 0 }, { 9, 0 }, { 10, 1 }, { 19, 0 }, { 20, 1 }, { 5, 1 }, { 6, 0 } };
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(ik_attribute_cache_may_complain(cache, NOW + SECONDS(rows[i].seconds)), rows[i].may);
}

static void forgets_what_it_is_told_to(void **state)
{
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);

    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW);
    ik_attribute_cache_put(cache, "acme", "bob", 5, "A=6\n", NOW);
    ik_attribute_cache_forget(cache, "acme", "ann", *state);
    ik_attribute_cache_forget(cache, "acme", "nobody", *state);
    assert_string_equal(get(cache, "ann", 1, *state), "(none)");
    assert_string_equal(get(cache, "bob", 1, *state), "A=6\n");
    /* So that a user who was deleted and comes again may start with a smaller version. */
    ik_attribute_cache_put(cache, "acme", "ann", 1, "A=1\n", NOW);
    assert_string_equal(get(cache, "ann", 1, *state), "A=1\n");
}

static void sends_one_at_a_time_to_ask_when_it_is_old(void **state)
{
    static const struct {
        int seconds, fresh;
    } rows[] = { { 0, 1 }, { 59, 1 }, { 60, 0 }, { 60, 1 }, { 64, 1 }, { 65, 0 }, { 66, 1 }, { 3600, 0 } };
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);
    apr_size_t i;
    int fresh;

    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW);
    for (i = 0; i < ROWS(rows); i++) {
        assert_string_equal(get_at(cache, "ann", 5, NOW + SECONDS(rows[i].seconds), &fresh, *state), "A=5\n");
        if (fresh != rows[i].fresh)
            fail_msg("after %d s: fresh is %d", rows[i].seconds, fresh);
    }
    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW + SECONDS(3600));
    get_at(cache, "ann", 5, NOW + SECONDS(3659), &fresh, *state);
    assert_int_equal(fresh, 1);
}

static void asks_again_when_the_clock_was_set_back(void **state)
{
    ik_attribute_cache_t *cache = make(IK_ATTRIBUTE_CACHE_MAX, *state);
    int fresh;

    ik_attribute_cache_put(cache, "acme", "ann", 5, "A=5\n", NOW);
    get_at(cache, "ann", 5, NOW - SECONDS(1), &fresh, *state);
    assert_int_equal(fresh, 1);
    get_at(cache, "ann", 5, NOW - SECONDS(3600), &fresh, *state);
    assert_int_equal(fresh, 0);
}

static const char *filled(apr_pool_t *p, apr_size_t len)
{
    char *text = apr_pcalloc(p, len + 1);

    memset(text, 'x', len);
    return text;
}

/* Three of 30,000 bytes fit into 100,000; the fourth drives out the one that was used least recently. */
static void drops_the_least_recently_used(void **state)
{
    ik_attribute_cache_t *cache = make(100000, *state);
    const char *text = filled(*state, 30000);

    ik_attribute_cache_put(cache, "acme", "a", 1, text, NOW);
    ik_attribute_cache_put(cache, "acme", "b", 1, text, NOW);
    ik_attribute_cache_put(cache, "acme", "c", 1, text, NOW);
    assert_string_equal(get(cache, "a", 1, *state), text);
    ik_attribute_cache_put(cache, "acme", "d", 1, text, NOW);
    assert_string_equal(get(cache, "b", 1, *state), "(none)");
    assert_string_equal(get(cache, "a", 1, *state), text);
    assert_string_equal(get(cache, "c", 1, *state), text);
    assert_string_equal(get(cache, "d", 1, *state), text);
}

static void keeps_nothing_larger_than_itself(void **state)
{
    ik_attribute_cache_t *cache = make(1000, *state);

    ik_attribute_cache_put(cache, "acme", "small", 1, "A=1\n", NOW);
    ik_attribute_cache_put(cache, "acme", "large", 1, filled(*state, 1000), NOW);
    assert_string_equal(get(cache, "large", 1, *state), "(none)");
    assert_string_equal(get(cache, "small", 1, *state), "A=1\n");
}

/* The memory of the process, while far more passes through the cache than it holds. */
static long resident_pages(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    char line[128] = "";
    char *at = line;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    fclose(file);
    (void)strtol(at, &at, 10);
    return strtol(at, NULL, 10);
}

static void gives_memory_back(void **state)
{
    ik_attribute_cache_t *cache = make(1000000, *state);
    const char *text = filled(*state, 40000);
    char email[32];
    long before = 0;
    int i;

    for (i = 0; i < 20000; i++) {
        apr_snprintf(email, sizeof(email), "user-%d", i);
        ik_attribute_cache_put(cache, "acme", email, 1, text, NOW);
        if (i == 2000)
            before = resident_pages();
    }
    /* 18,000 texts more are 720 MB. Sanitizers put off what is freed, up to 256 MB of it. */
    assert_true((resident_pages() - before) * sysconf(_SC_PAGESIZE) < 360L * 1000 * 1000);
}

typedef struct worker_t {
    ik_attribute_cache_t *cache;
    unsigned seed;
    int wrong;
} worker_t;

/* A text that says whose it is, and of which version: whoever gets another one sees it. */
static const char *text_for(int user, int version, apr_pool_t *p)
{
    return apr_psprintf(p, "USER=%d\nVERSION=%d\n%s", user, version, filled(p, (apr_size_t)(user * 37 + version)));
}

static void use_once(worker_t *worker, apr_pool_t *p)
{
    int user = (int)(rand_r(&worker->seed) % 40), version = (int)(rand_r(&worker->seed) % 20), got_user, got, fresh;
    const char *email = apr_psprintf(p, "user-%d", user), *text;
    unsigned what = (unsigned)rand_r(&worker->seed) % 20;

    if (what == 0) {
        ik_attribute_cache_forget(worker->cache, "acme", email, p);
        return;
    }
    if (what < 8) {
        ik_attribute_cache_put(worker->cache, "acme", email, version, text_for(user, version, p), NOW);
        return;
    }
    text = ik_attribute_cache_get(&fresh, worker->cache, "acme", email, version, NOW + SECONDS(what * 5), p);
    if (text && (sscanf(text, "USER=%d VERSION=%d", &got_user, &got) != 2 || got_user != user || got < version
                 || strcmp(text, text_for(user, got, p)) != 0))
        worker->wrong++;
}

static void *APR_THREAD_FUNC work(apr_thread_t *thread, void *arg)
{
    worker_t *worker = arg;
    apr_pool_t *p;
    int i;

    (void)thread;
    if (apr_pool_create_unmanaged_ex(&p, NULL, NULL) != APR_SUCCESS)
        worker->wrong++;
    for (i = 0; i < 5000 && !worker->wrong; i++) {
        use_once(worker, p);
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void serves_threads_that_read_write_and_forget(void **state)
{
    worker_t workers[8];
    apr_thread_t *threads[8];
    apr_status_t rv;
    unsigned i;

    workers[0].cache = make(20000, *state);
    for (i = 0; i < 8; i++) {
        workers[i] = (worker_t){ .cache = workers[0].cache, .seed = i };
        assert_int_equal(apr_thread_create(&threads[i], NULL, work, &workers[i], *state), APR_SUCCESS);
    }
    for (i = 0; i < 8; i++) {
        apr_thread_join(&rv, threads[i]);
        assert_int_equal(workers[i].wrong, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(keeps_users_apart),
        pool_test(gives_no_older_version),
        pool_test(keeps_the_later_version),
        pool_test(takes_an_older_version_once_its_own_is_old),
        pool_test(complains_now_and_then),
        pool_test(forgets_what_it_is_told_to),
        pool_test(sends_one_at_a_time_to_ask_when_it_is_old),
        pool_test(asks_again_when_the_clock_was_set_back),
        pool_test(drops_the_least_recently_used),
        pool_test(keeps_nothing_larger_than_itself),
        pool_test(gives_memory_back),
        pool_test(serves_threads_that_read_write_and_forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
