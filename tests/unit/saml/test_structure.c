/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/structure.c on small messages; tests/fixtures/responses has the large ones. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "saml/names.h"
#include "saml/own.h"
#include "saml/structure.h"
#include "saml/xml.h"

#define NAMESPACES "xmlns:p='" IK_NS_PROTOCOL "' xmlns='" IK_NS_ASSERTION "' xmlns:d='" IK_NS_DSIG "'" \
                   " xmlns:xsi='" IK_NS_XSI "' xmlns:xs='" IK_NS_XSD "' xmlns:f='urn:foreign'"
#define RESPONSE(inside) "<p:Response " NAMESPACES " ID='_r' Version='2.0'>" inside "</p:Response>"
#define ASSERTION(inside) RESPONSE("<Assertion ID='_a' Version='2.0'>" inside "</Assertion>")
#define VALUE(inside) ASSERTION("<AttributeStatement><Attribute Name='x'>" inside "</Attribute></AttributeStatement>")
#define ENVELOPED "<d:Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>"
#define EXCLUSIVE "<d:Transform Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/>"
#define SIGNED(uri, transforms, method, digest, more) RESPONSE( \
    "<d:Signature><d:SignedInfo><d:CanonicalizationMethod Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/>" \
    "<d:SignatureMethod Algorithm='" method "'/><d:Reference URI='" uri "'><d:Transforms>" transforms "</d:Transforms>" \
    "<d:DigestMethod Algorithm='" digest "'/><d:DigestValue>x</d:DigestValue></d:Reference></d:SignedInfo>" \
    "<d:SignatureValue>x</d:SignatureValue>" more "</d:Signature>")
#define RSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define RSA_SHA1 IK_NS_DSIG "rsa-sha1"
#define ECDSA_SHA1 "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
#define SHA1 IK_NS_DSIG "sha1"
#define FORBIDDEN "structure_forbidden"
#define ALGORITHM "algorithm_forbidden"

static const char *judge_with(int sha1, const char *text, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    xmlDocPtr doc;

    assert_int_equal(ik_xml_parse(&doc, text, strlen(text), p, &why), APR_SUCCESS);
    if (ik_structure_check(xmlDocGetRootElement(doc), sha1, &why) == APR_SUCCESS)
        return "accepted";
    return ik_reason_row(why.reason)->id;
}

static const char *judge(const char *text, apr_pool_t *p)
{
    return judge_with(0, text, p);
}

