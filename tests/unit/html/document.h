/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a whole page, asked by an XML parser, which is stricter than any browser. */
#ifndef IK_TESTS_HTML_DOCUMENT_H
#define IK_TESTS_HTML_DOCUMENT_H

#include "../pool.h"

#include <string.h>

#include <libxml/parser.h>

#define NASTY "<script>alert('1')</script>\" onload=\"x&amp;"

/* What an attacker, or a person with an unusual name, may bring. The last is none at all. */
static const char *const nasty_values[] = {
    NASTY, "'\"><img src=x onerror=alert(1)>", "&lt;&amp;&#60;", "</script><script>", "]]>", "-->", "</textarea><b>",
    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x80\xAE@acme.test", "李雷@例え.テスト", "",
};

static inline int contains(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

static inline int count_of(const char *page, const char *text)
{
    int n = 0;

    for (page = strstr(page, text); page; page = strstr(page + 1, text))
        n++;
    return n;
}

/* The document from <body> on: every tag closed, every value quoted. To be freed by xmlFreeDoc. */
static inline xmlDocPtr parsed(const char *page)
{
    const char *body = strstr(page, "<body"), *end = strstr(page, "</html>");
    xmlDocPtr doc;

    assert_non_null(body);
    assert_non_null(end);
    doc = xmlReadMemory(body, (int)(end - body), NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR);
    assert_non_null(doc);
    return doc;
}

static inline int elements_below(const xmlNode *node)
{
    int n = 0;

    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE)
            n += 1 + elements_below(node->children);
    return n;
}

/* How many elements a page has: no value adds one. */
static inline int elements_of(const char *page)
{
    xmlDocPtr doc = parsed(page);
    int n = elements_below(xmlDocGetRootElement(doc));

    xmlFreeDoc(doc);
    return n;
}

#endif
