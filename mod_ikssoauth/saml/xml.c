/* SPDX-License-Identifier: Apache-2.0 */
/* Parses foreign XML once, with everything dangerous switched off, and refuses what only attacks contain. */
#include "saml/xml.h"

#include <string.h>

#include <apr_strings.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>

#include "base/text.h"
#include "saml/own.h"

#define MAX_ATTRIBUTES 64       /* of one element; no SAML element has ten */

/* What a walk over a tree has met so far. */
typedef struct census_t {
    int lenient;
    int nodes;
    ik_refusal_t *why;
} census_t;

static const char *find(const char *bytes, apr_size_t len, const char *word)
{
    return memmem(bytes, len, word, strlen(word));
}

/* Before any parser sees the bytes (R7): UTF-8 only, for the two look-ups below are blind in any other encoding. */
static apr_status_t check_bytes(const char *bytes, apr_size_t len, ik_refusal_t *why)
{
    if (len > IK_XML_MAX_BYTES)
        return ik_refuse(why, IK_REASON_TOO_LARGE, "%" APR_SIZE_T_FMT " bytes of XML, at most %d are read",
                         len, IK_XML_MAX_BYTES);
    if (len == 0)
        return ik_refuse(why, IK_REASON_MALFORMED, "no XML: the message is empty");
    if (!ik_text_is_utf8(bytes, len) || memchr(bytes, 0, len))
        return ik_refuse(why, IK_REASON_MALFORMED, "not UTF-8 text");
    if (find(bytes, len, "<!DOCTYPE"))
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "a document type declaration (DTD)");
    if (find(bytes, len, "<!ENTITY"))
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "an entity declaration");
    return APR_SUCCESS;
}

/* A relative namespace makes canonicalisation fail, and a failed one has been taken for an empty text elsewhere. */
static apr_status_t check_namespaces(const xmlNode *node, census_t *census)
{
    const xmlNs *ns;

    for (ns = node->nsDef; ns; ns = ns->next)
        if (ns->href && *ns->href && !strchr((const char *)ns->href, ':'))
            return ik_refuse(census->why, IK_REASON_STRUCTURE_FORBIDDEN, "the namespace \"%s\" is no absolute URI",
                             (const char *)ns->href);
    return APR_SUCCESS;
}

static apr_status_t check_attributes(const xmlNode *node, census_t *census)
{
    const xmlAttr *a;
    int n = 0;

    for (a = node->properties; a; a = a->next)
        if (++n > MAX_ATTRIBUTES)
            return ik_refuse(census->why, IK_REASON_STRUCTURE_FORBIDDEN, "more than %d attributes on %s",
                             MAX_ATTRIBUTES, (const char *)node->name);
    return check_namespaces(node, census);
}

/* What canonicalisation drops or changes must not be there at all: then signed and read text cannot differ (R7). */
static apr_status_t check_node(const xmlNode *node, census_t *census)
{
    if (++census->nodes > IK_XML_MAX_NODES)
        return ik_refuse(census->why, IK_REASON_STRUCTURE_FORBIDDEN, "more than %d nodes", IK_XML_MAX_NODES);
    switch (node->type) {
    case XML_ELEMENT_NODE:
        return check_attributes(node, census);
    case XML_TEXT_NODE:
        return APR_SUCCESS;
    case XML_COMMENT_NODE:
    case XML_PI_NODE:
    case XML_CDATA_SECTION_NODE:
        if (census->lenient)
            return APR_SUCCESS;
        return ik_refuse(census->why, IK_REASON_STRUCTURE_FORBIDDEN, "a %s in the message",
                         node->type == XML_COMMENT_NODE ? "comment"
                         : node->type == XML_PI_NODE ? "processing instruction" : "CDATA section");
    default:
        return ik_refuse(census->why, IK_REASON_STRUCTURE_FORBIDDEN, "an XML node of type %d", node->type);
    }
}

/* Depth is counted before descending, so that the recursion is as bounded as the tree. */
static apr_status_t check_siblings(const xmlNode *first, int depth, census_t *census)
{
    const xmlNode *node;
    apr_status_t rv;

    if (first && depth > IK_XML_MAX_DEPTH)
        return ik_refuse(census->why, IK_REASON_STRUCTURE_FORBIDDEN, "nested deeper than %d", IK_XML_MAX_DEPTH);
    for (node = first; node; node = node->next) {
        rv = check_node(node, census);
        if (rv == APR_SUCCESS && node->type == XML_ELEMENT_NODE)
            rv = check_siblings(node->children, depth + 1, census);
        if (rv != APR_SUCCESS)
            return rv;
    }
    return APR_SUCCESS;
}

static void ignore_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx, (void)error;
}

