/* SPDX-License-Identifier: Apache-2.0 */
/* Holds a message against the table of shapes, and its signatures against what they must look like (R2, R3). */
#include "saml/structure.h"

#include <string.h>
#include <strings.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "saml/algorithms.h"
#include "saml/names.h"
#include "saml/shapes.h"
#include "saml/signature.h"
#include "saml/xml.h"

typedef struct walk_t {
    apr_hash_t *ids;        /* every ID of the message so far */
    int sha1;               /* SHA-1 in signatures is let through */
    ik_refusal_t *why;
} walk_t;

static apr_status_t forbid(const walk_t *walk, const char *what, const xmlNode *node)
{
    return ik_refuse(walk->why, IK_REASON_STRUCTURE_FORBIDDEN, "%s <%s>", what, (const char *)node->name);
}

static int is_in(const xmlNode *node, const char *ns)
{
    return node->ns && node->ns->href && strcmp((const char *)node->ns->href, ns) == 0;
}

/* An ID is unique in the whole message, however it is spelt, so that no library can find another element than we do. */
static apr_status_t check_id(const xmlNode *node, const xmlAttr *a, walk_t *walk)
{
    const char *id = a->children ? (const char *)a->children->content : NULL;

    if (a->ns && strcmp((const char *)a->ns->href, IK_NS_XML) == 0)
        return forbid(walk, "xml:id on", node);
    if (!id || !*id || a->children->next)
        return forbid(walk, "an unreadable ID on", node);
    if (apr_hash_get(walk->ids, id, APR_HASH_KEY_STRING))
        return forbid(walk, "an ID that occurs twice, on", node);
    apr_hash_set(walk->ids, id, APR_HASH_KEY_STRING, id);
    return APR_SUCCESS;
}

/* xsi:type makes schema-aware readers see another element than the named one: only values may have a simple type. */
static apr_status_t check_type(const xmlNode *node, walk_t *walk)
{
    const char *type = NULL, *colon;
    xmlChar *value = xmlGetNsProp((xmlNodePtr)node, (const xmlChar *)"type", (const xmlChar *)IK_NS_XSI);
    xmlNsPtr ns;

    if (value) {
        type = apr_pstrdup(walk->why->p, (const char *)value);
        xmlFree(value);
    }
    colon = type ? strchr(type, ':') : NULL;
    if (!colon || !ik_xml_is(node, IK_NS_ASSERTION, "AttributeValue"))
        return forbid(walk, "xsi:type on", node);
    ns = xmlSearchNs(node->doc, (xmlNodePtr)node,
                     (const xmlChar *)apr_pstrmemdup(walk->why->p, type, (apr_size_t)(colon - type)));
    if (!ns || strcmp((const char *)ns->href, IK_NS_XSD) != 0)
        return forbid(walk, "an xsi:type that is no XML Schema type, on", node);
    return APR_SUCCESS;
}

static apr_status_t check_attributes(const xmlNode *node, walk_t *walk)
{
    const xmlAttr *a;
    apr_status_t rv = APR_SUCCESS;

    for (a = node->properties; a && rv == APR_SUCCESS; a = a->next) {
        if (strcasecmp((const char *)a->name, "id") == 0)
            rv = check_id(node, a, walk);
        else if (a->ns && strcmp((const char *)a->ns->href, IK_NS_XSI) == 0
                 && strcmp((const char *)a->name, "type") == 0)
            rv = check_type(node, walk);
    }
    return rv;
}

/* What must not hide in a place that nobody reads: anything that a SAML or signature library might act on. */
static int is_active(const xmlNode *node)
{
    static const char *const signature_parts[] = {
        "Signature", "SignedInfo", "Reference", "Object", "Manifest", "SignatureProperties", "Transforms", NULL
    };
    int i;

    if (is_in(node, IK_NS_PROTOCOL) || is_in(node, IK_NS_METADATA) || is_in(node, IK_NS_XENC))
        return 1;
    if (is_in(node, IK_NS_ASSERTION))
        return !(strcmp((const char *)node->name, "NameID") == 0
                 && ik_xml_is(node->parent, IK_NS_ASSERTION, "AttributeValue"));
    for (i = 0; signature_parts[i] && is_in(node, IK_NS_DSIG); i++)
        if (strcmp((const char *)node->name, signature_parts[i]) == 0)
            return 1;
    return 0;
}

