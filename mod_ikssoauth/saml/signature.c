/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies a signature in place, with xmlsec told to use our keys and to believe nothing else. */
#include "saml/signature.h"

#include <string.h>

#include <apr_strings.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

#include "saml/algorithms.h"
#include "saml/names.h"
#include "saml/xml.h"

int ik_signature_present(const xmlNode *node)
{
    return ik_xml_child(node, IK_NS_DSIG, "Signature") != NULL;
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
static void restrict_to_profile(xmlSecDSigCtxPtr ctx)
{
    ctx->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    ctx->flags |= XMLSEC_DSIG_FLAGS_USE_VISA3D_HACK | XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
    ik_alg_each(IK_ALG_TRANSFORM, enable_reference, ctx);
    ik_alg_each(IK_ALG_DIGEST, enable_reference, ctx);
    ik_alg_each(IK_ALG_CANONICAL, enable_signature, ctx);
    ik_alg_each(IK_ALG_SIGNATURE, enable_signature, ctx);
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
static int verifies(xmlNodePtr signature, const char *id, xmlSecKeyPtr key)
{
    xmlSecDSigCtx ctx;
    int good = 0;

    if (xmlSecDSigCtxInitialize(&ctx, NULL) < 0)
        return 0;
    restrict_to_profile(&ctx);
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

apr_status_t ik_signature_verify(xmlNodePtr signed_node, const ik_trust_t *trust, ik_refusal_t *why)
{
    xmlNodePtr signature = ik_xml_child(signed_node, IK_NS_DSIG, "Signature");
    const char *id = ik_xml_attribute(signed_node, "ID", why->p);
    int i;

    if (!signature)
        return ik_refuse(why, IK_REASON_SIGNATURE_MISSING, "the %s is not signed", (const char *)signed_node->name);
    if (!id || !register_id(signed_node, id))
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "the ID of the signed element is not unique");
    for (i = 0; i < trust->keys->nelts; i++)
        if (verifies(signature, id, APR_ARRAY_IDX(trust->keys, i, xmlSecKeyPtr)))
            return APR_SUCCESS;
    return ik_refuse(why, IK_REASON_SIGNATURE_INVALID,
                     "the signature of the %s does not verify with any of the %d keys of \"%s\"",
                     (const char *)signed_node->name, trust->keys->nelts, trust->idp->entity_id);
}
