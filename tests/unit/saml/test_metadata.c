/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/metadata and the files it is made of, over tests/fixtures/metadata. */
#include "../fixture.h"

#include <string.h>

#include "saml/metadata.h"
#include "saml/names.h"
#include "saml/own.h"
#include "saml/xml.h"

#define NOW apr_time_from_sec(1780272000)       /* 2026-06-01 */

static ik_metadata_report_t *report_at(apr_pool_t *p, const char *file, apr_time_t now)
{
    apr_size_t len;
    const char *bytes = fixture_read(p, apr_pstrcat(p, "metadata/", file, ".xml", NULL), &len);
    ik_metadata_report_t *report = ik_metadata_read(bytes, len, now, p);

    assert_non_null(report->notes);
    assert_true((report->idp == NULL) == (report->problem != NULL));
    return report;
}

static ik_metadata_report_t *report_of(apr_pool_t *p, const char *file)
{
    return report_at(p, file, NOW);
}

/* The identity provider in file; a problem fails the test. */
static const ik_idp_t *idp_of(apr_pool_t *p, const char *file)
{
    ik_metadata_report_t *report = report_of(p, file);

    if (report->problem)
        fail_msg("%s: %s", file, report->problem);
    return report->idp;
}

static int notes_say(const ik_metadata_report_t *report, const char *words)
{
    for (int i = 0; i < report->notes->nelts; i++)
        if (strstr(APR_ARRAY_IDX(report->notes, i, const char *), words))
            return 1;
    return 0;
}

static const ik_certificate_t *signing(const ik_idp_t *idp, int i)
{
    return APR_ARRAY_IDX(idp->signing, i, const ik_certificate_t *);
}

static const ik_endpoint_t *endpoint(const apr_array_header_t *endpoints, int i)
{
    assert_in_range(i, 0, endpoints->nelts - 1);
    return APR_ARRAY_IDX(endpoints, i, const ik_endpoint_t *);
}

static void reads_what_the_products_publish(void **state)
{
    static const struct {
        const char *file, *entity_id;
        int signing, encryption, sso, slo, wants_signed;
    } rows[] = {
        { "okta", "http://www.okta.com/exk1abcdEFGH2345i5d7", 1, 0, 2, 0, 0 },
        { "onelogin", "https://app.onelogin.com/saml/metadata/3f2a", 1, 0, 3, 1, 0 },
        { "entra", "https://sts.windows.net/9a1b2c3d-0000-4000-8000-1234567890ab/", 2, 0, 2, 1, 0 },
        { "adfs", "http://adfs.acme.example/adfs/services/trust", 2, 1, 2, 2, 0 },
        { "google", "https://accounts.google.com/o/saml2?idpid=C01abc234", 1, 0, 2, 0, 0 },
        { "keycloak", "https://sso.acme.example/realms/acme", 1, 0, 3, 3, 1 },
        { "ping", "https://auth.pingone.eu/6d0a", 1, 0, 2, 0, 1 },
        { "jumpcloud", "acme", 1, 0, 1, 0, 0 },
        { "simplesamlphp", "https://login.acme.example/simplesaml/saml2/idp/metadata.php", 2, 2, 1, 1, 0 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_idp_t *idp = idp_of(*state, rows[i].file);

        assert_string_equal(idp->entity_id, rows[i].entity_id);
        assert_string_equal(idp->product, rows[i].file);
        assert_int_equal(idp->signing->nelts, rows[i].signing);
        assert_int_equal(idp->encryption->nelts, rows[i].encryption);
        assert_int_equal(idp->sso->nelts, rows[i].sso);
        assert_int_equal(idp->slo->nelts, rows[i].slo);
        assert_int_equal(idp->wants_signed_requests, rows[i].wants_signed);
    }
}

static void notes_of_a_usual_product_are_few(void **state)
{
    const ik_metadata_report_t *report = report_of(*state, "okta");

    assert_int_equal(report->notes->nelts, 1);
    assert_true(notes_say(report, "is self-signed, as is usual"));
}

static void describes_certificates(void **state)
{
    const ik_certificate_t *c = signing(idp_of(*state, "okta"), 0);

    assert_string_equal(c->subject, "CN=acme");
    assert_string_equal(c->key_type, "RSA");
    assert_int_equal(c->bits, 2048);
    assert_int_equal(strlen(c->fingerprint), 64);
    assert_int_equal(c->not_before, apr_time_from_sec(1704067200));     /* 2024-01-01 */
    assert_int_equal(c->not_after, apr_time_from_sec(2082758400));      /* 2036-01-01 */
    assert_int_equal(c->self_signed, 1);
    assert_true(c->der_len > 500 && c->der[0] == 0x30);
}

static void reads_elliptic_curves(void **state)
{
    static const int bits[] = { 256, 384, 521 };
    const ik_idp_t *idp = idp_of(*state, "elliptic-curves");

    assert_int_equal(idp->signing->nelts, 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(signing(idp, i)->key_type, "EC");
        assert_int_equal(signing(idp, i)->bits, bits[i]);
    }
}

static void key_without_use_serves_both(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "no-use");

    assert_int_equal(idp->signing->nelts, 1);
    assert_int_equal(idp->encryption->nelts, 1);
}