static apr_status_t check_foreign(const xmlNode *parent, walk_t *walk)
{
    const xmlNode *node;
    apr_status_t rv = APR_SUCCESS;

    for (node = parent->children; node && rv == APR_SUCCESS; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (is_active(node))
            return forbid(walk, "in a place for foreign elements, a", node);
        rv = check_attributes(node, walk);
        if (rv == APR_SUCCESS)
            rv = check_foreign(node, walk);
    }
    return rv;
}

static apr_status_t check_shape(const xmlNode *node, const ik_shape_t *shape, walk_t *walk);

/* Which of the parent's places a child takes, counted in taken. */
static apr_status_t take_place(const ik_place_t **place, const xmlNode *node, const ik_shape_t *parent, int *taken,
                               walk_t *walk)
{
    int i;

    for (i = 0; parent->places && parent->places[i].shape && i < IK_PLACES_MAX; i++) {
        *place = &parent->places[i];
        if (!ik_xml_is(node, (*place)->shape->ns, (*place)->shape->name))
            continue;
        if (++taken[i] > (*place)->max)
            return forbid(walk, "more often than allowed,", node);
        return APR_SUCCESS;
    }
    return forbid(walk, apr_pstrcat(walk->why->p, "in ", parent->name, ", an unexpected", NULL), node);
}

static apr_status_t check_child(const xmlNode *node, const ik_shape_t *parent, int *taken, walk_t *walk)
{
    const ik_place_t *place = NULL;
    apr_status_t rv;

    if (node->type == XML_TEXT_NODE)
        return parent->content == IK_TEXT || xmlIsBlankNode((xmlNodePtr)node)
               ? APR_SUCCESS : forbid(walk, "text inside", node->parent);
    rv = take_place(&place, node, parent, taken, walk);
    return rv == APR_SUCCESS ? check_shape(node, place->shape, walk) : rv;
}

static apr_status_t check_complete(const xmlNode *node, const ik_shape_t *shape, const int *taken, walk_t *walk)
{
    int i;

    for (i = 0; shape->places && shape->places[i].shape && i < IK_PLACES_MAX; i++)
        if (taken[i] < shape->places[i].min)
            return forbid(walk, apr_pstrcat(walk->why->p, "no ", shape->places[i].shape->name, " in", NULL), node);
    return APR_SUCCESS;
}

/* Enveloped-signature, and at most exclusive C14N with it (SAML Core 5.4.4). */
static apr_status_t check_transforms(const xmlNode *reference, walk_t *walk)
{
    const xmlNode *node = ik_xml_child(ik_xml_child(reference, IK_NS_DSIG, "Transforms"), IK_NS_DSIG, "Transform");
    const char *seen = NULL, *uri;
    int enveloped = 0;

    for (; node; node = ik_xml_next(node)) {
        uri = ik_xml_attribute(node, "Algorithm", walk->why->p);
        if (!ik_alg_find(IK_ALG_TRANSFORM, uri) || (seen && strcmp(seen, uri) == 0))
            return ik_refuse(walk->why, IK_REASON_STRUCTURE_FORBIDDEN, "the transform \"%s\"", uri ? uri : "");
        enveloped |= strstr(uri, "enveloped-signature") != NULL;
        seen = uri;
    }
    return enveloped ? APR_SUCCESS : forbid(walk, "no enveloped-signature transform in", reference);
}

/* The one Reference names the parent of the signature, and nothing else (SAML Core 5.4.2). */
static apr_status_t check_reference(const xmlNode *signature, const xmlNode *reference, walk_t *walk)
{
    const char *id = ik_xml_attribute(signature->parent, "ID", walk->why->p);
    const char *uri = ik_xml_attribute(reference, "URI", walk->why->p);

    if (!id || !uri || uri[0] != '#' || strcmp(uri + 1, id) != 0)
        return ik_refuse(walk->why, IK_REASON_STRUCTURE_FORBIDDEN,
                         "a Reference to \"%s\" in the signature of \"%s\"", uri ? uri : "", id ? id : "");
    return check_transforms(reference, walk);
}

