/* SPDX-License-Identifier: Apache-2.0 */
/* Serialises messages, signs them, and puts them into a URL or a form. */
#include "saml/send.h"

#include <string.h>

#include <apr_base64.h>
#include <apr_strings.h>
#include <lasso/xml/saml-2.0/samlp2_request_abstract.h>
#include <libxml/uri.h>
#include <openssl/evp.h>
#include <xmlsec/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <zlib.h>

#include "saml/algorithms.h"
#include "saml/names.h"
#include "saml/own.h"
#include "saml/time.h"
#include "saml/xml.h"

#define RSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define ENVELOPED "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
#define RAW_DEFLATE (-15)       /* zlib's window bits for RFC 1951 without a header (Bindings 3.4.4.1) */

const ik_endpoint_t *ik_outgoing_endpoint(const apr_array_header_t *endpoints)
{
    static const char *const bindings[] = { IK_BINDING_REDIRECT, IK_BINDING_POST };

    for (size_t b = 0; b < sizeof(bindings) / sizeof(bindings[0]); b++)
        for (int i = 0; i < endpoints->nelts; i++) {
            const ik_endpoint_t *endpoint = APR_ARRAY_IDX(endpoints, i, const ik_endpoint_t *);

            if (strcmp(endpoint->binding, bindings[b]) == 0)
                return endpoint;
        }
    return NULL;
}

char *ik_send_copy(const char *text)
{
    return g_strdup(text);
}

LassoSaml2NameID *ik_send_issuer(const char *entity_id)
{
    return LASSO_SAML2_NAME_ID(lasso_saml2_name_id_new_with_string((char *)entity_id));
}

void ik_send_head(LassoNode *request, const char *id, apr_time_t now, const char *destination, const char *entity_id,
                  apr_pool_t *p)
{
    LassoSamlp2RequestAbstract *message = LASSO_SAMLP2_REQUEST_ABSTRACT(request);

    message->ID = ik_send_copy(id);
    message->Version = ik_send_copy("2.0");
    message->IssueInstant = ik_send_copy(ik_saml_time_text(p, now));
    message->Destination = ik_send_copy(destination);
    message->Issuer = ik_send_issuer(entity_id);
}

xmlNodePtr ik_send_tree(LassoNode *node, apr_pool_t *p)
{
    xmlNodePtr root = node ? lasso_node_get_xmlNode(node, FALSE) : NULL;
    xmlDocPtr doc = root ? ik_own_doc(p, xmlNewDoc((const xmlChar *)"1.0")) : NULL;

    if (node)
        g_object_unref(node);
    if (!doc)
        return NULL;
    xmlDocSetRootElement(doc, root);
    return root;
}

const char *ik_send_text(xmlNodePtr root, apr_pool_t *p)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    const char *text = NULL;

    if (buffer && xmlNodeDump(buffer, root->doc, root, 0, 0) >= 0)
        text = apr_pstrmemdup(p, (const char *)xmlBufferContent(buffer), (apr_size_t)xmlBufferLength(buffer));
    xmlBufferFree(buffer);
    return text;
}

/* Where the schemas want it: right behind the Issuer, else first (Core 3.2.1; Metadata 2.3.2). */
static void place(xmlNodePtr root, xmlNodePtr signature)
{
    xmlNodePtr issuer = ik_xml_child(root, IK_NS_ASSERTION, "Issuer");

    if (issuer)
        xmlAddNextSibling(issuer, signature);
    else if (root->children)
        xmlAddPrevSibling(root->children, signature);
    else
        xmlAddChild(root, signature);
}

static xmlNodePtr make_template(xmlNodePtr root, const char *id)
{
    xmlNodePtr signature = xmlSecTmplSignatureCreateNsPref(
        root->doc, ik_alg_find(IK_ALG_CANONICAL, IK_NS_EXC_C14N)->transform(),
        ik_alg_find(IK_ALG_SIGNATURE, RSA_SHA256)->transform(), NULL, (const xmlChar *)"ds");
    xmlChar *uri = xmlStrcat(xmlStrdup((const xmlChar *)"#"), (const xmlChar *)id);
    xmlNodePtr reference = NULL;

    if (signature) {
        place(root, signature);
        reference = xmlSecTmplSignatureAddReference(signature, ik_alg_find(IK_ALG_DIGEST, SHA256)->transform(), NULL, uri,
                                                    NULL);
    }
    xmlFree(uri);
    if (!reference
        || !xmlSecTmplReferenceAddTransform(reference, ik_alg_find(IK_ALG_TRANSFORM, ENVELOPED)->transform())
        || !xmlSecTmplReferenceAddTransform(reference, ik_alg_find(IK_ALG_TRANSFORM, IK_NS_EXC_C14N)->transform()))
        return NULL;
    return signature;
}

static apr_status_t fill_template(xmlNodePtr signature, xmlSecKeyPtr key)
{
    xmlSecDSigCtx ctx;
    apr_status_t rv = APR_EGENERAL;

    if (xmlSecDSigCtxInitialize(&ctx, NULL) < 0)
        return APR_EGENERAL;
    ctx.signKey = xmlSecKeyDuplicate(key);
    if (ctx.signKey && xmlSecDSigCtxSign(&ctx, signature) == 0 && ctx.status == xmlSecDSigStatusSucceeded)
        rv = APR_SUCCESS;
    xmlSecDSigCtxFinalize(&ctx);
    return rv;
}

