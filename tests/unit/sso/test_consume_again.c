/* SPDX-License-Identifier: Apache-2.0 */
/* A login whose account is changed between verification and transaction: it is decided again, by the new one. */
#include "world_case.h"

#include <apr_encode.h>

#include "sso/attributes.h"
#include "sso/consume.h"

/* What somebody does to the account in that moment, how many times. */
typedef struct meddler_t {
    const world_t *world;
    apr_status_t (*meddle)(ik_accounts_result_t *result, const ik_ctx_t *ctx);
    int times, done;
} meddler_t;

static meddler_t meddler;

/* Stands in for sso/attributes.c: what a login asks last before its transaction begins. */
const char *ik_attributes_choose(const ik_ctx_t *ctx, const ik_assertion_t *assertion)
{
    ik_accounts_result_t result;

    (void)ctx;
    (void)assertion;
    if (meddler.done < meddler.times) {
        meddler.done++;
        if (meddler.meddle(&result, &meddler.world->ctx) != APR_SUCCESS)
            print_error("cannot meddle: %s\n", result.problem);
    }
    return "";
}

static apr_status_t rename_account(ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    const ik_account_change_t change = { .name = meddler.done % 2 ? "One" : "Two" };

    return ik_accounts_set(result, ctx, "acme", &change);
}

static apr_status_t disable_account(ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    return ik_accounts_enable(result, ctx, "acme", 0);
}

static apr_status_t delete_account(ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    return ik_accounts_delete(result, ctx, "acme");
}

static apr_status_t switch_off(ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    return ik_accounts_forget_metadata(result, ctx, "acme");
}

static apr_status_t move_to_other_provider(ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    ik_account_change_t change = { 0 };
    const char *path = apr_pstrcat(ctx->p, meddler.world->fixtures, "/accounts/beta.xml", NULL);

    change.metadata = world_read(path, &change.metadata_len, ctx->p);
    return ik_accounts_set(result, ctx, "acme", &change);
}

static apr_status_t forbid_its_domain(ik_accounts_result_t *result, const ik_ctx_t *ctx)
{
    const ik_account_change_t change = { .domains = ik_text_words(ctx->p, "elsewhere.test") };

    return ik_accounts_set(result, ctx, "acme", &change);
}

static const char *outcome_of(const world_t *world, ik_login_t *login, apr_pool_t *p)
{
    const char *path = apr_pstrcat(p, world->fixtures, "/accepted/signed_both.xml", NULL), *bytes;
    ik_consume_in_t in = { 0 };
    ik_refusal_t why = { .p = p };
    apr_size_t len;
    apr_status_t rv;

    bytes = world_read(path, &len, p);
    assert_non_null(bytes);
    *login = (ik_login_t){ 0 };
    in.saml_response = apr_pencode_base64(p, bytes, (apr_ssize_t)len, APR_ENCODE_NONE, NULL);
    rv = ik_consume(login, &world->ctx, &in, &why);
    if (rv == APR_SUCCESS)
        return "accepted";
    return rv == IK_REFUSED ? ik_reason_row(why.reason)->id : "failure";
}

static void is_decided_by_the_account_as_it_is_at_the_commit(void **state)
{
    static const struct {
        apr_status_t (*meddle)(ik_accounts_result_t *result, const ik_ctx_t *ctx);
        int times;
        const char *outcome, *later;        /* and of the same response, once nobody meddles any more */
    } rows[] = {
        { rename_account, 0, "accepted", "replayed" },
        { rename_account, 1, "accepted", "replayed" },
        { rename_account, 7, "accepted", "replayed" },
        { rename_account, 8, "failure", "accepted" },
        { disable_account, 1, "account_disabled", "account_disabled" },
        { delete_account, 1, "unknown_account", "unknown_account" },
        { switch_off, 1, "sso_disabled", "sso_disabled" },
        { move_to_other_provider, 1, "signature_invalid", "signature_invalid" },
        { forbid_its_domain, 1, "domain_forbidden", "domain_forbidden" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        world_t *world;
        ik_login_t login;
        apr_pool_t *p;

        assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
        world = world_make(p);
        assert_non_null(world);
        meddler = (meddler_t){ .world = world, .meddle = rows[i].meddle, .times = rows[i].times };
        assert_string_equal(outcome_of(world, &login, p), rows[i].outcome);
        assert_int_equal(meddler.done, rows[i].times);
        assert_int_equal(login.cookie != NULL, strcmp(rows[i].outcome, "accepted") == 0);
        assert_string_equal(outcome_of(world, &login, p), rows[i].later);
        apr_pool_destroy(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(is_decided_by_the_account_as_it_is_at_the_commit),
    };

    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