static void judges_every_shape(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { RESPONSE(""), "accepted" },
        { ASSERTION(""), "accepted" },
        { ASSERTION("\n  <Issuer>x</Issuer>\n"), "accepted" },
        { "<Response xmlns='" IK_NS_ASSERTION "' ID='_r' Version='2.0'/>", "malformed" },
        { "<p:LogoutRequest " NAMESPACES " ID='_r' Version='2.0'/>", "malformed" },
        { "<html/>", "malformed" },
        { "<p:Response " NAMESPACES " ID='_r'/>", FORBIDDEN },
        { "<p:Response " NAMESPACES " ID='_r' Version='1.1'/>", FORBIDDEN },
        { "<p:Response " NAMESPACES " Version='2.0'/>", FORBIDDEN },
        { "<p:Response " NAMESPACES " ID='' Version='2.0'/>", FORBIDDEN },
        { RESPONSE("text"), FORBIDDEN },
        { RESPONSE("<f:x/>"), FORBIDDEN },
        { RESPONSE("<Issuer/><Issuer/>"), FORBIDDEN },
        { RESPONSE("<Assertion/>"), FORBIDDEN },
        { RESPONSE("<Assertion ID='_a' Version='2.0'/><Assertion ID='_b' Version='2.0'/>"), FORBIDDEN },
        { RESPONSE("<p:Extensions><f:x ID='_f'>y</f:x></p:Extensions>"), "accepted" },
        { RESPONSE("<p:Extensions><f:x><Assertion ID='_a' Version='2.0'/></f:x></p:Extensions>"), FORBIDDEN },
        { RESPONSE("<p:Extensions><d:Signature/></p:Extensions>"), FORBIDDEN },
        { RESPONSE("<p:Extensions><f:x ID='_r'/></p:Extensions>"), FORBIDDEN },
        { RESPONSE("<p:Extensions><f:x Id='_r'/></p:Extensions>"), FORBIDDEN },
        { RESPONSE("<p:Extensions><f:x xml:id='_x'/></p:Extensions>"), FORBIDDEN },
        { ASSERTION("<Subject><NameID>a<f:x/></NameID></Subject>"), FORBIDDEN },
        { ASSERTION("<Subject xsi:type='xs:string'/>"), FORBIDDEN },
        { ASSERTION("<Conditions><Condition/></Conditions>"), FORBIDDEN },
        { ASSERTION("<Advice><Assertion ID='_b' Version='2.0'/></Advice>"), FORBIDDEN },
        { VALUE("<AttributeValue xsi:type='xs:string'>x</AttributeValue>"), "accepted" },
        { VALUE("<AttributeValue xsi:type='f:string'>x</AttributeValue>"), FORBIDDEN },
        { VALUE("<AttributeValue xsi:type='string'>x</AttributeValue>"), FORBIDDEN },
        { VALUE("<AttributeValue xsi:type='q:string'>x</AttributeValue>"), FORBIDDEN },
        { VALUE("<AttributeValue><NameID>x</NameID></AttributeValue>"), "accepted" },
        { VALUE("<AttributeValue><f:x>y</f:x></AttributeValue>"), "accepted" },
        { VALUE("<AttributeValue><f:x><NameID>x</NameID></f:x></AttributeValue>"), FORBIDDEN },
        { VALUE("<AttributeValue><Issuer>x</Issuer></AttributeValue>"), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED EXCLUSIVE, RSA_SHA256, SHA256, ""), "accepted" },
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, SHA256, "<d:KeyInfo><d:KeyName>x</d:KeyName></d:KeyInfo>"), "accepted" },
        { SIGNED("#_a", ENVELOPED, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("", ENVELOPED, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("_r", ENVELOPED, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#xpointer(id(&quot;_r&quot;))", ENVELOPED, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#_r", EXCLUSIVE, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED ENVELOPED, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED EXCLUSIVE EXCLUSIVE, RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED "<d:Transform Algorithm='http://www.w3.org/TR/1999/REC-xslt-19991116'/>",
                 RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#_r", "<d:Transform/>", RSA_SHA256, SHA256, ""), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, SHA256, "<d:Object/>"), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, SHA256, "<d:KeyInfo><d:Object/></d:KeyInfo>"), FORBIDDEN },
        { SIGNED("#_r", ENVELOPED, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", SHA256, ""), "algorithm_forbidden" },
        { SIGNED("#_r", ENVELOPED, "http://www.w3.org/2000/09/xmldsig#hmac-sha1", SHA256, ""), "algorithm_forbidden" },
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#sha1", ""), "algorithm_forbidden" },
        { SIGNED("#_r", ENVELOPED, "", SHA256, ""), "algorithm_forbidden" },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        if (strcmp(judge(rows[i].text, *state), rows[i].expected) != 0)
            fail_msg("%s, expected %s: %s", judge(rows[i].text, *state), rows[i].expected, rows[i].text);
}

/* Of what is no longer safe, SHA-1 alone can be let through: in either place, and with nothing else beside it. */
static void lets_nothing_but_sha1_through_where_it_is_tolerated(void **state)
{
    static const struct {
        const char *text, *usual, *tolerant;
    } rows[] = {
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, SHA256, ""), "accepted", "accepted" },
        { SIGNED("#_r", ENVELOPED, RSA_SHA1, SHA1, ""), ALGORITHM, "accepted" },
        { SIGNED("#_r", ENVELOPED, ECDSA_SHA1, SHA1, ""), ALGORITHM, "accepted" },
        { SIGNED("#_r", ENVELOPED, RSA_SHA1, SHA256, ""), ALGORITHM, "accepted" },
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, SHA1, ""), ALGORITHM, "accepted" },
        { SIGNED("#_r", ENVELOPED, RSA_SHA256, RSA_SHA1, ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, SHA1, SHA1, ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, IK_NS_DSIG "hmac-sha1", SHA1, ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, IK_NS_DSIG "dsa-sha1", SHA1, ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, IK_NS_DSIG "RSA-SHA1", SHA1, ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5", SHA1, ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, RSA_SHA1, "http://www.w3.org/2001/04/xmldsig-more#md5", ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, RSA_SHA1, "http://www.w3.org/2001/04/xmldsig-more#sha224", ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED, RSA_SHA1, "", ""), ALGORITHM, ALGORITHM },
        { SIGNED("#_r", ENVELOPED "<d:Transform Algorithm='" SHA1 "'/>", RSA_SHA1, SHA1, ""), FORBIDDEN, FORBIDDEN },
        { SIGNED("#_a", ENVELOPED, RSA_SHA1, SHA1, ""), FORBIDDEN, FORBIDDEN },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        if (strcmp(judge(rows[i].text, *state), rows[i].usual) != 0)
            fail_msg("usually %s, expected %s: %s", judge(rows[i].text, *state), rows[i].usual, rows[i].text);
        if (strcmp(judge_with(1, rows[i].text, *state), rows[i].tolerant) != 0)
            fail_msg("with SHA-1 %s, expected %s: %s", judge_with(1, rows[i].text, *state), rows[i].tolerant,
                     rows[i].text);
    }
}

static void says_that_sha1_could_be_tolerated(void **state)
{
    static const char text[] = SIGNED("#_r", ENVELOPED, RSA_SHA1, SHA256, "");
    ik_refusal_t why = { .p = *state };
    xmlDocPtr doc;

    assert_int_equal(ik_xml_parse(&doc, text, strlen(text), *state, &why), APR_SUCCESS);
    assert_int_equal(ik_structure_check(xmlDocGetRootElement(doc), 0, &why), IK_REFUSED);
    assert_string_equal(why.detail, "the signature algorithm is \"" RSA_SHA1 "\", expected RSA or ECDSA with SHA-256, SHA-384 or "
                        "SHA-512; the account's option sha1 could tolerate it until a day");
}

/* Each value declares its namespaces and type itself, as several identity providers write them. */
static const char *with_values(int n, apr_pool_t *p)
{
    static const char value[] = "<AttributeValue xmlns:xs='" IK_NS_XSD "' xmlns:xsi='" IK_NS_XSI "'"
                                " xsi:type='xs:string'>group-of-forty-bytes-abcdefghijklmnopqrs</AttributeValue>\n";
    apr_size_t len = sizeof(value) - 1;
    char *all = apr_pcalloc(p, (apr_size_t)n * len + 1);
    int i;

    for (i = 0; i < n; i++)
        memcpy(all + (apr_size_t)i * len, value, len);
    return apr_pstrcat(p, "<p:Response " NAMESPACES " ID='_r' Version='2.0'><Assertion ID='_a' Version='2.0'>"
                       "<AttributeStatement><Attribute Name='groups'>", all,
                       "</Attribute></AttributeStatement></Assertion></p:Response>", NULL);
}

static void accepts_somebody_in_three_thousand_groups(void **state)
{
    assert_string_equal(judge(with_values(1000, *state), *state), "accepted");
    assert_string_equal(judge(with_values(3000, *state), *state), "accepted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(judges_every_shape),
        pool_test(lets_nothing_but_sha1_through_where_it_is_tolerated),
        pool_test(says_that_sha1_could_be_tolerated),
        pool_test(accepts_somebody_in_three_thousand_groups),
    };

    return ik_saml_start() == APR_SUCCESS ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
