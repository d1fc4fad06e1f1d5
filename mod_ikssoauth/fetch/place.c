/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a URL apart with libcurl's parser, and refuses what R19 does. */
#include "fetch/place.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <curl/curl.h>

#include "base/text.h"

#define HTTPS 443
#define UNPRIVILEGED 1024

typedef struct parts_t {
    apr_pool_t *p;
    CURLU *url;
} parts_t;

/* A part of the URL, in p; "" if it has none. */
static const char *part_of(const parts_t *parts, CURLUPart which, unsigned flags)
{
    const char *copy = "";
    char *text = NULL;

    if (curl_url_get(parts->url, which, &text, flags) == CURLUE_OK && text)
        copy = apr_pstrdup(parts->p, text);
    curl_free(text);
    return copy;
}

static int is_printable(const char *url)
{
    for (; *url; url++)
        if (*url <= ' ' || *url > '~' || *url == '\\' || *url == '"')
            return 0;
    return 1;
}

/* "https:///path" is read as a host called path by libcurl, which meant nobody. */
static int has_host(const char *url)
{
    const char *host = strstr(url, "://");

    return host && host[3] != '/';
}

static const char *judge(ik_place_t *place, const parts_t *parts)
{
    if (strcmp(part_of(parts, CURLUPART_SCHEME, 0), "https") != 0)
        return "Only https is accepted: the URL must start with \"https://\".";
    if (*part_of(parts, CURLUPART_USER, 0) || *part_of(parts, CURLUPART_PASSWORD, 0))
        return "The URL contains a user name or password: metadata is public, so leave them out.";
    if (*part_of(parts, CURLUPART_FRAGMENT, 0))
        return "The URL contains a \"#\": leave it out, with what follows.";
    place->host = ik_text_lower(parts->p, part_of(parts, CURLUPART_HOST, 0));
    if (!*place->host)
        return "The URL names no host: copy all of it.";
    place->port = (int)apr_strtoi64(part_of(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT), NULL, 10);
    if (place->port != HTTPS && place->port < UNPRIVILEGED)
        return "The URL names a port that is not one of a web server: 443, or 1024 and above, are accepted.";
    return NULL;
}

const char *ik_place_read(ik_place_t *place, const char *url, apr_pool_t *p)
{
    parts_t parts = { p, NULL };
    const char *problem;

    *place = (ik_place_t){ .host = "" };
    if (strlen(url) > IK_PLACE_MAX)
        return apr_psprintf(p, "The URL is longer than %d bytes.", IK_PLACE_MAX);
    if (!is_printable(url))
        return "The URL contains white space, or characters that must be percent-encoded: copy it again.";
    parts.url = curl_url();
    if (!parts.url)
        return "There is not enough memory.";
    /* Schemes that libcurl does not know are parsed too, to say what is wrong with them. */
    problem = has_host(url) && curl_url_set(parts.url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK
        ? judge(place, &parts) : "This is no URL: it must look like https://idp.example.com/metadata.xml.";
    curl_url_cleanup(parts.url);
    return problem;
}