static void counts_a_certificate_once(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "duplicates");

    assert_int_equal(idp->signing->nelts, 1);
    assert_int_equal(idp->encryption->nelts, 1);
}

static void keeps_the_order_of_the_document(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "entra");

    assert_string_not_equal(signing(idp, 0)->fingerprint, signing(idp, 1)->fingerprint);
    assert_string_equal(signing(idp, 0)->subject, "CN=Microsoft Azure Federated SSO Certificate");
}

static void accepts_with_a_note(void **state)
{
    static const struct { const char *file, *note; int signing; } rows[] = {
        { "expired", "expired on 2020-01-01", 1 },
        { "expired", "valid until 2021-01-01T00:00:00Z", 1 },
        { "bad-valid-until", "not a date", 1 },
        { "nested", "valid until 2020-01-01T00:00:00Z", 1 },
        { "one-of-two-weak", "cannot be used: its RSA key has only 1024 bits, at least 2048 are needed", 1 },
        { "other-use", "neither \"signing\" nor \"encryption\"", 1 },
        { "chain", "\"CN=Acme Root CA\"", 1 },
        { "chain", "only issued another one", 1 },
        { "no-protocols", "SAML 2.0 is assumed", 1 },
        { "no-sso", "no sign-in address", 1 },
        { "odd-endpoints", "A SingleSignOnService without a binding or a web address", 1 },
        { "odd-endpoints", "A SingleLogoutService without a binding or a web address", 1 },
        { "odd-endpoints", "A ResponseLocation of SingleLogoutService is not a web address", 1 },
        { "odd-endpoints", "A SingleSignOnService of the identity provider is not protected by https", 1 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_metadata_report_t *report = report_of(*state, rows[i].file);

        assert_null(report->problem);
        assert_int_equal(report->idp->signing->nelts, rows[i].signing);
        if (!notes_say(report, rows[i].note))
            fail_msg("%s has no note that says: %s", rows[i].file, rows[i].note);
    }
}

static void warns_as_time_goes_by(void **state)
{
    static const struct { apr_int64_t now; const char *note; } rows[] = {
        { 1672531200, "is only valid from 2024-01-01" },        /* 2023-01-01 */
        { 2080425600, "expires on 2036-01-01" },                /* 2035-12-05 */
        { 2085000000, "expired on 2036-01-01" },                /* 2036-01-26 */
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_true(notes_say(report_at(*state, "okta", apr_time_from_sec(rows[i].now)), rows[i].note));
    assert_false(notes_say(report_of(*state, "okta"), "valid from"));
    assert_false(notes_say(report_of(*state, "okta"), "expire"));
}

static void takes_the_key_that_signs_and_not_its_issuer(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "chain");

    assert_string_equal(signing(idp, 0)->subject, "CN=idp.acme.example");
    assert_int_equal(signing(idp, 0)->self_signed, 0);
}

/* Two keys in one KeyInfo under one name look like issuer and issued, but neither signed the other. */
static void takes_both_keys_of_a_rollover(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "rollover");

    assert_int_equal(idp->signing->nelts, 2);
    assert_string_equal(signing(idp, 0)->subject, signing(idp, 1)->subject);
}

