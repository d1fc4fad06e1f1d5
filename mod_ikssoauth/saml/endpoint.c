/* SPDX-License-Identifier: Apache-2.0 */
/* Reads endpoints, and leaves out those whose address is none that a browser may be sent to (R19). */
#include "saml/endpoint.h"

#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_uri.h>

#include "base/text.h"
#include "saml/names.h"
#include "saml/note.h"
#include "saml/xml.h"

#define URL_MAX 2048

/* Characters that no URL has unescaped (RFC 3986 appendix A), and that would mean something in a page or header. */
static int has_only_url_characters(const char *url)
{
    for (; *url; url++)
        if (!apr_isascii(*url) || !apr_isgraph(*url) || strchr("\"<>\\^`{|}", *url))
            return 0;
    return 1;
}

static int is_web_url(const char *url, apr_pool_t *p)
{
    apr_uri_t uri;

    if (!url || strlen(url) > URL_MAX || !has_only_url_characters(url))
        return 0;
    if (strncasecmp(url, "https://", 8) != 0 && strncasecmp(url, "http://", 7) != 0)
        return 0;
    return apr_uri_parse(p, url, &uri) == APR_SUCCESS && uri.hostname && *uri.hostname && !uri.user;
}

static const char *trimmed(const xmlNode *node, const char *attribute, apr_pool_t *p)
{
    const char *value = ik_xml_attribute(node, attribute, p);

    return value ? ik_text_trim(p, value) : NULL;
}

/* Where responses go; a bad one is as good as none. */
static const char *response_location(const xmlNode *node, apr_array_header_t *notes, apr_pool_t *p)
{
    const char *location = trimmed(node, "ResponseLocation", p);

    if (!location || is_web_url(location, p))
        return location;
    ik_note_add(notes, apr_psprintf(p, "A ResponseLocation of %s is not a web address, and is ignored.", node->name));
    return NULL;
}

static ik_endpoint_t *read_one(const xmlNode *node, apr_array_header_t *notes, apr_pool_t *p)
{
    ik_endpoint_t *endpoint = apr_pcalloc(p, sizeof *endpoint);

    endpoint->binding = trimmed(node, "Binding", p);
    endpoint->location = trimmed(node, "Location", p);
    if (!endpoint->binding || !is_web_url(endpoint->location, p)) {
        ik_note_add(notes, apr_psprintf(p, "A %s without a binding or a web address (https or http) is ignored.",
                                        node->name));
        return NULL;
    }
    if (strncasecmp(endpoint->location, "https://", 8) != 0)
        ik_note_add(notes, apr_psprintf(p, "A %s of the identity provider is not protected by https.", node->name));
    endpoint->response_location = response_location(node, notes, p);
    return endpoint;
}

apr_array_header_t *ik_endpoint_read(const xmlNode *descriptor, const char *name, apr_array_header_t *notes,
                                     apr_pool_t *p)
{
    apr_array_header_t *endpoints = apr_array_make(p, 4, sizeof(ik_endpoint_t *));
    xmlNodePtr node = ik_xml_child(descriptor, IK_NS_METADATA, name);

    for (; node; node = ik_xml_next(node)) {
        ik_endpoint_t *endpoint = read_one(node, notes, p);

        if (endpoint)
            APR_ARRAY_PUSH(endpoints, ik_endpoint_t *) = endpoint;
    }
    return endpoints;
}

int ik_endpoint_usable(const apr_array_header_t *endpoints)
{
    for (int i = 0; i < endpoints->nelts; i++) {
        const ik_endpoint_t *endpoint = APR_ARRAY_IDX(endpoints, i, const ik_endpoint_t *);

        if (strcmp(endpoint->binding, IK_BINDING_REDIRECT) == 0 || strcmp(endpoint->binding, IK_BINDING_POST) == 0)
            return 1;
    }
    return 0;
}
