/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing: what was sealed opens, for its scope and with its key, and nothing else does. */
#include <pthread.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "seal/seal.h"
#include "../pool.h"

#define OLD "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define NEW "fedcba98 1700000001 Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA\n"
#define FOREIGN "0a1b2c3d 1700000000 Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA\n"

/* Made by another implementation (python3-cryptography) with the key OLD and the nonce 64..6f (docs/cookie.md). */
#define DAWN "AQobLD1kZWZnaGlqa2xtbm8pb6oHGoJ2_0pCO4mtCw9tehx9cR4Bp8Rh0KJcAKs"
#define NOTHING "AQobLD1kZWZnaGlqa2xtbm8ZPrZe7s5Pwrf0ZpDzkxkK"
#define VERSION_2 "AgobLD1kZWZnaGlqa2xtbm8pb6oHGoJ2_0pCO4mtCwpLs7vQYHn9q7vY0M-82yo"

#define NOW apr_time_from_sec(1800000000)
#define OVERHEAD 33

static const ik_seal_scope_t session = { "session", "https://imagekit.io" };

static ik_keyring_t *ring_of(const char *text, apr_pool_t *p)
{
    ik_keyring_t *ring;
    const char *problem;

    assert_int_equal(ik_keyring_parse(&ring, text, strlen(text), "test", p, &problem), APR_SUCCESS);
    return ring;
}

static void assert_opens(const ik_keyring_t *ring, const char *text, const char *expected, apr_pool_t *p)
{
    const unsigned char *bytes;
    apr_size_t len;

    assert_int_equal(ik_unseal(&bytes, &len, ring, &session, text, p), APR_SUCCESS);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(bytes, expected, len);
}

static void assert_stays_shut(const ik_keyring_t *ring, const ik_seal_scope_t *scope, const char *text, apr_pool_t *p)
{
    const unsigned char *bytes = (const unsigned char *)"";
    apr_size_t len = 7;

    assert_int_equal(ik_unseal(&bytes, &len, ring, scope, text, p), APR_EINVAL);
    assert_null(bytes);
    assert_int_equal(len, 0);
}

static const char *sealed(const ik_keyring_t *ring, const char *plain, apr_pool_t *p)
{
    const char *text;

    assert_int_equal(ik_seal(&text, ring, NOW, &session, (const unsigned char *)plain, strlen(plain), p), APR_SUCCESS);
    return text;
}

static void opens_what_another_implementation_sealed(void **state)
{
    const ik_keyring_t *ring = ring_of(OLD, *state);

    assert_opens(ring, DAWN, "attack at dawn", *state);
    assert_opens(ring, NOTHING, "", *state);
}

static void opens_what_it_sealed_whatever_its_length(void **state)
{
    static const apr_size_t lengths[] = { 0, 1, 2, 3, 15, 16, 17, 255, 2764, 65534, IK_SEAL_MAX };
    const ik_keyring_t *ring = ring_of(OLD, *state);
    unsigned char *plain = apr_palloc(*state, IK_SEAL_MAX);
    apr_size_t i;

    for (i = 0; i < IK_SEAL_MAX; i++)
        plain[i] = (unsigned char)(i * 31);
    for (i = 0; i < ROWS(lengths); i++) {
        const unsigned char *bytes;
        const char *text;
        apr_size_t len;

        assert_int_equal(ik_seal(&text, ring, NOW, &session, plain, lengths[i], *state), APR_SUCCESS);
        assert_int_equal(strlen(text), ((lengths[i] + OVERHEAD) * 4 + 2) / 3);
        assert_int_equal(ik_unseal(&bytes, &len, ring, &session, text, *state), APR_SUCCESS);
        assert_int_equal(len, lengths[i]);
        assert_memory_equal(bytes, plain, len);
    }
}

static void refuses_to_seal_more_than_the_maximum(void **state)
{
    const char *text = "";

    assert_int_equal(ik_seal(&text, ring_of(OLD, *state), NOW, &session, apr_pcalloc(*state, IK_SEAL_MAX + 1),
                             IK_SEAL_MAX + 1, *state), APR_ERANGE);
    assert_null(text);
}

static void seals_the_same_bytes_differently_every_time(void **state)
{
    const ik_keyring_t *ring = ring_of(OLD, *state);

    assert_string_not_equal(sealed(ring, "same", *state), sealed(ring, "same", *state));
}