static void leaves_out_addresses_no_browser_may_be_sent_to(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "odd-endpoints");

    assert_int_equal(idp->sso->nelts, 1);
    assert_string_equal(endpoint(idp->sso, 0)->location, "http://idp.example.com/sso");
    assert_int_equal(idp->slo->nelts, 1);
    assert_string_equal(endpoint(idp->slo, 0)->location, "https://idp.example.com/slo");
    assert_null(endpoint(idp->slo, 0)->response_location);
}

static void reads_endpoints_with_their_bindings(void **state)
{
    const ik_idp_t *idp = idp_of(*state, "simplesamlphp");

    assert_string_equal(endpoint(idp->sso, 0)->binding, IK_BINDING_REDIRECT);
    assert_string_equal(endpoint(idp->sso, 0)->location,
                        "https://login.acme.example/simplesaml/saml2/idp/SSOService.php");
    assert_null(endpoint(idp->sso, 0)->response_location);
    assert_string_equal(endpoint(idp->slo, 0)->response_location,
                        "https://login.acme.example/simplesaml/saml2/idp/SingleLogoutService.php?done=1");
}

static void reads_validity(void **state)
{
    /* 2029-03-10T08:27:41Z */
    assert_int_equal(idp_of(*state, "google")->valid_until, apr_time_from_sec(1867825661));
    assert_int_equal(idp_of(*state, "okta")->valid_until, 0);
    /* the outer one, 2020-01-01, is earlier than the inner one */
    assert_int_equal(idp_of(*state, "nested")->valid_until, apr_time_from_sec(1577836800));
    assert_false(notes_say(report_of(*state, "google"), "valid until"));
}

/* The shortest of all around it; what is no duration says nothing. */
static void reads_how_long_it_may_be_kept(void **state)
{
    apr_size_t len;
    const char *okta = fixture_read(*state, "metadata/okta.xml", &len), *at = strstr(okta, " entityID");
    const char *attribute[] = { " cacheDuration=\"PT12H\"", " cacheDuration=\"soon\"", " cacheDuration=\"PT0S\"" };
    const apr_int64_t seconds[] = { 12 * 3600, 0, 0 };

    assert_non_null(at);
    for (apr_size_t i = 0; i < ROWS(attribute); i++) {
        const char *xml = apr_pstrcat(*state, apr_pstrmemdup(*state, okta, (apr_size_t)(at - okta)), attribute[i], at, NULL);
        const ik_metadata_report_t *report = ik_metadata_read(xml, strlen(xml), NOW, *state);

        assert_non_null(report->idp);
        assert_int_equal(report->idp->cache_seconds, seconds[i]);
    }
    assert_int_equal(idp_of(*state, "okta")->cache_seconds, 0);
}

static void ignores_what_has_no_meaning(void **state)
{
    static const char *const files[] = {
        "comments", "with-service-provider", "two-protocols", "nested", "space-around-id",
    };

    for (size_t i = 0; i < ROWS(files); i++) {
        const ik_idp_t *idp = idp_of(*state, files[i]);

        assert_int_equal(idp->signing->nelts, 1);
        assert_string_equal(signing(idp, 0)->subject, "CN=idp.example.com");
        assert_string_equal(idp->product, "other");
    }
    assert_string_equal(idp_of(*state, "space-around-id")->entity_id, "https://idp.example.com/metadata");
}

