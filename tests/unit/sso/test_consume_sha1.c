/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures with SHA-1 (R5): good for the account that tolerates them, until its day is over, and for nothing else. */
#include "world_case.h"

#include <apr_encode.h>

#include "saml/time.h"
#include "sso/consume.h"

#define DAY (24 * 3600)

static void tolerate(const world_t *world, const char *account, int days)
{
    const char *day = ik_saml_time_text(world->p, world->ctx.now + apr_time_from_sec(days * DAY));

    set_option(world, account, apr_psprintf(world->p, "sha1=%.10s", day));
}

/* The reason that the message is refused for; "sha1" or "accepted" if it is not. */
static const char *consume(const world_t *world, const char *xml)
{
    ik_consume_in_t in = { 0 };
    ik_refusal_t why = { .p = world->p };
    ik_login_t login = { 0 };
    apr_status_t rv;

    in.saml_response = apr_pencode_base64(world->p, xml, APR_ENCODE_STRING, APR_ENCODE_NONE, NULL);
    rv = ik_consume(&login, &world->ctx, &in, &why);
    if (rv == APR_SUCCESS)
        return login.tolerated_sha1 ? "sha1" : "accepted";
    assert_int_equal(rv, IK_REFUSED);
    assert_true(!login.tolerated_sha1 || why.reason != IK_REASON_ALGORITHM_FORBIDDEN);
    return ik_reason_row(why.reason)->id;
}

static const char *post(const world_t *world, const char *name)
{
    return consume(world, world_message(world, name));
}

#define RSA "algorithm_forbidden/signature_algorithms-rsa_sha1"
#define EC "algorithm_forbidden/signature_algorithms-ecdsa_sha1"
#define DIGEST "algorithm_forbidden/signature_algorithms-sha1_digest"

static void is_good_where_it_is_tolerated(void **state)
{
    static const struct { const char *message, *outcome; } rows[] = {
        { RSA, "sha1" },
        { "algorithm_forbidden/signature_algorithms-rsa_sha1_over_the_response", "sha1" },
        { "algorithm_forbidden/signature_algorithms-sha1_all_over", "sha1" },
        { DIGEST, "sha1" },                                 /* below a signature with SHA-256 */
        { "accepted/signed_both", "accepted" },
        { "accepted/encrypted_gcm", "accepted" },
        { "algorithm_forbidden/signature_algorithms-sha224_digest", "algorithm_forbidden" },
        { "algorithm_forbidden/signature_algorithms-rsa_sha224", "algorithm_forbidden" },
        { "algorithm_forbidden/signature_algorithms-hmac_sha1_with_the_public_key", "algorithm_forbidden" },
        { "algorithm_forbidden/signature_algorithms-hmac_over_the_response", "algorithm_forbidden" },
        { "algorithm_forbidden/transforms-signedinfo_in_inclusive_c14n", "algorithm_forbidden" },
        { "algorithm_forbidden/encryption-triple_des", "algorithm_forbidden" },
        { "audience_mismatch/audience-another_service", "audience_mismatch" },
    };
    world_t *world = world_of(state);

    tolerate(world, "acme", 0);
    for (size_t i = 0; i < ROWS(rows); i++)
        if (strcmp(post(world, rows[i].message), rows[i].outcome) != 0)
            fail_msg("%s is not %s", rows[i].message, rows[i].outcome);
}

static void is_refused_before_and_after(void **state)
{
    world_t *world = world_of(state);

    assert_string_equal(post(world, RSA), "algorithm_forbidden");
    assert_string_equal(post(world, DIGEST), "algorithm_forbidden");
    tolerate(world, "acme", -1);
    assert_string_equal(post(world, RSA), "algorithm_forbidden");
    assert_string_equal(post(world, DIGEST), "algorithm_forbidden");
    tolerate(world, "acme", 1);
    assert_string_equal(post(world, RSA), "sha1");
}

/* Whose tolerance it is follows from whose keys verify. */
static void another_accounts_tolerance_does_not_help(void **state)
{
    world_t *world = world_of(state);

    tolerate(world, "acme", 30);
    tolerate(world, "twin", 30);
    assert_string_equal(post(world, EC), "algorithm_forbidden");
    tolerate(world, "p256", 30);
    assert_string_equal(post(world, EC), "sha1");
}

static void proves_as_much_as_any_other_signature(void **state)
{
    world_t *world = world_of(state);
    const char *good = world_message(world, RSA);

    tolerate(world, "acme", 30);
    assert_string_equal(consume(world, altered(good, "ann@acme.test", "bob@acme.test", *state)), "signature_invalid");
    assert_string_equal(consume(world, altered(good, "#rsa-sha1", "#dsa-sha1", *state)), "algorithm_forbidden");
    assert_string_equal(consume(world, good), "sha1");
    assert_string_equal(consume(world, good), "replayed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(is_good_where_it_is_tolerated),
        world_test(is_refused_before_and_after),
        world_test(another_accounts_tolerance_does_not_help),
        world_test(proves_as_much_as_any_other_signature),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
