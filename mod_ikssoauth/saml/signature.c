/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies a signature in place, with xmlsec told to use our keys and to believe nothing else. */
#include "saml/signature.h"

#include <string.h>

#include <apr_strings.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

#include "base/encode.h"
#include "base/text.h"
#include "saml/algorithms.h"
#include "saml/certificate.h"
#include "saml/names.h"
#include "saml/xml.h"

#define SHOWN_CERTIFICATE_MAX 20000     /* characters of base64; real ones have about 2,000 */
#define FINGERPRINTS_SHOWN 300          /* bytes of them in a detail */
#define HASHES "SHA-256, SHA-384 or SHA-512"    /* as saml/algorithms.c accepts them */

int ik_signature_present(const xmlNode *node)
{
    return ik_xml_child(node, IK_NS_DSIG, "Signature") != NULL;
}

static const char *algorithm_of(const xmlNode *parent, const char *name, apr_pool_t *p)
{
    const xmlNode *node = ik_xml_child(parent, IK_NS_DSIG, name);

    return node ? ik_xml_attribute(node, "Algorithm", p) : NULL;
}

/* What a signature says that it is made with; NULL where it says nothing. */
typedef struct algorithms_t {
    const char *canonical, *signature, *digest;
} algorithms_t;

static algorithms_t algorithms_in(const xmlNode *signature, apr_pool_t *p)
{
    const xmlNode *info = ik_xml_child(signature, IK_NS_DSIG, "SignedInfo");

    return (algorithms_t){ algorithm_of(info, "CanonicalizationMethod", p), algorithm_of(info, "SignatureMethod", p),
                           algorithm_of(ik_xml_child(info, IK_NS_DSIG, "Reference"), "DigestMethod", p) };
}

static apr_status_t forbid(const char *what, const char *uri, const char *expected, const char *hint, ik_refusal_t *why)
{
    return ik_refuse(why, IK_REASON_ALGORITHM_FORBIDDEN, "%s is \"%s\", expected %s%s", what, uri ? uri : "", expected, hint);
}

/* SHA-1 is told apart from what nobody tolerates: there is an option for it. */
static apr_status_t check_hash(const char *what, const char *uri, ik_alg_use_t use, int sha1, ik_refusal_t *why)
{
    const int is_digest = use == IK_ALG_DIGEST;
    const ik_alg_use_t use_sha1 = is_digest ? IK_ALG_DIGEST_SHA1 : IK_ALG_SIGNATURE_SHA1;
    int is_sha1 = ik_alg_find(use_sha1, uri) != NULL;

    if (ik_alg_find(use, uri) || (sha1 && is_sha1))
        return APR_SUCCESS;
    return forbid(what, uri, is_digest ? HASHES : "RSA or ECDSA with " HASHES,
                  is_sha1 ? "; the account's option sha1 could tolerate it until a day" : "", why);
}

apr_status_t ik_signature_check_algorithms(const xmlNode *signature, int sha1, ik_refusal_t *why)
{
    const algorithms_t said = algorithms_in(signature, why->p);
    apr_status_t rv;

    if (!ik_alg_find(IK_ALG_CANONICAL, said.canonical))
        return forbid("the canonicalization", said.canonical, "the exclusive one (xml-exc-c14n#)", "", why);
    rv = check_hash("the signature algorithm", said.signature, IK_ALG_SIGNATURE, sha1, why);
    if (rv == APR_SUCCESS)
        rv = check_hash("the digest algorithm", said.digest, IK_ALG_DIGEST, sha1, why);
    return rv;
}

int ik_signature_has_sha1(const xmlNode *node, apr_pool_t *p)
{
    const algorithms_t said = algorithms_in(ik_xml_child(node, IK_NS_DSIG, "Signature"), p);

    return ik_alg_find(IK_ALG_SIGNATURE_SHA1, said.signature) || ik_alg_find(IK_ALG_DIGEST_SHA1, said.digest);
}

static void enable_reference(void *ctx, const ik_alg_t *row)
{
    xmlSecDSigCtxEnableReferenceTransform(ctx, row->transform());
}

static void enable_signature(void *ctx, const ik_alg_t *row)
{
    xmlSecDSigCtxEnableSignatureTransform(ctx, row->transform());
}

/* "#ID" of this document only, without XPointer; the transforms of our table only (R3). */
static void restrict_to_profile(xmlSecDSigCtxPtr ctx, int sha1)
{
    ctx->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    ctx->flags |= XMLSEC_DSIG_FLAGS_USE_VISA3D_HACK | XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
    ik_alg_each(IK_ALG_TRANSFORM, enable_reference, ctx);
    ik_alg_each(IK_ALG_DIGEST, enable_reference, ctx);
    ik_alg_each(IK_ALG_CANONICAL, enable_signature, ctx);
    ik_alg_each(IK_ALG_SIGNATURE, enable_signature, ctx);
    if (!sha1)
        return;
    ik_alg_each(IK_ALG_DIGEST_SHA1, enable_reference, ctx);
    ik_alg_each(IK_ALG_SIGNATURE_SHA1, enable_signature, ctx);
}

