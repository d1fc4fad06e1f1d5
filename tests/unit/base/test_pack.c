/* SPDX-License-Identifier: Apache-2.0 */
/* Tests base/pack.c. */
#include "../pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/pack.h"

static ik_unpack_t reader_of(const ik_pack_t *pack)
{
    return (ik_unpack_t){ pack->bytes, pack->len, 0, 0 };
}

static void writes_the_documented_bytes(void **state)
{
    static const unsigned char bytes[] = { 0, 2, 'h', 'i', 0, 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
    ik_pack_t pack = { .p = *state };

    assert_int_equal(ik_pack_text(&pack, "hi"), APR_SUCCESS);
    assert_int_equal(ik_pack_text(&pack, NULL), APR_SUCCESS);
    ik_pack_int(&pack, APR_INT64_C(0x0123456789abcdef));
    assert_int_equal(pack.len, sizeof(bytes));
    assert_memory_equal(pack.bytes, bytes, sizeof(bytes));
}

static void reads_back_what_was_written(void **state)
{
    static const char *const texts[] = { "", "a", "ann@example.com", "Zo\xc3\xab\n\x01\xff" };
    static const apr_int64_t ints[] = { 0, 1, -1, APR_INT64_MAX, APR_INT64_MIN, 1700000000000000 };
    ik_pack_t pack = { .p = *state };
    ik_unpack_t from;
    apr_size_t i;

    for (i = 0; i < ROWS(texts); i++)
        assert_int_equal(ik_pack_text(&pack, texts[i]), APR_SUCCESS);
    for (i = 0; i < ROWS(ints); i++)
        ik_pack_int(&pack, ints[i]);
    from = reader_of(&pack);
    for (i = 0; i < ROWS(texts); i++)
        assert_string_equal(ik_unpack_text(&from, *state), texts[i]);
    for (i = 0; i < ROWS(ints); i++) {
        assert_int_equal(ik_unpack_done(&from), 0);
        assert_true(ik_unpack_int(&from) == ints[i]);
    }
    assert_int_equal(ik_unpack_done(&from), 1);
}

static char *text_of(apr_pool_t *p, apr_size_t len)
{
    char *text = apr_palloc(p, len + 1);

    memset(text, 'x', len);
    text[len] = '\0';
    return text;
}

static void grows_with_its_fields(void **state)
{
    ik_pack_t pack = { .p = *state };
    ik_unpack_t from;
    int i;

    for (i = 0; i < 1000; i++) {
        assert_int_equal(ik_pack_text(&pack, text_of(*state, (apr_size_t)i)), APR_SUCCESS);
        ik_pack_int(&pack, i);
    }
    from = reader_of(&pack);
    for (i = 0; i < 1000; i++) {
        assert_int_equal(strlen(ik_unpack_text(&from, *state)), i);
        assert_int_equal(ik_unpack_int(&from), i);
    }
    assert_int_equal(ik_unpack_done(&from), 1);
}

static void refuses_a_text_its_length_cannot_tell(void **state)
{
    ik_pack_t pack = { .p = *state };
    ik_unpack_t from;

    assert_int_equal(ik_pack_text(&pack, text_of(*state, 65536)), APR_ERANGE);
    assert_int_equal(pack.len, 0);
    assert_int_equal(ik_pack_text(&pack, text_of(*state, 65535)), APR_SUCCESS);
    from = reader_of(&pack);
    assert_int_equal(strlen(ik_unpack_text(&from, *state)), 65535);
    assert_int_equal(ik_unpack_done(&from), 1);
}

/* Every shorter byte string fails, read from memory that ends where it ends. */
static void refuses_what_was_cut_off(void **state)
{
    ik_pack_t pack = { .p = *state };
    apr_size_t len;

    assert_int_equal(ik_pack_text(&pack, "ann"), APR_SUCCESS);
    ik_pack_int(&pack, 7);
    for (len = 0; len < pack.len; len++) {
        unsigned char *bytes = malloc(len ? len : 1);
        ik_unpack_t from = { bytes, len, 0, 0 };

        assert_non_null(bytes);
        memcpy(bytes, pack.bytes, len);
        assert_string_equal(ik_unpack_text(&from, *state), len < 5 ? "" : "ann");
        assert_int_equal(ik_unpack_int(&from), 0);
        assert_int_equal(from.failed, 1);
        assert_int_equal(ik_unpack_done(&from), 0);
        free(bytes);
    }
}

static void refuses_a_nul_and_a_rest(void **state)
{
    ik_unpack_t nul = { (const unsigned char *)"\0\3a\0b", 5, 0, 0 };
    ik_unpack_t rest = { (const unsigned char *)"\0\1ab", 4, 0, 0 };
    ik_unpack_t nothing = { NULL, 0, 0, 0 };

    assert_string_equal(ik_unpack_text(&nul, *state), "");
    assert_int_equal(nul.failed, 1);
    assert_string_equal(ik_unpack_text(&rest, *state), "a");
    assert_int_equal(rest.failed, 0);
    assert_int_equal(ik_unpack_done(&rest), 0);
    assert_int_equal(ik_unpack_done(&nothing), 1);
    assert_string_equal(ik_unpack_text(&nothing, *state), "");
    assert_int_equal(ik_unpack_done(&nothing), 0);
}

static void stays_failed(void **state)
{
    static const unsigned char bytes[] = { 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 9 };
    ik_unpack_t from = { bytes, sizeof(bytes), 0, 0 };

    assert_string_equal(ik_unpack_text(&from, *state), "");
    assert_int_equal(ik_unpack_int(&from), 0);
    assert_string_equal(ik_unpack_text(&from, *state), "");
    from.at = from.len;
    assert_int_equal(ik_unpack_done(&from), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(writes_the_documented_bytes),
        pool_test(reads_back_what_was_written),
        pool_test(grows_with_its_fields),
        pool_test(refuses_a_text_its_length_cannot_tell),
        pool_test(refuses_what_was_cut_off),
        pool_test(refuses_a_nul_and_a_rest),
        pool_test(stays_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
