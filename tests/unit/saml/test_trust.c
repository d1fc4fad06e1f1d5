/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/trust: the keys are exactly those of the signing certificates, and nothing is trusted without them. */
#include "../fixture.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/keys.h>

#include "saml/own.h"
#include "saml/trust.h"

static apr_status_t build(ik_trust_t **trust, const char *file, apr_pool_t *p, ik_refusal_t *why)
{
    *trust = NULL;
    *why = (ik_refusal_t){ p, IK_REASON_MALFORMED, NULL };
    return ik_trust_build(trust, fixture_read(p, apr_pstrcat(p, "metadata/", file, ".xml", NULL), NULL), p, why);
}

/* xmlsec says of every EC key that it is a private one, so OpenSSL is asked for its secret part. */
static int is_private(const EVP_PKEY *key)
{
    BIGNUM *secret = NULL;
    const char *name = EVP_PKEY_is_a(key, "RSA") ? OSSL_PKEY_PARAM_RSA_D : OSSL_PKEY_PARAM_PRIV_KEY;
    int found = EVP_PKEY_get_bn_param(key, name, &secret);

    BN_clear_free(secret);
    return found;
}

/* 1 if key is the public key, and only that, of the certificate. */
static int is_key_of(xmlSecKeyPtr key, const ik_certificate_t *certificate)
{
    const unsigned char *der = certificate->der;
    X509 *x = d2i_X509(NULL, &der, (long)certificate->der_len);
    EVP_PKEY *value = xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(key));
    int same = EVP_PKEY_eq(X509_get0_pubkey(x), value) == 1 && !is_private(value);

    X509_free(x);
    return same;
}

static void has_the_key_of_every_signing_certificate_in_order(void **state)
{
    static const struct { const char *file; int keys; } rows[] = {
        { "okta", 1 }, { "entra", 2 }, { "adfs", 2 }, { "simplesamlphp", 2 }, { "elliptic-curves", 3 },
        { "duplicates", 1 }, { "one-of-two-weak", 1 }, { "chain", 1 }, { "expired", 1 },
    };
    ik_trust_t *trust;
    ik_refusal_t why;

    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(build(&trust, rows[i].file, *state, &why), APR_SUCCESS);
        assert_int_equal(trust->keys->nelts, rows[i].keys);
        assert_int_equal(trust->idp->signing->nelts, rows[i].keys);
        for (int k = 0; k < rows[i].keys; k++)
            assert_true(is_key_of(APR_ARRAY_IDX(trust->keys, k, xmlSecKeyPtr),
                                  APR_ARRAY_IDX(trust->idp->signing, k, const ik_certificate_t *)));
    }
}

static void knows_the_identity_provider(void **state)
{
    ik_trust_t *trust;
    ik_refusal_t why;

    assert_int_equal(build(&trust, "okta", *state, &why), APR_SUCCESS);
    assert_string_equal(trust->idp->entity_id, "http://www.okta.com/exk1abcdEFGH2345i5d7");
}

static void refuses_metadata_that_cannot_be_used(void **state)
{
    static const char *const files[] = {
        "service-provider", "rsa1024", "no-key", "encryption-only", "two-providers", "dtd", "blank", "truncated",
    };
    ik_trust_t *trust;
    ik_refusal_t why;

    for (size_t i = 0; i < ROWS(files); i++) {
        assert_int_equal(build(&trust, files[i], *state, &why), IK_REFUSED);
        assert_int_equal(why.reason, IK_REASON_SSO_DISABLED);
        assert_non_null(strstr(why.detail, "the saved metadata cannot be used: "));
        assert_null(trust);
    }
}

static void refuses_an_account_without_metadata(void **state)
{
    ik_trust_t *trust = NULL;
    ik_refusal_t why = { *state, IK_REASON_MALFORMED, NULL };

    assert_int_equal(ik_trust_build(&trust, NULL, *state, &why), IK_REFUSED);
    assert_int_equal(why.reason, IK_REASON_SSO_DISABLED);
    assert_null(trust);
}

static int start(void **state)
{
    (void)state;
    return ik_saml_start() == APR_SUCCESS ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(has_the_key_of_every_signing_certificate_in_order),
        pool_test(knows_the_identity_provider),
        pool_test(refuses_metadata_that_cannot_be_used),
        pool_test(refuses_an_account_without_metadata),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