static apr_status_t check_signature(const xmlNode *signature, walk_t *walk)
{
    const xmlNode *info = ik_xml_child(signature, IK_NS_DSIG, "SignedInfo");
    const xmlNode *reference = ik_xml_child(info, IK_NS_DSIG, "Reference");
    apr_status_t rv = check_reference(signature, reference, walk);

    return rv == APR_SUCCESS ? ik_signature_check_algorithms(signature, walk->sha1, walk->why) : rv;
}

static apr_status_t check_shape(const xmlNode *node, const ik_shape_t *shape, walk_t *walk)
{
    int taken[IK_PLACES_MAX] = { 0 };
    const xmlNode *child;
    apr_status_t rv = check_attributes(node, walk);

    if (rv != APR_SUCCESS)
        return rv;
    if (shape->content == IK_FOREIGN)
        return check_foreign(node, walk);
    for (child = node->children; child && rv == APR_SUCCESS; child = child->next)
        rv = check_child(child, shape, taken, walk);
    if (rv == APR_SUCCESS)
        rv = check_complete(node, shape, taken, walk);
    if (rv == APR_SUCCESS && ik_xml_is(node, IK_NS_DSIG, "Signature"))
        rv = check_signature(node, walk);
    return rv;
}

/* Response and Assertion carry an ID, and are of the version whose rules are applied. */
static apr_status_t check_header(const xmlNode *node, walk_t *walk)
{
    const char *version = ik_xml_attribute(node, "Version", walk->why->p);

    if (!version || strcmp(version, "2.0") != 0)
        return forbid(walk, "another Version than 2.0 on", node);
    return ik_xml_attribute(node, "ID", walk->why->p) ? APR_SUCCESS : forbid(walk, "no ID on", node);
}

static apr_status_t check(xmlNodePtr root, const ik_shape_t *shape, int sha1, ik_refusal_t *why)
{
    walk_t walk = { apr_hash_make(why->p), sha1, why };
    apr_status_t rv = check_header(root, &walk);

    return rv == APR_SUCCESS ? check_shape(root, shape, &walk) : rv;
}

apr_status_t ik_structure_check_assertion(xmlNodePtr assertion, int sha1, ik_refusal_t *why)
{
    if (!ik_xml_is(assertion, IK_NS_ASSERTION, "Assertion"))
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "a <%s> where an Assertion must be",
                         (const char *)assertion->name);
    return check(assertion, &ik_shape_assertion, sha1, why);
}

apr_status_t ik_structure_check(xmlNodePtr root, int sha1, ik_refusal_t *why)
{
    const xmlNode *assertion;
    walk_t walk = { .why = why };
    apr_status_t rv;

    if (!ik_xml_is(root, IK_NS_PROTOCOL, "Response"))
        return ik_refuse(why, IK_REASON_MALFORMED, "a <%s> where a SAML 2.0 Response must be",
                         (const char *)root->name);
    rv = check(root, &ik_shape_response, sha1, why);
    if (rv != APR_SUCCESS)
        return rv;
    assertion = ik_xml_child(root, IK_NS_ASSERTION, "Assertion");
    if (assertion && ik_xml_child(root, IK_NS_ASSERTION, "EncryptedAssertion"))
        return forbid(&walk, "both an Assertion and an EncryptedAssertion in", root);
    return assertion ? check_header(assertion, &walk) : APR_SUCCESS;
}

static const ik_shape_t *logout_shape(const xmlNode *root)
{
    static const ik_shape_t *const shapes[] = { &ik_shape_logout_request, &ik_shape_logout_response, &ik_shape_envelope };

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (ik_xml_is(root, shapes[i]->ns, shapes[i]->name))
            return shapes[i];
    return NULL;
}

apr_status_t ik_structure_check_logout(xmlNodePtr *message, xmlNodePtr root, ik_refusal_t *why)
{
    walk_t walk = { .ids = apr_hash_make(why->p), .why = why };
    const ik_shape_t *shape = logout_shape(root);
    apr_status_t rv;

    if (!shape)
        return ik_refuse(why, IK_REASON_MALFORMED, "a <%s> where a SAML 2.0 LogoutRequest or LogoutResponse must be",
                         (const char *)root->name);
    rv = check_shape(root, shape, &walk);
    if (rv != APR_SUCCESS)
        return rv;
    *message = shape == &ik_shape_envelope
               ? ik_xml_child(ik_xml_child(root, IK_NS_SOAP, "Body"), IK_NS_PROTOCOL, "LogoutRequest") : root;
    return check_header(*message, &walk);
}