/* After xmlsec said yes: the one Reference was processed, succeeded, and is the one that we looked at. */
static int covers(const xmlSecDSigCtx *ctx, const char *id)
{
    xmlSecDSigReferenceCtxPtr reference;

    if (xmlSecPtrListGetSize((xmlSecPtrListPtr)&ctx->signedInfoReferences) != 1)
        return 0;
    reference = xmlSecPtrListGetItem((xmlSecPtrListPtr)&ctx->signedInfoReferences, 0);
    return reference && reference->status == xmlSecDSigStatusSucceeded && reference->uri
           && reference->uri[0] == '#' && strcmp((const char *)reference->uri + 1, id) == 0;
}

/* With the key already set, xmlsec does not read KeyInfo at all (R4). 1 only if everything is as it must be. */
static int verifies(xmlNodePtr signature, const char *id, xmlSecKeyPtr key, int sha1)
{
    xmlSecDSigCtx ctx;
    int good = 0;

    if (xmlSecDSigCtxInitialize(&ctx, NULL) < 0)
        return 0;
    restrict_to_profile(&ctx, sha1);
    ctx.signKey = xmlSecKeyDuplicate(key);
    if (ctx.signKey && xmlSecDSigCtxVerify(&ctx, signature) == 0 && ctx.status == xmlSecDSigStatusSucceeded)
        good = covers(&ctx, id);
    xmlSecDSigCtxFinalize(&ctx);
    return good;
}

/* Tells libxml2 that this attribute is the ID that "#ID" means. 0 if another element has that ID. */
static int register_id(xmlNodePtr node, const char *id)
{
    xmlAttrPtr attribute = xmlHasNsProp(node, (const xmlChar *)"ID", NULL);
    xmlAttrPtr known = xmlGetID(node->doc, (const xmlChar *)id);

    if (!known && attribute)
        return xmlAddID(NULL, node->doc, (const xmlChar *)id, attribute) != NULL;
    return attribute && known == attribute;
}

/* The fingerprint of what a signature shows as its certificate: worth nothing (R4) but to explain. NULL: it shows none. */
static const char *shown_fingerprint(const xmlNode *signature, apr_pool_t *p)
{
    const xmlNode *data = ik_xml_child(ik_xml_child(signature, IK_NS_DSIG, "KeyInfo"), IK_NS_DSIG, "X509Data");
    const xmlNode *node = ik_xml_child(data, IK_NS_DSIG, "X509Certificate");
    const char *text = node ? ik_xml_text(node, p) : NULL;
    const unsigned char *der;
    apr_size_t len;

    if (!text || strlen(text) > SHOWN_CERTIFICATE_MAX || ik_decode_base64(&der, &len, text, p) != APR_SUCCESS || len == 0)
        return NULL;
    return ik_certificate_fingerprint(der, len, p);
}

/* A key that was renewed is told from a message that was changed: the first shows a certificate that the metadata lacks. */
static apr_status_t refuse_unverified(const xmlNode *signature, const char *what, const ik_trust_t *trust, ik_refusal_t *why)
{
    const char *idp = trust->idp->entity_id, *shown = shown_fingerprint(signature, why->p);
    apr_array_header_t *known = apr_array_make(why->p, trust->keys->nelts, sizeof(const char *));

    for (int i = 0; i < trust->idp->signing->nelts; i++)
        APR_ARRAY_PUSH(known, const char *) = APR_ARRAY_IDX(trust->idp->signing, i, const ik_certificate_t *)->fingerprint;
    if (!shown)
        return ik_refuse(why, IK_REASON_SIGNATURE_INVALID, "the signature of the %s is made with no key of \"%s\"", what, idp);
    if (ik_text_in(known, shown))
        return ik_refuse(why, IK_REASON_SIGNATURE_INVALID, "the signature of the %s shows a certificate of \"%s\", and does not match: "
                         "the message was changed after it was signed, or is forged", what, idp);
    return ik_refuse(why, IK_REASON_SIGNATURE_INVALID, "the signature of the %s is made with no key of \"%s\": it shows the certificate "
                     "with SHA-256 fingerprint \"%s\", expected %s", what, idp, shown, ik_text_quote(why->p, known, FINGERPRINTS_SHOWN));
}

apr_status_t ik_signature_verify(const ik_certificate_t **by, xmlNodePtr signed_node, const ik_trust_t *trust, int sha1,
                                 ik_refusal_t *why)
{
    xmlNodePtr signature = ik_xml_child(signed_node, IK_NS_DSIG, "Signature");
    const char *id = ik_xml_attribute(signed_node, "ID", why->p);
    apr_status_t rv;
    int i;

    if (!signature)
        return ik_refuse(why, IK_REASON_SIGNATURE_MISSING, "the %s is not signed", (const char *)signed_node->name);
    if (!id || !register_id(signed_node, id))
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "the ID of the signed element is not unique");
    rv = ik_signature_check_algorithms(signature, sha1, why);
    if (rv != APR_SUCCESS)
        return rv;
    for (i = 0; i < trust->keys->nelts; i++) {
        if (!verifies(signature, id, APR_ARRAY_IDX(trust->keys, i, xmlSecKeyPtr), sha1))
            continue;
        if (by)
            *by = APR_ARRAY_IDX(trust->idp->signing, i, const ik_certificate_t *);
        return APR_SUCCESS;
    }
    return refuse_unverified(signature, (const char *)signed_node->name, trust, why);
}
