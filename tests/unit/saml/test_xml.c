/* SPDX-License-Identifier: Apache-2.0 */
/* Tests saml/xml.c: what may become a tree, and what may not. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "saml/own.h"
#include "saml/xml.h"

static const char *parse(const char *bytes, apr_size_t len, int lenient, xmlDocPtr *doc, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    apr_status_t rv = lenient ? ik_xml_parse_lenient(doc, bytes, len, p, &why) : ik_xml_parse(doc, bytes, len, p, &why);

    if (rv == APR_SUCCESS)
        return "accepted";
    assert_int_equal(rv, IK_REFUSED);
    assert_non_null(why.detail);
    return ik_reason_row(why.reason)->id;
}

static const char *repeated(apr_pool_t *p, const char *text, int times)
{
    apr_size_t len = strlen(text), i;
    char *all = apr_palloc(p, len * (apr_size_t)times + 1);

    for (i = 0; i < (apr_size_t)times; i++)
        memcpy(all + i * len, text, len);
    all[len * (apr_size_t)times] = 0;
    return all;
}

static void judges_every_text(void **state)
{
    static const struct {
        const char *text, *message, *metadata;
    } rows[] = {
        { "<a/>", "accepted", "accepted" },
        { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>x</a>\n", "accepted", "accepted" },
        { "\xef\xbb\xbf<a/>", "accepted", "accepted" },
        { "<a>&lt;&gt;&amp;&quot;&apos;&#x1F600;</a>", "accepted", "accepted" },
        { "", "malformed", "malformed" },
        { "no xml", "malformed", "malformed" },
        { "<a>", "malformed", "malformed" },
        { "<a/><b/>", "malformed", "malformed" },
        { "<a>&#0;</a>", "malformed", "malformed" },
        { "<a>\x80</a>", "malformed", "malformed" },
        { "<a b='1' b='2'/>", "malformed", "malformed" },
        { "<x:a/>", "malformed", "malformed" },
        { "<a>&nbsp;</a>", "malformed", "malformed" },
        { "<!DOCTYPE a><a/>", "structure_forbidden", "structure_forbidden" },
        { "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "structure_forbidden", "structure_forbidden" },
        { "<a><!-- x --></a>", "structure_forbidden", "accepted" },
        { "<!-- x --><a/>", "structure_forbidden", "accepted" },
        { "<a/><!-- x -->", "structure_forbidden", "accepted" },
        { "<a><?x y?></a>", "structure_forbidden", "accepted" },
        { "<?x y?><a/>", "structure_forbidden", "accepted" },
        { "<a><![CDATA[x]]></a>", "structure_forbidden", "accepted" },
        { "<a xmlns='relative'/>", "structure_forbidden", "structure_forbidden" },
        { "<a xmlns:b='../relative'/>", "structure_forbidden", "structure_forbidden" },
        { "<a xmlns=''/>", "accepted", "accepted" },
    };
    xmlDocPtr doc;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        apr_size_t len = strlen(rows[i].text);

        if (strcmp(parse(rows[i].text, len, 0, &doc, *state), rows[i].message) != 0)
            fail_msg("as message: %s", rows[i].text);
        if (strcmp(parse(rows[i].text, len, 1, &doc, *state), rows[i].metadata) != 0)
            fail_msg("as metadata: %s", rows[i].text);
    }
}

static void refuses_bytes_that_hide_from_it(void **state)
{
    static const char utf16[] = "\xff\xfe<\0a\0/\0>\0";
    static const char nul[] = "<a/>\0<!DOCTYPE a>";
    xmlDocPtr doc;

    assert_string_equal(parse(utf16, sizeof utf16 - 1, 0, &doc, *state), "malformed");
    assert_string_equal(parse(nul, sizeof nul - 1, 0, &doc, *state), "malformed");
}

static void bounds_size_depth_nodes_and_attributes(void **state)
{
    const char *deep = repeated(*state, "<a>", IK_XML_MAX_DEPTH + 2), *close = repeated(*state, "</a>", IK_XML_MAX_DEPTH + 2);
    const char *wide = apr_pstrcat(*state, "<r>", repeated(*state, "<a/>", IK_XML_MAX_NODES), "</r>", NULL);
    const char *large = apr_pstrcat(*state, "<r>", repeated(*state, "0123456789abcdef", 1 + IK_XML_MAX_BYTES / 16), "</r>", NULL);
    const char *text = apr_pstrcat(*state, deep, close, NULL), *attributes = "";
    xmlDocPtr doc;
    int i;

    for (i = 0; i < 65; i++)
        attributes = apr_psprintf(*state, "%s a%d='x'", attributes, i);
    assert_string_equal(parse(text, strlen(text), 0, &doc, *state), "structure_forbidden");
    assert_string_equal(parse(wide, strlen(wide), 0, &doc, *state), "structure_forbidden");
    assert_string_equal(parse(large, strlen(large), 0, &doc, *state), "too_large");
    text = apr_pstrcat(*state, "<a", attributes, "/>", NULL);
    assert_string_equal(parse(text, strlen(text), 0, &doc, *state), "structure_forbidden");
}

static void finds_children_and_nothing_deeper(void **state)
{
    static const char text[] = "<a xmlns='urn:n'><b><c>deep</c></b><c x='1'> near </c><d/><c/></a>";
    xmlNodePtr root, c;
    xmlDocPtr doc;

    assert_string_equal(parse(text, sizeof text - 1, 0, &doc, *state), "accepted");
    root = xmlDocGetRootElement(doc);
    c = ik_xml_child(root, "urn:n", "c");
    assert_string_equal(ik_xml_text(c, *state), "near");
    assert_string_equal(ik_xml_attribute(c, "x", *state), "1");
    assert_null(ik_xml_attribute(c, "y", *state));
    assert_null(ik_xml_child(root, "urn:other", "c"));
    assert_null(ik_xml_child(NULL, "urn:n", "c"));
    c = ik_xml_next(c);
    assert_string_equal(ik_xml_text(c, *state), "");
    assert_null(ik_xml_next(c));
    assert_null(ik_xml_text(ik_xml_child(root, "urn:n", "b"), *state));
}

static void parses_inside_the_prefixes_of_its_context(void **state)
{
    static const char text[] = "<a xmlns:p='urn:p'><b/></a>";
    ik_refusal_t why = { .p = *state };
    xmlNodePtr root, context;
    xmlDocPtr doc;
    static const struct {
        const char *text;
        apr_status_t rv;
    } rows[] = {
        { "<p:x>y</p:x>", APR_SUCCESS }, { "<q:x xmlns:q='urn:q'/>", APR_SUCCESS }, { "<x/><y/>", IK_REFUSED },
        { "text", IK_REFUSED }, { "", IK_REFUSED }, { "<x>", IK_REFUSED }, { "<x><!-- c --></x>", IK_REFUSED },
        { "</b><p:x/>", IK_REFUSED },
    };
    apr_size_t i;

    assert_string_equal(parse(text, sizeof text - 1, 0, &doc, *state), "accepted");
    context = xmlDocGetRootElement(doc)->children;
    for (i = 0; i < ROWS(rows); i++)
        if (ik_xml_parse_inside(&root, context, rows[i].text, strlen(rows[i].text), *state, &why) != rows[i].rv)
            fail_msg("%s", rows[i].text);
    assert_int_equal(ik_xml_parse_inside(&root, context, "<p:x>y</p:x>", 12, *state, &why), APR_SUCCESS);
    assert_true(root->doc != doc && ik_xml_is(root, "urn:p", "x"));
    assert_null(context->children);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(judges_every_text),
        pool_test(refuses_bytes_that_hide_from_it),
        pool_test(bounds_size_depth_nodes_and_attributes),
        pool_test(finds_children_and_nothing_deeper),
        pool_test(parses_inside_the_prefixes_of_its_context),
    };

    return ik_saml_start() == APR_SUCCESS ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
