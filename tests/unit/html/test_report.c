/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the import report: what it says of addresses and certificates, and when it calls for action. */
#include "document.h"

#include "admin_pages.h"
#include "html/report.h"

static const char *report_with(apr_pool_t *p, const ik_idp_t *idp, const ik_key_use_t *use)
{
    ik_writer_t *w = ik_writer_make(p);

    ik_report_write(w, idp, NULL, use, NOW);
    return ik_writer_finish(w);
}

static const char *report(apr_pool_t *p, const ik_idp_t *idp)
{
    return report_with(p, idp, NULL);
}

static const char *report_of_certificate(apr_pool_t *p, apr_time_t from, apr_time_t to)
{
    ik_idp_t *idp = idp_with(p, "v1");

    idp->signing = list_of(p, certificate_with(p, "CN=acme", from, to));
    return report(p, idp);
}

static void says_how_many_days_a_certificate_has_left(void **state)
{
    static const struct { apr_time_t from, to; const char *said; int warns; } rows[] = {
        { -DAYS(1), DAYS(3350), ">3,350 days left<", 0 }, { -DAYS(1), DAYS(30), ">30 days left<", 0 },
        { -DAYS(1), DAYS(30) - 1, ">29 days left<", 1 }, { -DAYS(1), DAYS(2) - 1, ">1 day left<", 1 },
        { -DAYS(1), DAYS(1) - 1, ">Expires within a day<", 1 }, { -DAYS(1), 0, ">Expired within the last day<", 1 },
        { -DAYS(9), -DAYS(1), ">Expired 1 day ago<", 1 }, { -DAYS(2000), -DAYS(1234), ">Expired 1,234 days ago<", 1 },
        { DAYS(7), DAYS(700), ">Valid only from 1 December 2026<", 1 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *said = report_of_certificate(*state, NOW + rows[i].from, NOW + rows[i].to);

        assert_true(contains(said, rows[i].said));
        assert_int_equal(contains(said, "class=\"pill warning\""), rows[i].warns);
        assert_int_equal(contains(said, "Renew the signing certificate"), rows[i].warns);
    }
}

static void is_calmer_when_another_certificate_is_good(void **state)
{
    ik_idp_t *idp = idp_with(*state, "v1");

    APR_ARRAY_PUSH(idp->signing, const ik_certificate_t *) = certificate_with(*state, "old", NOW - DAYS(9), NOW - DAYS(1));
    assert_false(contains(report(*state, idp), "Renew the signing certificate"));
    assert_true(contains(report(*state, idp), "Another one is"));
}

static void says_what_a_certificate_is(void **state)
{
    const char *said = report_of_certificate(*state, NOW - DAYS(1), NOW + DAYS(100));

    assert_true(contains(said, "<bdi>CN=acme</bdi>"));
    assert_true(contains(said, "RSA, 2,048 bits"));
    assert_true(contains(said, "4 March 2027"));
    assert_true(contains(said, "SHA-256 fingerprint"));
}

static void says_whose_key_verified_the_last_sign_in_and_when(void **state)
{
    static const struct { apr_time_t ago; const char *said; } rows[] = {
        { 0, "Verified the last sign-in, within the last hour</p>" }, { HOURS(1) - 1, "in, within the last hour</p>" },
        { HOURS(1), "in, 1 hour ago</p>" }, { HOURS(3), "in, 3 hours ago</p>" }, { DAYS(2), "in, 2 days ago</p>" },
    };
    ik_idp_t *idp = idp_with(*state, "old");
    const char *said;

    APR_ARRAY_PUSH(idp->signing, const ik_certificate_t *) = certificate_with(*state, "new", NOW - DAYS(1), NOW + DAYS(700));
    for (size_t i = 0; i < ROWS(rows); i++) {
        said = report_with(*state, idp, &(ik_key_use_t){ .fingerprint = "new", .at = NOW - rows[i].ago });
        assert_true(contains(said, rows[i].said));
        assert_true(strstr(said, rows[i].said) > strstr(said, "<bdi>new</bdi>"));
        assert_int_equal(count_of(said, "last sign-in"), 1);
    }
    assert_false(contains(report(*state, idp), "last sign-in"));
}

static void says_when_what_verified_the_last_sign_in_is_not_listed(void **state)
{
    const char *said = report_with(*state, idp_with(*state, "v1"), &(ik_key_use_t){ .fingerprint = "<gone>", .at = NOW - DAYS(1) });

    assert_true(contains(said, "The last sign-in, 1 day ago, was verified with a certificate that is not listed any more"));
    assert_true(contains(said, "&lt;gone&gt;"));
}

static void shows_a_certificate_for_both_uses_once(void **state)
{
    ik_idp_t *idp = idp_with(*state, "v1");
    const ik_certificate_t *c = certificate_with(*state, "CN=both", NOW - DAYS(1), NOW + DAYS(100));

    idp->signing = list_of(*state, c);
    idp->encryption = list_of(*state, c);
    assert_int_equal(count_of(report(*state, idp), "<bdi>CN=both</bdi>"), 1);
    assert_false(contains(report(*state, idp), "Certificates for encryption"));
    idp->encryption = list_of(*state, certificate_with(*state, "CN=other", NOW - DAYS(1), NOW + DAYS(100)));
    ((ik_certificate_t *)APR_ARRAY_IDX(idp->encryption, 0, const ik_certificate_t *))->fingerprint = "f2";
    ((ik_certificate_t *)APR_ARRAY_IDX(idp->signing, 0, const ik_certificate_t *))->fingerprint = "f1";
    assert_true(contains(report(*state, idp), "Certificates for encryption"));
    assert_true(contains(report(*state, idp), "CN=other"));
}

static void names_bindings_in_words(void **state)
{
    static const struct { const char *binding, *said; } rows[] = {
        { "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", "<dt>Sign-in, by redirect</dt>" },
        { "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "<dt>Sign-in, by form (POST)</dt>" },
        { "urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "<dt>Sign-in, SOAP</dt>" }, { "odd", "<dt>Sign-in, odd</dt>" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_idp_t *idp = idp_with(*state, "v1");
        ik_endpoint_t endpoint = { rows[i].binding, "https://idp/sso", NULL };

        idp->sso = list_of(*state, &endpoint);
        assert_true(contains(report(*state, idp), rows[i].said));
        assert_true(contains(report(*state, idp), "<bdi>https://idp/sso</bdi>"));
    }
}

static void says_what_is_not_offered(void **state)
{
    ik_idp_t *idp = idp_with(*state, "v1");

    idp->sso = idp->slo = apr_array_make(*state, 1, sizeof(const ik_endpoint_t *));
    assert_true(contains(report(*state, idp), "people can only start at the identity provider"));
    assert_true(contains(report(*state, idp), "signing out ends the session here only"));
}

static void says_whether_requests_are_to_be_signed_and_until_when_it_is_valid(void **state)
{
    ik_idp_t *idp = idp_with(*state, "v1");

    assert_true(contains(report(*state, idp), "<bdi>Not asked for</bdi>"));
    assert_false(contains(report(*state, idp), "Metadata valid until"));
    idp->wants_signed_requests = 1;
    idp->valid_until = NOW;
    assert_true(contains(report(*state, idp), "<bdi>Wanted</bdi>"));
    assert_true(contains(report(*state, idp), "Metadata valid until</dt>\n<dd><time datetime=\"2026-11-24\">"));
}

static void does_not_pretend_to_know_a_product(void **state)
{
    ik_idp_t *idp = idp_with(*state, "v1");

    idp->product = "other";
    assert_true(contains(report(*state, idp), "<bdi>Not one that we recognise</bdi>"));
    idp->product = "okta";
    assert_true(contains(report(*state, idp), "<bdi>Okta</bdi>"));
}

static void lists_what_is_worth_knowing(void **state)
{
    ik_writer_t *w = ik_writer_make(*state);

    ik_report_write(w, idp_with(*state, "v1"), list_of(*state, "A certificate <b> is self-signed."), NULL, NOW);
    assert_true(contains(ik_writer_finish(w), "<li><bdi>A certificate &lt;b&gt; is self-signed.</bdi></li>"));
    assert_false(contains(report(*state, idp_with(*state, "v1")), "Worth knowing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(says_how_many_days_a_certificate_has_left),
        pool_test(is_calmer_when_another_certificate_is_good),
        pool_test(says_whose_key_verified_the_last_sign_in_and_when),
        pool_test(says_when_what_verified_the_last_sign_in_is_not_listed),
        pool_test(says_what_a_certificate_is),
        pool_test(shows_a_certificate_for_both_uses_once),
        pool_test(names_bindings_in_words),
        pool_test(says_what_is_not_offered),
        pool_test(says_whether_requests_are_to_be_signed_and_until_when_it_is_valid),
        pool_test(does_not_pretend_to_know_a_product),
        pool_test(lists_what_is_worth_knowing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
