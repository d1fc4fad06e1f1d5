/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/spkeys: pairs that can be used, and what is said of those that cannot. */
#include "../fixture.h"

#include <string.h>

#include <openssl/evp.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/keys.h>

#include "saml/own.h"
#include "saml/spkeys.h"

static const char *path(apr_pool_t *p, const char *file)
{
    return fixture_path(p, apr_pstrcat(p, "spkeys/", file, NULL));
}

static apr_status_t add(ik_spkeys_t *set, const char *cert, const char *key, apr_pool_t *p, const char **problem)
{
    return ik_spkeys_add(set, path(p, cert), path(p, key), p, problem);
}

static xmlSecKeyPtr key_at(const ik_spkeys_t *set, int i)
{
    return APR_ARRAY_IDX(set->keys, i, xmlSecKeyPtr);
}

static int bits_of(xmlSecKeyPtr key)
{
    return EVP_PKEY_get_bits(xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(key)));
}

static void starts_empty(void **state)
{
    assert_int_equal(ik_spkeys_make(*state)->keys->nelts, 0);
}

static void adds_private_keys_in_the_order_of_the_calls(void **state)
{
    ik_spkeys_t *set = ik_spkeys_make(*state);
    const char *problem = "";

    assert_int_equal(add(set, "first.crt", "first.key", *state, &problem), APR_SUCCESS);
    assert_null(problem);
    assert_int_equal(add(set, "second.crt", "second.key", *state, &problem), APR_SUCCESS);
    assert_int_equal(set->keys->nelts, 2);
    assert_int_equal(bits_of(key_at(set, 0)), 2048);
    assert_int_equal(bits_of(key_at(set, 1)), 3072);
    for (int i = 0; i < 2; i++)
        assert_true(xmlSecKeyGetType(key_at(set, i)) & xmlSecKeyDataTypePrivate);
}

static void keeps_the_certificate_of_each_key(void **state)
{
    ik_spkeys_t *set = ik_spkeys_make(*state);
    const char *problem = "";

    assert_int_equal(add(set, "first.crt", "first.key", *state, &problem), APR_SUCCESS);
    assert_int_equal(add(set, "second.crt", "second.key", *state, &problem), APR_SUCCESS);
    assert_int_equal(set->certificates->nelts, 2);
    for (int i = 0; i < 2; i++) {
        const ik_certificate_t *certificate = APR_ARRAY_IDX(set->certificates, i, const ik_certificate_t *);

        assert_int_equal(certificate->bits, bits_of(key_at(set, i)));
        assert_non_null(strstr(certificate->subject, i == 0 ? "first.example.com" : "second.example.com"));
    }
}

static void takes_certificate_and_key_from_one_file(void **state)
{
    ik_spkeys_t *set = ik_spkeys_make(*state);
    const char *problem;

    assert_int_equal(add(set, "both.pem", "both.pem", *state, &problem), APR_SUCCESS);
    assert_int_equal(set->keys->nelts, 1);
}

static void says_which_file_is_wrong_and_why(void **state)
{
    static const struct { const char *cert, *key, *file, *words; } rows[] = {
        { "absent.crt", "first.key", "absent.crt", "cannot read" },
        { "first.crt", "absent.key", "absent.key", "No such file" },
        { ".", "first.key", "spkeys/.", "cannot read" },
        { "huge.pem", "first.key", "huge.pem", "cannot read" },
        { "text.pem", "first.key", "text.pem", "holds no certificate in PEM form" },
        { "empty.pem", "first.key", "empty.pem", "holds no certificate in PEM form" },
        { "first.key", "first.key", "first.key", "holds no certificate in PEM form" },
        { "first.crt", "text.pem", "text.pem", "holds no private key in PEM form" },
        { "first.crt", "empty.pem", "empty.pem", "holds no private key in PEM form" },
        { "first.crt", "first.crt", "first.crt", "holds no private key in PEM form" },
        { "locked.crt", "locked.key", "locked.key", "protected by a passphrase" },
        { "small.crt", "small.key", "small.key", "has only 1024 bits, at least 2048 are needed" },
        { "curve.crt", "curve.key", "curve.key", "is not an RSA key" },
        { "first.crt", "second.key", "second.key", "does not belong to the key" },
        { "curve.crt", "first.key", "curve.crt", "does not belong to the key" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_spkeys_t *set = ik_spkeys_make(*state);
        const char *problem = NULL;

        assert_int_not_equal(add(set, rows[i].cert, rows[i].key, *state, &problem), APR_SUCCESS);
        assert_int_equal(set->keys->nelts + set->certificates->nelts, 0);
        assert_non_null(problem);
        if (!strstr(problem, rows[i].words) || !strstr(problem, rows[i].file))
            fail_msg("%s with %s: %s", rows[i].cert, rows[i].key, problem);
    }
}

static int start(void **state)
{
    (void)state;
    return ik_saml_start() == APR_SUCCESS ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(starts_empty),
        pool_test(adds_private_keys_in_the_order_of_the_calls),
        pool_test(keeps_the_certificate_of_each_key),
        pool_test(takes_certificate_and_key_from_one_file),
        pool_test(says_which_file_is_wrong_and_why),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
