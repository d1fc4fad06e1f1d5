/* SPDX-License-Identifier: Apache-2.0 */
/* Builds our own metadata as a tree of libxml2: Lasso has no objects for it. */
#include "saml/sp_metadata.h"

#include <apr_base64.h>
#include <apr_strings.h>
#include <libxml/tree.h>

#include "saml/names.h"
#include "saml/own.h"
#include "saml/send.h"

#define X(text) ((const xmlChar *)(text))
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* The document as it grows. */
typedef struct building_t {
    const ik_sp_metadata_t *ours;
    xmlNsPtr md, ds;
    apr_pool_t *p;
} building_t;

static xmlNodePtr element(xmlNodePtr parent, xmlNsPtr ns, const char *name, const char *text)
{
    return xmlNewTextChild(parent, ns, X(name), X(text));
}

static void attribute(xmlNodePtr node, const char *name, const char *value)
{
    xmlSetProp(node, X(name), X(value));
}

static const char *certificate_text(const ik_certificate_t *certificate, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)apr_base64_encode_len((int)certificate->der_len));

    apr_base64_encode_binary(text, certificate->der, (int)certificate->der_len);
    return text;
}

static void add_key(const building_t *b, xmlNodePtr descriptor, const char *use, const ik_certificate_t *certificate)
{
    xmlNodePtr key = element(descriptor, b->md, "KeyDescriptor", NULL);
    xmlNodePtr info = element(key, b->ds, "KeyInfo", NULL);
    xmlNodePtr data = element(info, b->ds, "X509Data", NULL);

    attribute(key, "use", use);
    element(data, b->ds, "X509Certificate", certificate_text(certificate, b->p));
}

/* Both uses apart: some identity providers take a KeyDescriptor without one for none. */
static void add_keys(const building_t *b, xmlNodePtr descriptor)
{
    const apr_array_header_t *all = b->ours->keys->certificates;
    const int fresh = all->nelts - b->ours->keys->old;
    int i;

    for (i = 0; i < all->nelts; i++)
        add_key(b, descriptor, "signing", APR_ARRAY_IDX(all, i, const ik_certificate_t *));
    for (i = 0; i < fresh; i++)
        add_key(b, descriptor, "encryption", APR_ARRAY_IDX(all, i, const ik_certificate_t *));
}

static xmlNodePtr add_endpoint(const building_t *b, xmlNodePtr descriptor, const char *name, const char *binding,
                               const char *location)
{
    xmlNodePtr node = element(descriptor, b->md, name, NULL);

    attribute(node, "Binding", binding);
    attribute(node, "Location", location);
    return node;
}

/* In the order of the schema (Metadata 2.4.4, 2.4.2). */
static void fill(const building_t *b, xmlNodePtr root)
{
    static const char *const slo[] = { IK_BINDING_REDIRECT, IK_BINDING_POST, IK_BINDING_SOAP };
    xmlNodePtr descriptor = element(root, b->md, "SPSSODescriptor", NULL), acs;
    size_t i;

    attribute(descriptor, "AuthnRequestsSigned", b->ours->sign_requests ? "true" : "false");
    attribute(descriptor, "WantAssertionsSigned", "true");
    attribute(descriptor, "protocolSupportEnumeration", IK_NS_PROTOCOL);
    add_keys(b, descriptor);
    for (i = 0; i < sizeof(slo) / sizeof(slo[0]); i++)
        add_endpoint(b, descriptor, "SingleLogoutService", slo[i], b->ours->slo);
    element(descriptor, b->md, "NameIDFormat", IK_NAMEID_EMAIL);
    acs = add_endpoint(b, descriptor, "AssertionConsumerService", IK_BINDING_POST, b->ours->acs);
    attribute(acs, "index", "0");
    attribute(acs, "isDefault", "true");
}

apr_status_t ik_sp_metadata_build(const char **xml, const ik_sp_metadata_t *ours, apr_pool_t *p)
{
    xmlDocPtr doc = ik_own_doc(p, xmlNewDoc(X("1.0")));
    xmlNodePtr root = doc ? xmlNewDocNode(doc, NULL, X("EntityDescriptor"), NULL) : NULL;
    building_t b = { .ours = ours, .p = p };
    const char *text;

    if (!root)
        return APR_EGENERAL;
    xmlDocSetRootElement(doc, root);
    b.md = xmlNewNs(root, X(IK_NS_METADATA), X("md"));
    b.ds = xmlNewNs(root, X(IK_NS_DSIG), X("ds"));
    xmlSetNs(root, b.md);
    attribute(root, "entityID", ours->entity_id);
    fill(&b, root);
    if (ours->sign && ours->keys->keys->nelts) {
        attribute(root, "ID", ours->id);
        if (ik_send_sign(root, ours->keys) != APR_SUCCESS)
            return APR_EGENERAL;
    }
    text = ik_send_text(root, p);
    *xml = text ? apr_pstrcat(p, DECLARATION, text, "\n", NULL) : NULL;
    return text ? APR_SUCCESS : APR_EGENERAL;
}