apr_status_t ik_send_sign(xmlNodePtr root, const ik_spkeys_t *signer)
{
    xmlAttrPtr attribute = xmlHasNsProp(root, (const xmlChar *)"ID", NULL);
    const char *id = attribute && attribute->children ? (const char *)attribute->children->content : NULL;
    xmlNodePtr signature;

    if (!id || !xmlAddID(NULL, root->doc, (const xmlChar *)id, attribute))
        return APR_EGENERAL;
    signature = make_template(root, id);
    return signature ? fill_template(signature, APR_ARRAY_IDX(signer->keys, 0, xmlSecKeyPtr)) : APR_EGENERAL;
}

static const char *base64(const void *bytes, apr_size_t len, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)apr_base64_encode_len((int)len));

    apr_base64_encode_binary(text, bytes, (int)len);
    return text;
}

/* NULL if zlib fails. */
static const char *deflated(const char *text, apr_pool_t *p)
{
    z_stream z = { 0 };
    uLong bound;
    unsigned char *to;
    const char *result = NULL;

    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, RAW_DEFLATE, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    bound = deflateBound(&z, strlen(text));
    to = apr_palloc(p, bound);
    z.next_in = (Bytef *)(apr_uintptr_t)text;
    z.avail_in = (uInt)strlen(text);
    z.next_out = to;
    z.avail_out = (uInt)bound;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END)
        result = base64(to, z.total_out, p);
    deflateEnd(&z);
    return result;
}

/* The RSA signature of text, as base64; NULL if OpenSSL fails. */
static const char *signature_of(const char *text, const ik_spkeys_t *signer, apr_pool_t *p)
{
    xmlSecKeyPtr key = APR_ARRAY_IDX(signer->keys, 0, xmlSecKeyPtr);
    EVP_PKEY *private = xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(key));
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char signature[1024];      /* 8,192 bits */
    size_t len = sizeof signature;
    const char *result = NULL;

    if (ctx && private && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, private) == 1
        && EVP_DigestSign(ctx, signature, &len, (const unsigned char *)text, strlen(text)) == 1)
        result = base64(signature, len, p);
    EVP_MD_CTX_free(ctx);
    return result;
}

const char *ik_send_escape(const char *value, apr_pool_t *p)
{
    xmlChar *escaped = xmlURIEscapeStr((const xmlChar *)value, (const xmlChar *)"");
    const char *copy = escaped ? apr_pstrdup(p, (const char *)escaped) : "";

    xmlFree(escaped);
    return copy;
}

/* "field=…&RelayState=…&SigAlg=…&Signature=…" (Bindings 3.4.4.1). NULL on failure. */
static const char *query_of(const ik_sending_t *sending, const char *message, apr_pool_t *p)
{
    const char *query = apr_pstrcat(p, sending->field, "=", ik_send_escape(message, p), NULL), *signature;

    if (sending->relay_state)
        query = apr_pstrcat(p, query, "&RelayState=", ik_send_escape(sending->relay_state, p), NULL);
    if (!sending->signer)
        return query;
    query = apr_pstrcat(p, query, "&SigAlg=", ik_send_escape(RSA_SHA256, p), NULL);
    signature = signature_of(query, sending->signer, p);
    return signature ? apr_pstrcat(p, query, "&Signature=", ik_send_escape(signature, p), NULL) : NULL;
}

const char *ik_send_add_query(const char *location, const char *query, apr_pool_t *p)
{
    const char *bare = apr_pstrmemdup(p, location, strcspn(location, "#"));
    const char *mark = strchr(bare, '?');

    if (!mark)
        return apr_pstrcat(p, bare, "?", query, NULL);
    return apr_pstrcat(p, bare, mark[1] && bare[strlen(bare) - 1] != '&' ? "&" : "", query, NULL);
}

static apr_status_t send_redirect(ik_outgoing_t *out, const ik_sending_t *sending, apr_pool_t *p)
{
    const char *text = ik_send_text(sending->root, p);
    const char *message = text ? deflated(text, p) : NULL;
    const char *query = message ? query_of(sending, message, p) : NULL;

    if (!query)
        return APR_EGENERAL;
    out->redirect = ik_send_add_query(sending->location, query, p);
    return APR_SUCCESS;
}

static apr_status_t send_post(ik_outgoing_t *out, const ik_sending_t *sending, apr_pool_t *p)
{
    apr_status_t rv = sending->signer ? ik_send_sign(sending->root, sending->signer) : APR_SUCCESS;
    const char *text = rv == APR_SUCCESS ? ik_send_text(sending->root, p) : NULL;

    if (!text)
        return APR_EGENERAL;
    out->action = sending->location;
    out->field = sending->field;
    out->message = base64(text, strlen(text), p);
    out->relay_state = sending->relay_state;
    return APR_SUCCESS;
}

apr_status_t ik_send(ik_outgoing_t **out, const ik_sending_t *sending, apr_pool_t *p)
{
    ik_outgoing_t *made = apr_pcalloc(p, sizeof *made);
    int redirects = strcmp(sending->binding, IK_BINDING_REDIRECT) == 0;
    apr_status_t rv = redirects ? send_redirect(made, sending, p) : send_post(made, sending, p);

    if (rv == APR_SUCCESS)
        *out = made;
    return rv;
}
