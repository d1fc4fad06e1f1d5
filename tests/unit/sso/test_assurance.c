/* SPDX-License-Identifier: Apache-2.0 */
/* What a path demands of an authentication, and how the demand travels. */
#include "session_host.h"
#include "sso/assurance.h"
#include "sso/assurance_pack.h"

#define PASSWORD "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

static ik_assurance_t wants(apr_pool_t *p, apr_int64_t age, const char *context)
{
    apr_array_header_t *contexts = context ? apr_array_make(p, 1, sizeof(const char *)) : NULL;

    if (context)
        APR_ARRAY_PUSH(contexts, const char *) = context;
    return (ik_assurance_t){ .age = age, .contexts = contexts };
}

/* Zoe authenticated 300 seconds before the session began. */
static void holds_a_session_against_age_and_context(void **state)
{
    static const struct { apr_int64_t age; const char *context; apr_time_t later; int good; } rows[] = {
        { 0, NULL, S(999999), 1 }, { 300, NULL, 0, 1 }, { 120, NULL, 0, 1 }, { 119, NULL, 0, 0 },
        { 900, NULL, S(780), 1 }, { 900, NULL, S(780) + 1, 0 }, { 0, PASSWORD, 0, 1 }, { 0, "urn:other", 0, 0 },
        { 300, PASSWORD, 0, 1 }, { 300, "urn:other", 0, 0 }, { 60, PASSWORD, 0, 0 },
    };
    host_t *host = our_host(*state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_assurance_t wanted = wants(*state, rows[i].age, rows[i].context);

        host->ctx.now = START + rows[i].later;
        if ((ik_assurance_problem(&host->ctx, &zoe, &wanted) == NULL) != rows[i].good)
            fail_msg("row %d", (int)i);
    }
}

static void session_of_no_known_context_is_none_of_them(void **state)
{
    const host_t *host = our_host(*state);
    ik_assurance_t wanted = wants(*state, 0, PASSWORD);
    ik_identity_t old = zoe;

    old.context = "";
    assert_non_null(ik_assurance_problem(&host->ctx, &old, &wanted));
}

static void demand_travels_sealed(void **state)
{
    host_t *host = our_host(*state);
    ik_assurance_t wanted = wants(*state, 900, PASSWORD), got;
    const char *sealed = ik_assurance_seal(&host->ctx, "acme", &wanted, "/x?y"), *account, *target;

    assert_int_equal(ik_assurance_open(&account, &got, &target, &host->ctx, sealed), APR_SUCCESS);
    assert_string_equal(account, "acme");
    assert_string_equal(target, "/x?y");
    assert_int_equal(got.age, 900);
    assert_string_equal(APR_ARRAY_IDX(got.contexts, 0, const char *), PASSWORD);
    host->ctx.now = START + S(600);
    assert_int_equal(ik_assurance_open(&account, &got, &target, &host->ctx, sealed), APR_EINVAL);
}

static void refuses_what_is_no_demand_of_ours(void **state)
{
    const host_t *host = our_host(*state), *other = make_host("https://imagekit.io", NEW, *state);
    ik_assurance_t wanted = wants(*state, 900, NULL), got;
    const char *sealed = ik_assurance_seal(&host->ctx, "acme", &wanted, "/x"), *account, *target;
    const char *rows[] = { NULL, "", "x", sealed + 1, seal(host, &zoe) };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(ik_assurance_open(&account, &got, &target, &host->ctx, rows[i]), APR_EINVAL);
    assert_int_equal(ik_assurance_open(&account, &got, &target, &other->ctx, sealed), APR_EINVAL);
}

static void refuses_more_contexts_than_are_read(void **state)
{
    apr_array_header_t *many = apr_array_make(*state, 17, sizeof(const char *));
    ik_assurance_t wanted = { .contexts = many };
    ik_pack_t record = { .p = *state };

    while (many->nelts < IK_ASSURANCE_CONTEXTS_MAX)
        APR_ARRAY_PUSH(many, const char *) = "urn:a";
    assert_int_equal(ik_assurance_pack(&record, &wanted), APR_SUCCESS);
    APR_ARRAY_PUSH(many, const char *) = "urn:a";
    assert_int_equal(ik_assurance_pack(&record, &wanted), APR_ERANGE);
}

static void reads_no_record_that_cannot_be(void **state)
{
    static const struct { apr_int64_t age, count; } rows[] = { { -1, 0 }, { 0, -1 }, { 0, 17 }, { 0, 1 } };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_pack_t record = { .p = *state };
        ik_unpack_t from;
        ik_assurance_t got;

        ik_pack_int(&record, rows[i].age);
        ik_pack_int(&record, rows[i].count);
        from = (ik_unpack_t){ .bytes = record.bytes, .len = record.len };
        ik_assurance_unpack(&got, &from, *state);
        assert_false(ik_unpack_done(&from));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(holds_a_session_against_age_and_context),
        pool_test(session_of_no_known_context_is_none_of_them),
        pool_test(demand_travels_sealed),
        pool_test(refuses_what_is_no_demand_of_ours),
        pool_test(refuses_more_contexts_than_are_read),
        pool_test(reads_no_record_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