static void shows_version_and_key_id_in_clear_and_nothing_else(void **state)
{
    const unsigned char *bytes;
    apr_size_t len;

    ik_decode_base64url(&bytes, &len, sealed(ring_of(OLD NEW, *state), "in clear?", *state), *state);
    assert_memory_equal(bytes, "\x01\xfe\xdc\xba\x98", 5);
    assert_null(memmem(bytes, len, "in clear?", 9));
}

static void refuses_every_changed_bit(void **state)
{
    const ik_keyring_t *ring = ring_of(OLD NEW, *state);
    const unsigned char *bytes;
    unsigned char *changed;
    apr_size_t len, bit;

    ik_decode_base64url(&bytes, &len, DAWN, *state);
    changed = apr_pmemdup(*state, bytes, len);
    for (bit = 0; bit < len * 8; bit++) {
        changed[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_stays_shut(ring, &session, ik_encode_base64url(*state, changed, len), *state);
        changed[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_opens(ring, ik_encode_base64url(*state, changed, len), "attack at dawn", *state);
}

static void refuses_every_shortening_and_every_extension(void **state)
{
    const ik_keyring_t *ring = ring_of(OLD, *state);
    const unsigned char *bytes;
    unsigned char *longer;
    apr_size_t len, n;

    ik_decode_base64url(&bytes, &len, DAWN, *state);
    longer = apr_pcalloc(*state, len + 40);
    memcpy(longer, bytes, len);
    for (n = 0; n < len + 40; n++) {
        if (n != len)
            assert_stays_shut(ring, &session, ik_encode_base64url(*state, longer, n), *state);
    }
    for (n = 0; n < strlen(DAWN); n++)
        assert_stays_shut(ring, &session, apr_pstrmemdup(*state, DAWN, n), *state);
}

static void refuses_text_that_is_not_a_sealed_one(void **state)
{
    static const char *const rows[] = {
        "", "A", "deleted", VERSION_2, DAWN "=", DAWN "A", " " DAWN, DAWN "\n", "\"" DAWN "\"",
        "AQobLD1kZWZnaGlqa2xtbm8pb6oHGoJ2/0pCO4mtCw9tehx9cR4Bp8Rh0KJcAKs",
        "\xc3\xa4\xc3\xb6\xc3\xbc\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    const ik_keyring_t *ring = ring_of(OLD, *state);
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_stays_shut(ring, &session, rows[i], *state);
}

static void refuses_text_longer_than_any_that_it_seals(void **state)
{
    char *text = apr_palloc(*state, 1000001);

    memset(text, 'A', 1000000);
    text[1000000] = '\0';
    memcpy(text, DAWN, 20);
    assert_stays_shut(ring_of(OLD, *state), &session, text, *state);
}

static void refuses_another_purpose_host_or_split_of_the_two(void **state)
{
    static const ik_seal_scope_t rows[] = {
        { "login", "https://imagekit.io" },
        { "session", "https://imagekit.io:8443" },
        { "session", "http://imagekit.io" },
        { "session", "https://imagekit.i" },
        { "session", "" },
        { "", "https://imagekit.io" },
        { "sessionh", "ttps://imagekit.io" },
        { "sessio", "nhttps://imagekit.io" },
        { "Session", "https://imagekit.io" },
    };
    const ik_keyring_t *ring = ring_of(OLD, *state);
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_stays_shut(ring, &rows[i], DAWN, *state);
}

static void refuses_a_key_that_the_ring_does_not_have(void **state)
{
    assert_stays_shut(ring_of(NEW, *state), &session, DAWN, *state);
}

static void refuses_another_key_of_the_same_id(void **state)
{
    assert_stays_shut(ring_of(FOREIGN, *state), &session, DAWN, *state);
}

static void seals_with_the_latest_key_and_opens_with_every_key(void **state)
{
    const ik_keyring_t *before = ring_of(OLD, *state), *after = ring_of(OLD NEW, *state);
    const ik_keyring_t *retired = ring_of(NEW, *state);
    const char *old = sealed(before, "old", *state), *new = sealed(after, "new", *state);

    assert_opens(after, old, "old", *state);
    assert_opens(after, new, "new", *state);
    assert_stays_shut(before, &session, new, *state);
    assert_opens(retired, new, "new", *state);
    assert_stays_shut(retired, &session, old, *state);
}

static void seals_with_a_key_only_from_its_time_on(void **state)
{
    static const struct {
        apr_time_t now;
        const char *header;
    } rows[] = {
        { 0, "\x01\x0a\x1b\x2c\x3d" },   /* the clock was set back: all lie in the future */
        { apr_time_from_sec(1700000001) - 1, "\x01\x0a\x1b\x2c\x3d" },
        { apr_time_from_sec(1700000001), "\x01\xfe\xdc\xba\x98" },
        { NOW, "\x01\xfe\xdc\xba\x98" },
    };
    const ik_keyring_t *ring = ring_of(OLD NEW, *state);
    apr_size_t i, len;

    for (i = 0; i < ROWS(rows); i++) {
        const unsigned char *bytes;
        const char *text;

        assert_int_equal(ik_seal(&text, ring, rows[i].now, &session, (const unsigned char *)"x", 1, *state),
                         APR_SUCCESS);
        assert_true(ik_seal_is_current(ring, rows[i].now, text, *state));
        assert_opens(ring, text, "x", *state);
        ik_decode_base64url(&bytes, &len, text, *state);
        assert_memory_equal(bytes, rows[i].header, 5);
    }
    assert_true(ik_seal_is_current(ring, apr_time_from_sec(1700000001) - 1, DAWN, *state));
    assert_false(ik_seal_is_current(ring, apr_time_from_sec(1700000001), DAWN, *state));
}

static void tells_whether_the_key_that_seals_now_sealed(void **state)
{
    static const char *const not_sealed[] = { "", "AQ", "AQobLD1", "????????????", VERSION_2 };
    const ik_keyring_t *before = ring_of(OLD, *state), *after = ring_of(OLD NEW, *state);
    apr_size_t i;

    assert_true(ik_seal_is_current(before, NOW, DAWN, *state));
    assert_false(ik_seal_is_current(after, NOW, DAWN, *state));
    assert_true(ik_seal_is_current(after, NOW, sealed(after, "x", *state), *state));
    for (i = 0; i < ROWS(not_sealed); i++)
        assert_false(ik_seal_is_current(before, NOW, not_sealed[i], *state));
}

#define THREADS 8
#define ROUNDS 500

typedef struct job_t {
    const ik_keyring_t *ring;
    apr_status_t outcome;
} job_t;

static apr_status_t seal_and_open(const ik_keyring_t *ring, int i, apr_pool_t *p)
{
    const unsigned char *bytes;
    const char *text;
    apr_size_t len;

    if (ik_seal(&text, ring, NOW, &session, (const unsigned char *)&i, sizeof i, p) != APR_SUCCESS)
        return APR_EGENERAL;
    if (ik_unseal(&bytes, &len, ring, &session, text, p) != APR_SUCCESS)
        return APR_EGENERAL;
    return len == sizeof i && memcmp(bytes, &i, len) == 0 ? APR_SUCCESS : APR_EGENERAL;
}

static void *work(void *data)
{
    job_t *job = data;
    apr_pool_t *p;
    int i;

    apr_pool_create(&p, NULL);
    for (i = 0; i < ROUNDS && job->outcome == APR_SUCCESS; i++) {
        job->outcome = seal_and_open(job->ring, i, p);
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void serves_many_threads_with_one_ring(void **state)
{
    ik_keyring_t *ring = ring_of(OLD NEW, *state);
    job_t jobs[THREADS];
    pthread_t threads[THREADS];
    int i;

    for (i = 0; i < THREADS; i++) {
        jobs[i] = (job_t){ ring, APR_SUCCESS };
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(jobs[i].outcome, APR_SUCCESS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(opens_what_another_implementation_sealed),
        pool_test(opens_what_it_sealed_whatever_its_length),
        pool_test(refuses_to_seal_more_than_the_maximum),
        pool_test(seals_the_same_bytes_differently_every_time),
        pool_test(shows_version_and_key_id_in_clear_and_nothing_else),
        pool_test(refuses_every_changed_bit),
        pool_test(refuses_every_shortening_and_every_extension),
        pool_test(refuses_text_that_is_not_a_sealed_one),
        pool_test(refuses_text_longer_than_any_that_it_seals),
        pool_test(refuses_another_purpose_host_or_split_of_the_two),
        pool_test(refuses_a_key_that_the_ring_does_not_have),
        pool_test(refuses_another_key_of_the_same_id),
        pool_test(seals_with_the_latest_key_and_opens_with_every_key),
        pool_test(seals_with_a_key_only_from_its_time_on),
        pool_test(tells_whether_the_key_that_seals_now_sealed),
        pool_test(serves_many_threads_with_one_ring),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
