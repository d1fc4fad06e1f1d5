/* SPDX-License-Identifier: Apache-2.0 */
/* The key ring: which files make one, and in which order its keys stand. */
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "seal/keyring.h"
#include "../pool.h"

#define KEY_A "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define KEY_B "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA"
#define A "0a1b2c3d 1700000000 " KEY_A "\n"
#define B "fedcba98 1700000001 " KEY_B "\n"
#define SAME_AGE "00000001 1700000001 " KEY_A "\n"

static apr_status_t parse(ik_keyring_t **ring, const char *text, const char **problem, apr_pool_t *p)
{
    *problem = NULL;
    return ik_keyring_parse(ring, text, strlen(text), "keys", p, problem);
}

/* The ids of the ring in order, with blanks between. */
static const char *ids(const ik_keyring_t *ring, apr_pool_t *p)
{
    const char *list = "";
    int i;

    for (i = 0; i < ring->keys->nelts; i++)
        list = apr_pstrcat(p, list, i ? " " : "", ik_encode_hex(p, APR_ARRAY_IDX(ring->keys, i, ik_key_t).id, 4), NULL);
    return list;
}

static void reads_keys_the_latest_first(void **state)
{
    static const struct {
        const char *text, *ids;
    } rows[] = {
        { A, "0a1b2c3d" },
        { A B, "fedcba98 0a1b2c3d" },
        { B A, "fedcba98 0a1b2c3d" },
        { A B SAME_AGE, "00000001 fedcba98 0a1b2c3d" },
        { "# comment\n\n \t\n" A "#" B, "0a1b2c3d" },
        { "0a1b2c3d\t1700000000  " KEY_A " \r\n", "0a1b2c3d" },
        { "0a1b2c3d 0 " KEY_A, "0a1b2c3d" },
        { "0a1b2c3d 99999999999 " KEY_A, "0a1b2c3d" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        ik_keyring_t *ring;
        const char *problem;

        assert_int_equal(parse(&ring, rows[i].text, &problem, *state), APR_SUCCESS);
        assert_string_equal(ids(ring, *state), rows[i].ids);
    }
}

static void reads_every_field_of_a_key(void **state)
{
    ik_keyring_t *ring;
    const char *problem;
    const ik_key_t *key;
    int i;

    assert_int_equal(parse(&ring, A, &problem, *state), APR_SUCCESS);
    key = ik_keyring_sealer(ring, 0);
    assert_memory_equal(key->id, "\x0a\x1b\x2c\x3d", 4);
    assert_true(key->from == apr_time_from_sec(1700000000));
    for (i = 0; i < IK_KEY_LEN; i++)
        assert_int_equal(key->key[i], i);
}

static void finds_a_key_by_its_id(void **state)
{
    ik_keyring_t *ring;
    const char *problem;

    assert_int_equal(parse(&ring, A B, &problem, *state), APR_SUCCESS);
    assert_ptr_equal(ik_keyring_find(ring, (const unsigned char *)"\xfe\xdc\xba\x98"), ring->keys->elts);
    assert_non_null(ik_keyring_find(ring, (const unsigned char *)"\x0a\x1b\x2c\x3d"));
    assert_null(ik_keyring_find(ring, (const unsigned char *)"\x0a\x1b\x2c\x3e"));
}

static void a_key_seals_from_its_time_on_until_the_next_does(void **state)
{
    static const struct {
        const char *text;
        apr_int64_t now;
        const char *id;
    } rows[] = {
        { A, 1700000000, "0a1b2c3d" },
        { A, 0, "0a1b2c3d" },
        { A B, 0, "0a1b2c3d" },
        { B A, 1700000000, "0a1b2c3d" },
        { A B, 1700000001, "fedcba98" },
        { A B SAME_AGE, 1700000001, "00000001" },
        { SAME_AGE A B, 1800000000, "fedcba98" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        ik_keyring_t *ring;
        const char *problem;

        assert_int_equal(parse(&ring, rows[i].text, &problem, *state), APR_SUCCESS);
        assert_string_equal(ik_encode_hex(*state, ik_keyring_sealer(ring, apr_time_from_sec(rows[i].now))->id, 4),
                            rows[i].id);
    }
}

static void refuses_what_is_not_a_key_file(void **state)
{
    static const struct {
        const char *text, *problem;
    } rows[] = {
        { "", "keys holds no key" },
        { "# only a comment\n\n", "keys holds no key" },
        { "secret\n", "keys line 1 is not a key" },
        { "# head\n" A "0a1b2c3e 1700000000\n", "keys line 3 is not a key" },
        { "0a1b2c3 1700000000 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d5 1700000000 " KEY_A "\n", "keys line 1 is not a key" },
        { "0A1B2C3D 1700000000 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3g 1700000000 " KEY_A "\n", "keys line 1 is not a key" },
        { " 0a1b2c3d 1700000000 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d -1 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d +1 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1.5 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d 0x10 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d 170000000000 " KEY_A "\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1700000000 " KEY_A "A\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1700000000 " KEY_A "=\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd+/8\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1700000000 " KEY_A " again\n", "keys line 1 is not a key" },
        { "0a1b2c3d 1700000000\n" KEY_A "\n", "keys line 1 is not a key" },
        { A "0a1b2c3d 1700000009 " KEY_B "\n", "keys line 2 has the id of a key above it" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        ik_keyring_t *ring;
        const char *problem;

        assert_int_equal(parse(&ring, rows[i].text, &problem, *state), APR_EGENERAL);
        assert_null(ring);
        assert_non_null(problem);
        assert_memory_equal(problem, rows[i].problem, strlen(rows[i].problem));
        assert_null(strstr(problem, KEY_A));
    }
}

static void refuses_a_nul_that_would_hide_keys(void **state)
{
    static const char text[] = A "\0" B;
    const char *problem = NULL;
    ik_keyring_t *ring;

    assert_int_equal(ik_keyring_parse(&ring, text, sizeof text - 1, "keys", *state, &problem), APR_EGENERAL);
    assert_string_equal(problem, "keys is not a text file: take it from a backup");
}

static const char *many_keys(int n, apr_pool_t *p)
{
    const char *text = "";
    int i;

    for (i = 0; i < n; i++)
        text = apr_psprintf(p, "%s%08x %d " KEY_A "\n", text, i, 1700000000 + i);
    return text;
}

static void reads_64_keys_and_no_more(void **state)
{
    ik_keyring_t *ring;
    const char *problem;

    assert_int_equal(parse(&ring, many_keys(64, *state), &problem, *state), APR_SUCCESS);
    assert_int_equal(ring->keys->nelts, 64);
    assert_memory_equal(APR_ARRAY_IDX(ring->keys, 0, ik_key_t).id, "\0\0\0\x3f", 4);
    assert_int_equal(parse(&ring, many_keys(65, *state), &problem, *state), APR_EGENERAL);
    assert_non_null(strstr(problem, "keys line 65 is one key too many"));
}

/* Registered before the ring is made, so it runs after the ring's own cleanup, while the memory is still there. */
typedef struct witness_t {
    const ik_keyring_t *ring;
    int saw_key;
} witness_t;

static apr_status_t look(void *data)
{
    static const unsigned char zero[sizeof(ik_key_t)];
    witness_t *witness = data;

    witness->saw_key = memcmp(witness->ring->keys->elts, zero, sizeof zero) != 0 || witness->ring->keys->nelts != 0;
    return APR_SUCCESS;
}

static void wipes_the_keys_when_the_pool_goes(void **state)
{
    witness_t witness = { .saw_key = -1 };
    const char *problem;
    ik_keyring_t *ring;
    apr_pool_t *p;

    apr_pool_create(&p, *state);
    apr_pool_cleanup_register(p, &witness, look, apr_pool_cleanup_null);
    assert_int_equal(parse(&ring, A, &problem, p), APR_SUCCESS);
    witness.ring = ring;
    apr_pool_destroy(p);
    assert_int_equal(witness.saw_key, 0);
}

static void loads_a_file(void **state)
{
    char path[] = "/tmp/ik_test_keyring_XXXXXX";
    int fd = mkstemp(path);
    const char *problem = NULL;
    ik_keyring_t *ring;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, A B, strlen(A B)), strlen(A B));
    close(fd);
    assert_int_equal(ik_keyring_load(&ring, path, *state, &problem), APR_SUCCESS);
    assert_string_equal(ids(ring, *state), "fedcba98 0a1b2c3d");
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(ik_keyring_load(&ring, path, *state, &problem), APR_EGENERAL);
    assert_null(ring);
    assert_memory_equal(problem, path, strlen(path));
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(ik_keyring_load(&ring, path, *state, &problem), APR_EACCES);
    assert_null(ring);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_keys_the_latest_first),
        pool_test(reads_every_field_of_a_key),
        pool_test(a_key_seals_from_its_time_on_until_the_next_does),
        pool_test(finds_a_key_by_its_id),
        pool_test(refuses_what_is_not_a_key_file),
        pool_test(refuses_a_nul_that_would_hide_keys),
        pool_test(reads_64_keys_and_no_more),
        pool_test(wipes_the_keys_when_the_pool_goes),
        pool_test(loads_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
