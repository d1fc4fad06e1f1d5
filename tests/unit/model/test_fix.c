/* SPDX-License-Identifier: Apache-2.0 */
/* Tests model/fix.c and its table: every reason can be mended, and by what the product calls it. */
#include "../pool.h"

#include <string.h>

#include "model/fix.h"

static const char *const products[] = { "okta", "onelogin", "entra", "adfs", "google", "keycloak" };

static const ik_fix_values_t values = {
    .acs = "https://host/saml/consume#acme", .entity_id = "https://host/saml/consume#acme-id", .account = "acme",
    .claim_account = "their_account", .claim_name = "their_name", .claim_role = "their_role", .login = "https://host/single-sign-on",
};

static void every_reason_has_a_fix_whatever_the_product(void **state)
{
    (void)state;
    for (int reason = 0; reason < IK_REASON_COUNT; reason++) {
        const ik_fix_row_t *row = ik_fix_find((ik_reason_t)reason, NULL, NULL);

        assert_int_equal(row->reason, reason);
        assert_null(row->word);
        assert_null(row->product);
        assert_ptr_equal(ik_fix_find((ik_reason_t)reason, "nothing known", "a product that nobody knows"), row);
    }
}

/* What people meet most often is mended on a screen of their own product. */
static void frequent_reasons_have_a_fix_for_each_product(void **state)
{
    static const struct {
        ik_reason_t reason;
        const char *detail;
    } rows[] = {
        { IK_REASON_AUDIENCE_MISMATCH, NULL }, { IK_REASON_RECIPIENT_MISMATCH, NULL }, { IK_REASON_DESTINATION_MISMATCH, NULL },
        { IK_REASON_ROLE_FORBIDDEN, NULL }, { IK_REASON_CLAIM_MISSING, NULL }, { IK_REASON_NAME_ID_INVALID, NULL },
        { IK_REASON_SIGNATURE_INVALID, NULL }, { IK_REASON_SIGNATURE_MISSING, NULL }, { IK_REASON_ACCOUNT_MISMATCH, NULL },
        { IK_REASON_UNKNOWN_ACCOUNT, NULL },
    };

    (void)state;
    for (apr_size_t i = 0; i < ROWS(rows); i++)
        for (apr_size_t j = 0; j < ROWS(products); j++)
            assert_string_equal(ik_fix_find(rows[i].reason, rows[i].detail, products[j])->product, products[j]);
}

static void a_word_of_the_detail_tells_causes_apart(void **state)
{
    static const struct {
        ik_reason_t reason;
        const char *detail, *word;
    } rows[] = {
        { IK_REASON_STATUS_NOT_SUCCESS, "status \"urn:oasis:names:tc:SAML:2.0:status:Requester "
          "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy\"", "InvalidNameIDPolicy" },
        { IK_REASON_STATUS_NOT_SUCCESS, "status \"…:status:Responder\", message: AADSTS75011: Authentication method", "AADSTS75011" },
        { IK_REASON_STATUS_NOT_SUCCESS, "status \"…:status:Responder …:status:NoPassive\"", "NoPassive" },
        { IK_REASON_ALGORITHM_FORBIDDEN, "SignatureMethod \"http://www.w3.org/2000/09/xmldsig#rsa-SHA1\"", "sha1" },
        { IK_REASON_CLAIM_MISSING, "the link \"http://schemas.microsoft.com/claims/groups.link\"", "groups.link" },
        { IK_REASON_SIGNATURE_INVALID, "… and its Issuer is another identity provider, \"x\"", "another identity provider" },
        { IK_REASON_SIGNATURE_INVALID, "…: the message was changed after it was signed, or is forged", "changed after it was signed" },
        { IK_REASON_NOT_ALLOWED, "asked at … for a fresh authentication, got that of …", "fresh authentication" },
    };

    (void)state;
    for (apr_size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(ik_fix_find(rows[i].reason, rows[i].detail, NULL)->word, rows[i].word);
        assert_null(ik_fix_find(rows[i].reason, "something else", NULL)->word);
    }
}

/* The cause is worth more than the product: a fix of that product for another cause would mislead. */
static void a_word_counts_more_than_a_product(void **state)
{
    (void)state;
    assert_string_equal(ik_fix_find(IK_REASON_STATUS_NOT_SUCCESS, "…:NoPassive", "adfs")->word, "NoPassive");
    assert_string_equal(ik_fix_find(IK_REASON_ALGORITHM_FORBIDDEN, "rsa-sha1", "onelogin")->product, "onelogin");
    assert_string_equal(ik_fix_find(IK_REASON_ALGORITHM_FORBIDDEN, "rsa-sha1", "ping")->word, "sha1");
}

static void values_of_the_account_are_filled_in(void **state)
{
    const ik_fix_row_t *row = ik_fix_find(IK_REASON_AUDIENCE_MISMATCH, NULL, "onelogin");

    assert_string_equal(ik_fix_text(*state, row, &values), "In OneLogin, open the app and its tab “Configuration”: set “Audience (EntityID)” "
                        "to https://host/saml/consume#acme-id.");
    assert_string_equal(ik_fix_text(*state, row, NULL), "In OneLogin, open the app and its tab “Configuration”: set “Audience (EntityID)” to "
                        "the entity ID of the settings page.");
}

/* A value is no template: what an account is called must not be read as one. */
static void values_are_taken_as_they_are(void **state)
{
    const ik_fix_row_t row = { .text = "a {account} {nobody} {} { *b" };
    const ik_fix_values_t odd = { .account = "{acs} *x*" };

    assert_string_equal(ik_fix_text(*state, &row, &odd), "a {acs} *x* {nobody} {} { “b");
}

static void every_row_is_whole(void **state)
{
    for (const ik_fix_row_t *row = ik_fix_rows; row->text; row++) {
        const char *text = ik_fix_text(*state, row, &values);

        assert_true(row->reason < IK_REASON_COUNT);
        assert_int_equal(text[strlen(text) - 1], '.');
        assert_null(strpbrk(text, "*{}<>"));
        assert_null(strstr(text, "  "));
        for (const ik_fix_row_t *other = ik_fix_rows; other != row; other++) {
            int same_word = (!row->word && !other->word) || (row->word && other->word && !strcmp(row->word, other->word));
            int same_product = (!row->product && !other->product)
                               || (row->product && other->product && !strcmp(row->product, other->product));

            assert_false(row->reason == other->reason && same_word && same_product);
        }
    }
}

static void a_reason_that_is_none_has_a_fix_too(void **state)
{
    (void)state;
    assert_int_equal(ik_fix_find(IK_REASON_COUNT, NULL, NULL)->reason, IK_REASON_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(every_reason_has_a_fix_whatever_the_product),
        pool_test(frequent_reasons_have_a_fix_for_each_product),
        pool_test(a_word_of_the_detail_tells_causes_apart),
        pool_test(a_word_counts_more_than_a_product),
        pool_test(values_of_the_account_are_filled_in),
        pool_test(values_are_taken_as_they_are),
        pool_test(every_row_is_whole),
        pool_test(a_reason_that_is_none_has_a_fix_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