static void names_the_mistake(void **state)
{
    static const struct { const char *file, *problem; } rows[] = {
        { "service-provider", "This is the metadata of a service provider." },
        { "sign-in-page", "This is an HTML page, probably the sign-in page" },
        { "xhtml-page", "This is an HTML page" },
        { "certificate", "This is only a certificate." },
        { "bare-certificate", "This is only a certificate." },
        { "private-key", "it may be a private key: keep it to yourself" },
        { "address", "This is the address of the metadata." },
        { "openid", "This is JSON" },
        { "browser-view", "copied from the page in which the browser shows the file" },
        { "prose", "This is not XML." },
        { "utf16", "saved as UTF-16" },
        { "latin1", "not UTF-8 text" },
        { "two-providers", "describes 2 identity providers" },
        { "no-provider", "There is no identity provider in this metadata." },
        { "no-entity", "There is no identity provider in this metadata." },
        { "saml11", "does not speak SAML 2.0" },
        { "ws-federation", "for WS-Federation only" },
        { "message", "This is a SAML message, not metadata." },
        { "part", "This is only a part of the metadata." },
        { "other-xml", "This is XML, but not SAML 2.0 metadata" },
        { "other-namespace", "This is XML, but not SAML 2.0 metadata" },
        { "no-entity-id", "has no entityID" },
        { "long-entity-id", "longer than 1024 bytes" },
        { "control-entity-id", "contains control characters" },
        { "dtd", "document type declaration (DTD), which is refused" },
        { "dtd-behind-comment", "document type declaration (DTD), which is refused" },
        { "laughs", "document type declaration (DTD), which is refused" },
        { "undeclared-entity", "damaged or incomplete" },
        { "truncated", "damaged or incomplete" },
        { "half", "damaged or incomplete" },
        { "deep", "refused for safety" },
        { "empty", "There is nothing here." },
        { "blank", "There is nothing here." },
        { "no-key", "has no signing certificate" },
        { "encryption-only", "only has an encryption certificate" },
        { "key-value-only", "A key without a certificate is ignored." },
        { "rsa1024", "its RSA key has only 1024 bits, at least 2048 are needed" },
        { "secp256k1", "its elliptic curve secp256k1 is not P-256, P-384 or P-521" },
        { "ed25519", "its key is of type ED25519, only RSA and EC are accepted" },
        { "point-at-infinity", "its elliptic curve key is not a sound one" },
        { "even-exponent", "its RSA key is not a sound one" },
        { "damaged-certificate", "is damaged and cannot be read" },
        { "trailing-bytes", "is damaged and cannot be read" },
        { "not-base64", "is damaged and cannot be read" },
        { "seventeen-keys", "has more than 16 keys" },
        { "seventeen-certificates", "has more than 16 keys" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_metadata_report_t *report = report_of(*state, rows[i].file);

        assert_null(report->idp);
        if (!strstr(report->problem, rows[i].problem))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].file, report->problem, rows[i].problem);
    }
}

static void refuses_a_nul_byte(void **state)
{
    apr_size_t len;
    char *bytes = fixture_read(*state, "metadata/okta.xml", &len);

    bytes[len / 2] = '\0';
    assert_null(ik_metadata_read(bytes, len, NOW, *state)->idp);
}

static void refuses_more_than_the_limit(void **state)
{
    apr_size_t len, size = IK_XML_MAX_BYTES + 1;
    const char *good = fixture_read(*state, "metadata/okta.xml", &len);
    char *bytes = apr_palloc(*state, size);
    ik_metadata_report_t *report;

    memset(bytes, ' ', size);
    memcpy(bytes, good, len);
    report = ik_metadata_read(bytes, size, NOW, *state);
    assert_null(report->idp);
    assert_non_null(strstr(report->problem, "larger than 768 KiB"));
    assert_non_null(ik_metadata_read(bytes, size - 1, NOW, *state)->idp);
}

/* Cut anywhere, metadata is never half read: either nothing of meaning is missing, or there is a problem. */
static void refuses_every_truncation(void **state)
{
    apr_size_t len;
    const char *bytes = fixture_read(*state, "metadata/elliptic-curves.xml", &len);
    apr_pool_t *round;

    apr_pool_create(&round, *state);
    for (apr_size_t cut = 0; cut < len; cut += 7) {
        assert_null(ik_metadata_read(bytes, cut, NOW, round)->idp);
        apr_pool_clear(round);
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
        pool_test(reads_what_the_products_publish),
        pool_test(notes_of_a_usual_product_are_few),
        pool_test(describes_certificates),
        pool_test(reads_elliptic_curves),
        pool_test(key_without_use_serves_both),
        pool_test(counts_a_certificate_once),
        pool_test(keeps_the_order_of_the_document),
        pool_test(accepts_with_a_note),
        pool_test(warns_as_time_goes_by),
        pool_test(takes_the_key_that_signs_and_not_its_issuer),
        pool_test(takes_both_keys_of_a_rollover),
        pool_test(leaves_out_addresses_no_browser_may_be_sent_to),
        pool_test(reads_endpoints_with_their_bindings),
        pool_test(reads_validity),
        pool_test(reads_how_long_it_may_be_kept),
        pool_test(ignores_what_has_no_meaning),
        pool_test(names_the_mistake),
        pool_test(refuses_a_nul_byte),
        pool_test(refuses_more_than_the_limit),
        pool_test(refuses_every_truncation),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
