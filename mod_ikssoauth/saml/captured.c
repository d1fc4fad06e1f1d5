/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for a SAMLResponse in XML, base64, forms, addresses and the network logs of browsers. */
#include "saml/captured.h"

#include <string.h>
#include <strings.h>

#include <apr_encode.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <jansson.h>

#include "base/encode.h"
#include "base/form.h"
#include "base/text.h"
#include "saml/pasted.h"

#define FIELD "SAMLResponse"
#define ENDS "&#'\"; \t\r\n"        /* of a value in a form, an address or a quoted command */

static const char nothing[] = "There is nothing here. Paste the SAMLResponse of a sign-in: as XML, as base64, as the body of the form, or a HAR "
                              "file of your browser's network tools.";
static const char not_found[] = "There is no SAMLResponse in it. In the network tools of your browser, look for the POST to our address, and take "
                                "its form data, or save the whole log as a HAR file.";

/* The text of the field at name, up to where it ends: decoded; NULL if it cannot be. */
static const char *value_at(const char *name, apr_pool_t *p)
{
    const char *value = name + strlen(FIELD);

    value += *value == '=' || *value == ':';
    value += strspn(value, " \t\r\n\"");
    value = apr_pstrndup(p, value, strcspn(value, ENDS));
    /* What is not encoded has its own '+', which a form would take for a space. */
    return strchr(value, '%') ? ik_form_decode(value, p) : value;
}

/* 1 if a field is called that here, and not only mentioned. */
static int is_field(const char *text, const char *at)
{
    char before = at > text ? at[-1] : '&', after = at[strlen(FIELD)];

    return strchr("&?'\" \t\r\n", before) && strchr("=:\"\r\n", after) && after;
}

/* The last one: whoever copied several tried several times. */
static const char *in_text(const char *text, apr_pool_t *p)
{
    const char *at = text, *found = NULL;

    for (at = strstr(at, FIELD); at; at = strstr(at + 1, FIELD))
        if (is_field(text, at))
            found = at;
    return found ? value_at(found, p) : NULL;
}

static apr_status_t release(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* A string inside of objects; NULL if there is none. */
static const char *string_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static const char *in_params(const json_t *params, apr_pool_t *p)
{
    for (size_t i = 0; i < json_array_size(params); i++) {
        const json_t *param = json_array_get(params, i);
        const char *name = string_of(param, "name"), *value = string_of(param, "value");

        if (name && value && strcmp(name, FIELD) == 0)
            return strchr(value, '%') ? ik_form_decode(value, p) : apr_pstrdup(p, value);
    }
    return NULL;
}

/* Chromium writes the body and the fields of it, others one of the two. */
static const char *in_request(const json_t *request, apr_pool_t *p)
{
    const json_t *data = json_object_get(request, "postData");
    const char *method = string_of(request, "method"), *text = string_of(data, "text"), *found = NULL;

    if (!method || strcmp(method, "POST") != 0)
        return NULL;
    if (text)
        found = in_text(text, p);
    return found ? found : in_params(json_object_get(data, "params"), p);
}

static const char *in_log(ik_captured_t *captured, const json_t *root, apr_pool_t *p)
{
    const json_t *entries = json_object_get(json_object_get(root, "log"), "entries");

    if (!json_is_array(entries))
        return "This is JSON, but no HAR file: it has no log of requests. Save the network log of your browser as HAR, with the content of the "
               "requests.";
    for (size_t i = json_array_size(entries); i > 0 && !captured->response; i--)
        captured->response = in_request(json_object_get(json_array_get(entries, i - 1), "request"), p);
    return captured->response ? NULL
           : "There is no POST with a SAMLResponse in this HAR file. Start the recording before you sign in, keep the log over pages, and include "
             "the content of requests.";
}

static const char *from_har(ik_captured_t *captured, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    json_error_t error;
    json_t *root = json_loadb(bytes, len, 0, &error);

    captured->form = "a HAR file";
    if (!root)
        return apr_psprintf(p, "This begins like a HAR file, but is no JSON: see line %d of it.", error.line);
    apr_pool_cleanup_register(p, root, release, apr_pool_cleanup_null);
    return in_log(captured, root, p);
}

static int starts(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

static const char *from_xml(ik_captured_t *captured, const char *text, apr_size_t len, apr_pool_t *p)
{
    if (starts(text, "<!DOCTYPE html") || starts(text, "<html"))
        return "This is a page, not a message. If it is the page that sends you on, take the value of its field SAMLResponse.";
    captured->form = "XML";
    captured->response = apr_pencode_base64(p, text, (apr_ssize_t)len, APR_ENCODE_NONE, NULL);
    return NULL;
}

/* Base64 by itself, also as it stands in a form: percent-encoded. */
static const char *from_base64(ik_captured_t *captured, const char *text, apr_pool_t *p)
{
    const char *base64 = strchr(text, '%') ? ik_form_decode(text, p) : text;
    const unsigned char *bytes;
    apr_size_t len;

    if (!base64 || ik_decode_base64(&bytes, &len, base64, p) != APR_SUCCESS || len == 0)
        return not_found;
    bytes = (const unsigned char *)ik_pasted_start((const char *)bytes, &len);
    if (len == 0 || *bytes != '<')
        return "This is base64, but not of XML: a SAMLResponse that was sent by POST is. It may be compressed (from an address), cut off, or "
               "something else.";
    captured->form = "base64";
    captured->response = base64;
    return NULL;
}

static const char *from_text(ik_captured_t *captured, const char *text, apr_pool_t *p)
{
    captured->form = "a form or address";
    captured->response = in_text(text, p);
    if (captured->response && *captured->response)
        return NULL;
    if (strstr(text, "SAMLRequest="))
        return "This is a request (SAMLRequest), which goes to the identity provider. What explains a sign-in is its answer: the SAMLResponse.";
    return from_base64(captured, text, p);
}

const char *ik_captured_read(ik_captured_t *captured, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    const char *text = ik_pasted_start(bytes, &len);

    *captured = (ik_captured_t){ .response = NULL };
    if (len == 0)
        return nothing;
    if (len > IK_CAPTURED_MAX)
        return apr_psprintf(p, "This is larger than %d MiB. Take the one request with the SAMLResponse out of it.", IK_CAPTURED_MAX >> 20);
    if (memchr(text, '\0', len) || !ik_text_is_utf8(text, len))
        return "This is not UTF-8 text. Save it as UTF-8, or copy the SAMLResponse itself.";
    if (*text == '{')
        return from_har(captured, text, len, p);
    text = apr_pstrmemdup(p, text, len);
    return *text == '<' ? from_xml(captured, text, len, p) : from_text(captured, text, p);
}