/* The parser's complaint, in one line: for the log. */
static const char *complaint(apr_pool_t *p, xmlParserCtxtPtr parser)
{
    const xmlError *error = xmlCtxtGetLastError(parser);

    if (!error || !error->message)
        return "not well-formed XML";
    return apr_psprintf(p, "not well-formed XML, line %d: %s", error->line, ik_text_trim(p, error->message));
}

static apr_status_t parse(xmlDocPtr *doc, const char *bytes, apr_size_t len, int lenient, apr_pool_t *p,
                          ik_refusal_t *why)
{
    census_t census = { lenient, 0, why };
    xmlParserCtxtPtr parser;
    apr_status_t rv = check_bytes(bytes, len, why);

    if (rv != APR_SUCCESS)
        return rv;
    parser = xmlNewParserCtxt();
    if (!parser)
        return APR_ENOMEM;
    parser->sax->serror = ignore_error;
    *doc = ik_own_doc(p, xmlCtxtReadMemory(parser, bytes, (int)len, NULL, "UTF-8", XML_PARSE_NONET));
    if (!*doc || !parser->wellFormed || !parser->nsWellFormed)
        rv = ik_refuse(why, IK_REASON_MALFORMED, "%s", complaint(p, parser));
    xmlFreeParserCtxt(parser);
    if (rv != APR_SUCCESS)
        return rv;
    if ((*doc)->intSubset || (*doc)->extSubset)
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "a document type declaration (DTD)");
    return check_siblings((*doc)->children, 0, &census);
}

apr_status_t ik_xml_parse(xmlDocPtr *doc, const char *bytes, apr_size_t len, apr_pool_t *p, ik_refusal_t *why)
{
    return parse(doc, bytes, len, 0, p, why);
}

apr_status_t ik_xml_parse_lenient(xmlDocPtr *doc, const char *bytes, apr_size_t len, apr_pool_t *p, ik_refusal_t *why)
{
    return parse(doc, bytes, len, 1, p, why);
}

/* The one element of a parsed list moves into a document of its own; the list is freed. */
static xmlDocPtr adopt(xmlNodePtr list)
{
    xmlDocPtr doc = NULL;
    xmlNodePtr copy;

    if (list && list->type == XML_ELEMENT_NODE && !list->next)
        doc = xmlNewDoc((const xmlChar *)"1.0");
    if (doc) {
        copy = xmlDocCopyNode(list, doc, 1);
        if (copy)
            xmlDocSetRootElement(doc, copy);
    }
    xmlFreeNodeList(list);
    return doc;
}

apr_status_t ik_xml_parse_inside(xmlNodePtr *root, xmlNodePtr context, const char *bytes, apr_size_t len,
                                 apr_pool_t *p, ik_refusal_t *why)
{
    census_t census = { 0, 0, why };
    xmlNodePtr list = NULL;
    xmlDocPtr doc;
    apr_status_t rv = check_bytes(bytes, len, why);

    if (rv != APR_SUCCESS)
        return rv;
    if (xmlParseInNodeContext(context, bytes, (int)len, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING,
                              &list) != XML_ERR_OK) {
        xmlFreeNodeList(list);
        return ik_refuse(why, IK_REASON_MALFORMED, "not well-formed XML");
    }
    doc = ik_own_doc(p, adopt(list));
    *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!*root)
        return ik_refuse(why, IK_REASON_MALFORMED, "not one XML element");
    return check_siblings(doc->children, 0, &census);
}

int ik_xml_is(const xmlNode *node, const char *ns, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href
           && strcmp((const char *)node->name, name) == 0 && strcmp((const char *)node->ns->href, ns) == 0;
}

xmlNodePtr ik_xml_child(const xmlNode *parent, const char *ns, const char *name)
{
    xmlNodePtr node;

    if (!parent)
        return NULL;
    for (node = parent->children; node; node = node->next)
        if (ik_xml_is(node, ns, name))
            return node;
    return NULL;
}

xmlNodePtr ik_xml_next(const xmlNode *node)
{
    xmlNodePtr next;

    for (next = node->next; next; next = next->next)
        if (node->ns && ik_xml_is(next, (const char *)node->ns->href, (const char *)node->name))
            return next;
    return NULL;
}

static const char *take(apr_pool_t *p, xmlChar *owned)
{
    const char *copy = owned ? apr_pstrdup(p, (const char *)owned) : NULL;

    if (owned)
        xmlFree(owned);
    return copy;
}

const char *ik_xml_attribute(const xmlNode *node, const char *name, apr_pool_t *p)
{
    return take(p, xmlGetNoNsProp((xmlNodePtr)node, (const xmlChar *)name));
}

const char *ik_xml_text(const xmlNode *node, apr_pool_t *p)
{
    const char *text;

    if (xmlFirstElementChild((xmlNodePtr)node))
        return NULL;
    text = take(p, xmlNodeGetContent((xmlNodePtr)node));
    return text ? ik_text_trim(p, text) : NULL;
}
