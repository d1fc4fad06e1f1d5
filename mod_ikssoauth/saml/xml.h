/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where foreign bytes become a tree (R1, R7, R8), and the few questions asked of trees. */
#ifndef IK_SAML_XML_H
#define IK_SAML_XML_H

#include <apr_pools.h>
#include <libxml/tree.h>

#include "model/refusal.h"

/* In base64 they are the 1 MiB that a form may have; 3,000 groups, each with its namespaces and type, need 700 KB. */
#define IK_XML_MAX_BYTES (768 * 1024)
#define IK_XML_MAX_DEPTH 40
#define IK_XML_MAX_NODES 20000

/*
 * Parses len bytes of UTF-8 into *doc (owned by p). No DTD, no entity but the five predefined, no
 * network, no comment, no processing instruction, no CDATA section: what is signed is what is read.
 * APR_SUCCESS; IK_REFUSED with malformed, too_large or structure_forbidden.
 */
apr_status_t ik_xml_parse(xmlDocPtr *doc, const char *bytes, apr_size_t len, apr_pool_t *p, ik_refusal_t *why);

/*
 * The same for metadata, which people write by hand: comments and processing instructions may occur
 * (and mean nothing), CDATA sections count as text. Never for messages.
 */
apr_status_t ik_xml_parse_lenient(xmlDocPtr *doc, const char *bytes, apr_size_t len, apr_pool_t *p, ik_refusal_t *why);

/*
 * Parses what was decrypted out of context: one element, whose prefixes may be declared by context's
 * ancestors. *root is the root of a document of its own (owned by p). Errors as ik_xml_parse.
 */
apr_status_t ik_xml_parse_inside(xmlNodePtr *root, xmlNodePtr context, const char *bytes, apr_size_t len,
                                 apr_pool_t *p, ik_refusal_t *why);

/* 1 if node is an element of that namespace and local name. */
int ik_xml_is(const xmlNode *node, const char *ns, const char *name);

/* The first child element of parent with that name, or NULL (also for a NULL parent). Never looks deeper (R1). */
xmlNodePtr ik_xml_child(const xmlNode *parent, const char *ns, const char *name);

/* The next sibling element with the same namespace and name as node, or NULL. */
xmlNodePtr ik_xml_next(const xmlNode *node);

/* The value of the attribute (in no namespace) called name, in p; NULL if there is none. */
const char *ik_xml_attribute(const xmlNode *node, const char *name, apr_pool_t *p);

/* The text of an element that holds only text, without white space at its ends, in p; NULL if it holds elements. */
const char *ik_xml_text(const xmlNode *node, apr_pool_t *p);

#endif
