/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes: as many as asked for, and never the same. */
#include "seal/random.h"
#include "../pool.h"

#define HUGE_LEN ((apr_size_t)1 << 40)

static void fills_exactly_the_bytes_asked_for(void **state)
{
    unsigned char bytes[66] = { 0 };
    int i, changed = 0;

    (void)state;
    assert_int_equal(ik_random_bytes(bytes + 1, 64), APR_SUCCESS);
    for (i = 1; i <= 64; i++)
        changed += bytes[i] != 0;
    assert_true(changed > 48);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(bytes[65], 0);
}

static void refuses_more_bytes_than_openssl_can_count(void **state)
{
    unsigned char byte;

    (void)state;
    assert_int_equal(ik_random_bytes(&byte, HUGE_LEN), APR_EGENERAL);
}

static void gives_identifiers_of_the_length_asked_for(void **state)
{
    static const struct {
        apr_size_t bytes, characters;
    } rows[] = { { 1, 2 }, { 8, 11 }, { 16, 22 }, { 32, 43 }, { 64, 86 } };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const char *id = ik_random_id(*state, rows[i].bytes);

        assert_non_null(id);
        assert_int_equal(strlen(id), rows[i].characters);
        assert_int_equal(strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), strlen(id));
    }
}

static void gives_no_identifier_of_no_or_too_many_bytes(void **state)
{
    assert_null(ik_random_id(*state, 0));
    assert_null(ik_random_id(*state, 65));
    assert_null(ik_random_id(*state, HUGE_LEN));
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void never_gives_an_identifier_twice(void **state)
{
    const char *ids[2000];
    apr_size_t i;

    for (i = 0; i < 2000; i++)
        ids[i] = ik_random_id(*state, 16);
    qsort(ids, 2000, sizeof ids[0], compare);
    for (i = 1; i < 2000; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(fills_exactly_the_bytes_asked_for),
        pool_test(refuses_more_bytes_than_openssl_can_count),
        pool_test(gives_identifiers_of_the_length_asked_for),
        pool_test(gives_no_identifier_of_no_or_too_many_bytes),
        pool_test(never_gives_an_identifier_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
